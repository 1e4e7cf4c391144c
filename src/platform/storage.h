// SPDX-License-Identifier: MIT
#ifndef STORAGE_H
#define STORAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What the operating system says of the storage below the data folder. One file per operating
 * system implements this. */
struct storage {
    char file_system[32]; /* "ext4"; "overlay on ext4" where the layer that is written to is seen */
    char device[64];      /* "/dev/vda", or what the mount names */
    char device_model[64]; /* "loop on FILE" of one that is a file */
    char scheduler[32];
    int rotational;              /* 1, 0, or -1 when unknown */
    int64_t readahead_bytes;     /* -1 when unknown */
    char readahead_setting[128]; /* the file that holds it in KiB; "" when unknown */
    char cache_below[16];        /* what may hold the files once more, below the page cache: one of
                                    CACHE_BELOW_…, or "" when unknown */
    bool memory_only;  /* tmpfs and the like: the page cache is all the storage there is */
    bool counts_reads; /* storage_read_bytes counts what is read from here */
};

/* A cache below the page cache: one that an eviction does not reach. */
#define CACHE_BELOW_NONE   "none known"
#define CACHE_BELOW_ZFS    "zfs"       /* a file system with a cache of its own */
#define CACHE_BELOW_LOOP   "loop file" /* the page cache of the file below a loop device */
#define CACHE_BELOW_FUSE   "fuse"      /* that of the program which serves a FUSE file system */
#define CACHE_BELOW_SERVER "server"    /* that of the machine which serves a network file system */
#define CACHE_BELOW_HOST   "host"      /* that of a virtual machine's host */

/* Describes the storage below `path`; what is not known stays empty or -1. */
struct storage storage_describe(const char *path);

/* The bytes that this process made storage deliver so far, or -1 when unknown. */
int64_t storage_read_bytes(void);

/* Whether that counts what is read through io_uring, too: before Linux 5.12 the threads that do it
 * are no part of the process. */
bool storage_counts_rings(void);

/* Opens a file for reading past the page cache, in blocks of 4096 bytes. Returns the descriptor, or
 * a negative errno where the file system refuses that: -EOPNOTSUPP where it would pretend to, and
 * -ERANGE where its blocks are larger. */
int storage_open_direct(const char *path);

/* Whether the system itself tells of the open file whether that is pretence: Linux 6.1 does, of
 * some file systems. */
bool storage_tells_direct(int fd);

/* Why a file cannot be read so, or NULL; NULL also of one that is not there. Where the system does
 * not tell whether it is pretence, the file is dropped from the page cache, and it shows whether
 * such a read brings it back. The same everywhere. */
const char *storage_direct_unsupported(const char *path);

/* Why a file cannot be mapped and shared, or NULL; NULL also of one that is not there. */
const char *storage_map_unsupported(const char *path);

/* The bytes that everybody has read from the device below `path` since it started, or -1 when
 * unknown. */
int64_t storage_device_read_bytes(const char *path);

/* Gives the file `bytes` bytes of disk space, so that writing them cannot fail for want of it. Does
 * nothing on file systems that cannot reserve. Returns 0 or a negative errno. */
int storage_reserve(int fd, uint64_t bytes);

#endif
