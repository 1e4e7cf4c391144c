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
    int rotational;          /* 1, 0, or -1 when unknown */
    int64_t readahead_bytes; /* -1 when unknown */
    int cached_below;        /* 1 when this system holds what it reads in a second cache, below that
                                of the files (a loop device, ZFS); 0 when not; -1 when unknown */
    bool memory_only;        /* tmpfs and the like: the page cache is all the storage there is */
    bool counts_reads;       /* storage_read_bytes counts what is read from here */
};

/* Describes the storage below `path`; what is not known stays empty or -1. */
struct storage storage_describe(const char *path);

/* The bytes that this process made storage deliver so far, or -1 when unknown. */
int64_t storage_read_bytes(void);

/* Opens a file for reading past the page cache, in blocks of 4096 bytes. Returns the descriptor, or
 * a negative errno where the file system refuses that: -EOPNOTSUPP where it would pretend to, and
 * -ERANGE where its blocks are larger. */
int storage_open_direct(const char *path);

/* Why a file cannot be read so, or NULL; NULL also of one that is not there. The same everywhere.
 */
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
