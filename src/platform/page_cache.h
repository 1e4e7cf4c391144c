// SPDX-License-Identifier: MIT
#ifndef PAGE_CACHE_H
#define PAGE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The page cache as one file sees it. page_cache_mapped_missing is the same everywhere; one file
 * per operating system implements the rest. Where nothing else is
 * said they return 0 or a negative errno. */

/* Asks the system to drop all pages of the file, which must not be mapped; dirty pages are written
 * first. Success does not mean that all are gone: page_cache_resident tells. */
int page_cache_evict(int fd);

/* How many of the file's first `bytes` bytes are in the page cache, in whole pages but not more
 * than `bytes`. -ENOTSUP when the system does not tell: then nothing is known. */
int page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes);

/* How many pages of a part of a mapping are not in the page cache, by mincore; or a negative errno.
 * The address need not begin a page. None by pretence for files that one neither owns nor may
 * write. */
int64_t page_cache_mapped_missing(const unsigned char *address, size_t length);

/* Why that tells nothing of the file `path` here, or NULL; NULL also of one that is not there. */
const char *page_cache_mapped_unsupported(const char *path);

/* The same of a part of a file. `map` is the address of its first byte where the system can tell
 * only of mappings, which page_cache_needs_map says, and may be NULL elsewhere. */
int64_t page_cache_part_missing(int fd, const unsigned char *map, uint64_t offset, size_t length);
bool page_cache_needs_map(int fd);

/* Drops the whole machine's clean pages, where this process may. */
int page_cache_drop_all(void);

#endif
