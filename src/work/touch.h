// SPDX-License-Identifier: MIT
#ifndef TOUCH_H
#define TOUCH_H

#include <stddef.h>
#include <stdint.h>

/* The inner loop that every method calls: add up every `stride`-th byte of a file. The positions
 * are those of the file, multiples of `stride` from its beginning, so that it does not matter how a
 * file is cut into pieces. */

/* The sum over the piece of `length` bytes that `bytes` points to and that begins at `offset` of
 * its file. `stride` must not be 0, and offset + length + stride must fit 64 bits. */
uint64_t touch(const unsigned char *bytes, uint64_t offset, size_t length, uint64_t stride);

/* The same for a piece of a mapped file; `map` is the address of the file's first byte. Adds to
 * `*sum` and returns 0; -EIO when a page could not be read (the file was cut short, or its storage
 * failed: the kernel says so by SIGBUS, see fault.h), or -ECANCELED after an interrupt.
 */
int touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length, uint64_t stride,
                  uint64_t *sum);

/* The same for a whole mapped file, with a CPU prefetch instruction a page ahead of each touch. */
int touch_mapping_prefetching(const unsigned char *map, uint64_t length, uint64_t stride,
                              uint64_t *sum);

#endif
