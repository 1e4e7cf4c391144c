// SPDX-License-Identifier: MIT
#include "content.h"

#include "core/random.h"

/* The eight bytes at offset 8 * `index`, the first in the lowest bits. */
static uint64_t content_word(uint64_t key, uint64_t index)
{
    return random_mix(key + (index + 1) * RANDOM_STEP);
}

static uint64_t content_key(uint64_t seed, uint64_t file)
{
    return random_mix(seed ^ random_mix(file + RANDOM_STEP));
}

void content_fill(uint64_t seed, uint64_t file, uint64_t offset, unsigned char *buffer,
                  size_t length)
{
    const uint64_t key = content_key(seed, file);
    uint64_t index = offset / 8;
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        const uint64_t word = content_word(key, index++);
        for (unsigned byte = 0; byte < 8; byte++)
            buffer[at + byte] = (unsigned char)(word >> (8 * byte));
    }
    for (unsigned byte = 0; at < length; at++, byte++)
        buffer[at] = (unsigned char)(content_word(key, index) >> (8 * byte));
}

uint64_t content_sum(uint64_t seed, uint64_t file, uint64_t bytes, uint64_t stride)
{
    const uint64_t key = content_key(seed, file);
    uint64_t sum = 0;
    for (uint64_t at = 0; at < bytes; at += stride)
        sum += (content_word(key, at / 8) >> (8 * (at % 8))) & 0xff;
    return sum;
}
