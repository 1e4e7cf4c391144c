// SPDX-License-Identifier: MIT
#ifndef PRIME_H
#define PRIME_H

#include <stdint.h>

/* How the page cache is filled with a file for a warm trial. Both return 0 or a negative errno. */

/* Reads the file from its beginning to its end, as a plain program does, so that the system fills
 * the cache its usual way. -ECANCELED after an interrupt. */
int prime_by_read(int fd, uint64_t bytes);

/* Reads it through a mapping with MADV_RANDOM, a page at a time, so that the system fills the cache
 * with single pages. The same return. */
int prime_by_page(int fd, uint64_t bytes);

#endif
