// SPDX-License-Identifier: MIT
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

/* Gives libuv's pool its size and lets it create all its threads before the first trial. Must come
 * before anything else uses the pool: its size is read once. Reads `path` once, so that whatever
 * libuv sets up to read files is there too; `*reads`, unless `reads` is NULL, is then how libuv
 * does that, as host_libuv_reads has it. Returns 0 or a negative errno. */
int pool_warm_up(size_t threads, const char *path, const char **reads);

#endif
