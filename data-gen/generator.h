// SPDX-License-Identifier: MIT
#ifndef GENERATOR_H
#define GENERATOR_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

/* Makes the folder `dir`, which is there, hold exactly `count` right files of `bytes` bytes. A file
 * is right without being read when the manifest has its size, seed and ctime; else when all its
 * bytes are. What is not right is made anew: space for all is reserved before the first byte is
 * written, and a file gets its name when it is whole and on disk. Files of a larger file set that
 * are left over are removed; those of somebody else stay, and are an error (-EEXIST) when one is in
 * the way. Returns 0 or a negative errno with `error` filled; -ECANCELED after an interrupt. */
int generator_run(const char *dir, size_t count, uint64_t bytes, struct error *error);

#endif
