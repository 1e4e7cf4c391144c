// SPDX-License-Identifier: MIT
#ifndef FILE_SET_H
#define FILE_SET_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

/* One of the files that are scanned. */
struct data_file {
    char *path;
    uint64_t bytes;
    uint64_t sum; /* what a right scan adds up */
    int fd;       /* open for reading during a trial, -1 between trials */
};

/* The file set: the files that are scanned, with the sum that each must give. */
struct file_set {
    size_t count;
    struct data_file *files;
    uint64_t bytes; /* of all files together */
};

/* Takes the files of the manifest in the folder `dir` and computes the sums that every `stride`-th
 * byte must give, without reading a file; with a `stride` of 0 they stay 0. Returns 0 or a negative
 * errno with `error` filled. The caller frees the set with file_set_free. */
int file_set_load(struct file_set *set, const char *dir, uint64_t stride, struct error *error);

/* Writes the sums into the file `path` (file,sum), and takes them from there into a set without
 * any. Return 0 or a negative errno with `error` filled. */
int file_set_write_sums(const struct file_set *set, const char *path, struct error *error);
int file_set_read_sums(struct file_set *set, const char *path, struct error *error);

/* Opens all files and checks that they have their sizes. Each trial opens the files anew, so that
 * the kernel's readahead state of one trial does not reach the next. Returns 0 or a negative errno
 * with `error` filled, and no file open. */
int file_set_open(struct file_set *set, struct error *error);

/* Closes what is open. */
void file_set_close(struct file_set *set);

void file_set_free(struct file_set *set);

/* What `unsupported` says of the files in the folder `dir`: of the first, which may not be there
 * yet. The reason why something cannot be done with it, or NULL. */
const char *file_set_unsupported(const char *dir, const char *(*unsupported)(const char *path));

/* Makes sure that files in the folder `dir` can be cold at all: not those of a file system that
 * lives in the page cache, or has one of its own. Returns 0, or -ENOTSUP with `error` naming the
 * folder and its file system. */
int file_set_check_folder(const char *dir, struct error *error);

#endif
