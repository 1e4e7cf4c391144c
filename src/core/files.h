// SPDX-License-Identifier: MIT
#ifndef FILES_H
#define FILES_H

#include "error.h"

#include <stddef.h>
#include <stdio.h>

/* Small helpers for the files that the programs write. */

/* "dir/name" in memory that the caller frees; aborts when there is no memory. */
char *files_join(const char *dir, const char *name);

/* Writes all `length` bytes. Returns 0 or a negative errno; some bytes may be written then. */
int files_write_all(int fd, const void *bytes, size_t length);

/* Writes them to the end of an open file: all of them or, when that fails, none. Returns 0 or a
 * negative errno. */
int files_append(int fd, const void *bytes, size_t length);

/* A text file that appears under its name only when it is whole. files_replace_begin opens
 * "path.part"; files_replace_end brings it to disk and under its name, or removes it when `failed`
 * or when a write failed. Both return 0 or a negative errno with `error` filled. */
int files_replace_begin(FILE **file, const char *path, struct error *error);
int files_replace_end(FILE *file, const char *path, int failed, struct error *error);

/* Prints a value as CSV has it: in quotes, its own quotes doubled, where it has to be. */
void files_print_csv(FILE *file, const char *value);

#endif
