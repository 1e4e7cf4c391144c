// SPDX-License-Identifier: MIT
#ifndef MOUNT_H
#define MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Which mount a file is on, as /proc/self/mountinfo has it. Not found by the device number: that of
 * a file on btrfs, or on an overlay, may be in no line there. */
struct mount {
    char file_system[32]; /* "" when it was not found */
    char source[256];     /* "/dev/vda", or what the mount names */
    char *options; /* the file system's own, with the escapes of mountinfo; NULL: not found */
};

/* What the kernel tells of a file by statx(2), of Linux 4.11, beyond what stat tells. The C
 * library's own structure may be older than the kernel. */
struct file_facts {
    bool has_mount_id; /* since Linux 5.8 */
    uint64_t mount_id;
    bool is_dax;     /* the storage is memory that is mapped itself; told since Linux 5.8 */
    bool has_direct; /* since Linux 6.1, and not of every file system */
    uint32_t direct_memory_bytes;
    uint32_t direct_offset_bytes; /* 0: O_DIRECT is accepted and ignored */
};
struct file_facts file_facts(int dir_fd, const char *path, int flags);

/* Finds the mount of the file `path`: by the number of its mount or, where no call tells that, by
 * the longest mount point that leads to it. The caller frees with mount_free, in any case. */
void mount_find(struct mount *mount, const char *path);
void mount_free(struct mount *mount);

/* The same in an open mountinfo: `id` is the mount's number, or -1; `path` has no links. */
void mount_find_in(FILE *mounts, struct mount *mount, int64_t id, const char *path);

/* Copies the value of an option such as "upperdir=...". Returns whether there is one that fits. */
bool mount_option(const struct mount *mount, const char *name, char *value, size_t size);

#endif
