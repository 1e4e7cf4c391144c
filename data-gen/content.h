// SPDX-License-Identifier: MIT
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The content of the file set: incompressible bytes that are a pure function of the seed, the
 * number of the file and the offset, so that the sum of any scan is known without reading a file.
 */

/* The seed of every file set this version makes. Another seed or formula makes other content, which
 * an old file set is recognised by. */
#define CONTENT_SEED UINT64_C(1)

/* Fills `buffer` with the `length` bytes at `offset` of file `file`; `offset` is a multiple of 8.
 */
void content_fill(uint64_t seed, uint64_t file, uint64_t offset, unsigned char *buffer,
                  size_t length);

/* Whether `buffer` holds what content_fill would put there. */
bool content_is(uint64_t seed, uint64_t file, uint64_t offset, const unsigned char *buffer,
                size_t length);

/* The sum of every `stride`-th byte of file `file`, beginning with the first, when the file has
 * `bytes` bytes. `stride` must not be 0. */
uint64_t content_sum(uint64_t seed, uint64_t file, uint64_t bytes, uint64_t stride);

#endif
