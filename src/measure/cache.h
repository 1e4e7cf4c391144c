// SPDX-License-Identifier: MIT
#ifndef CACHE_H
#define CACHE_H

#include "core/error.h"
#include "data-gen/file_set.h"
#include "record/trial.h"

/* How much of the file set may be in the page cache when a cold trial begins, and must when a warm
 * one does. */
#define CACHE_COLD_AT_MOST  0.001
#define CACHE_WARM_AT_LEAST 0.999

/* How a warm cache is filled: by plain reads from beginning to end, or page by page, which makes a
 * slower one. */
enum cache_prime { PRIME_READ, PRIME_PAGES };

/* "read" or "pages". */
const char *cache_prime_name(enum cache_prime how);

/* Brings the open file set into the cache state: evicts it and, for warm, reads it once, as `how`
 * says. Whether that worked is for cache_resident to tell. Returns 0 or a negative
 * errno with `error` filled; -ECANCELED after an interrupt. */
int cache_set(const struct file_set *files, enum cache_state cache, enum cache_prime how,
              struct error *error);

/* The fraction of the open file set that is in the page cache, or NAN when the system does not
 * tell. */
double cache_resident(const struct file_set *files);

#endif
