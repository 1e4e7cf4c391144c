// SPDX-License-Identifier: MIT
#ifndef MANIFEST_H
#define MANIFEST_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

#define MANIFEST_NAME "manifest.csv"

/* One file of the file set, as it was when it was last known to be whole and right. */
struct manifest_file {
    char name[32];
    uint64_t bytes;
    uint64_t seed;
    int64_t changed_ns; /* its ctime: nothing can alter the file without moving it */
};

/* What the data folder holds: file number n of the file set is files[n]. */
struct manifest {
    size_t count;
    struct manifest_file *files;
};

/* Reads the manifest of the folder `dir`; the caller frees it with manifest_free. Returns 0, or a
 * negative errno with `error` filled: -ENOENT when there is none, -EINVAL when it is not one. */
int manifest_read(struct manifest *manifest, const char *dir, struct error *error);

/* Replaces the manifest of the folder `dir` as a whole. Returns 0 or a negative errno. */
int manifest_write(const struct manifest *manifest, const char *dir, struct error *error);

void manifest_free(struct manifest *manifest);

/* The name of file number `number` in the data folder. */
void manifest_name(char name[32], size_t number);

/* The ctime of an open file in nanoseconds, or a negative errno. */
int64_t manifest_changed_ns(int fd);

#endif
