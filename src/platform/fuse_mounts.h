// SPDX-License-Identifier: MIT
#ifndef FUSE_MOUNTS_H
#define FUSE_MOUNTS_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

/* File systems of programs (FUSE) that are mounted in a folder. One file per operating system
 * implements this. */

/* Whether such file systems can be mounted and found here. Returns 0, or a negative errno with
 * `error` saying what is missing and what to do. */
int fuse_mounts_check(struct error *error);

/* Takes one line of the system's list of mounts. Returns whether it is one of FUSE below `folder`,
 * then with its place in `point`. */
bool fuse_mounts_read(const char *line, const char *folder, char *point, size_t size);

/* Takes away all that are mounted below `folder`, an absolute name without links: also those whose
 * files are open, and those that lie over each other. Returns 0, or a negative errno with `error`
 * naming one that stays. */
int fuse_mounts_end(const char *folder, struct error *error);

#endif
