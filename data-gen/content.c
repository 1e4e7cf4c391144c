// SPDX-License-Identifier: MIT
#include "content.h"

#include "core/random.h"

#include <string.h>

/* The eight bytes at offset 8 * `index`, the first in the lowest bits. */
static uint64_t content_word(uint64_t key, uint64_t index)
{
    return random_mix(key + (index + 1) * RANDOM_STEP);
}

static uint64_t content_key(uint64_t seed, uint64_t file)
{
    return random_mix(seed ^ random_mix(file + RANDOM_STEP));
}

/* Spelt out, since compilers make one store of this, and of a loop eight. */
static void put_word(unsigned char *bytes, uint64_t word)
{
    bytes[0] = (unsigned char)word;
    bytes[1] = (unsigned char)(word >> 8);
    bytes[2] = (unsigned char)(word >> 16);
    bytes[3] = (unsigned char)(word >> 24);
    bytes[4] = (unsigned char)(word >> 32);
    bytes[5] = (unsigned char)(word >> 40);
    bytes[6] = (unsigned char)(word >> 48);
    bytes[7] = (unsigned char)(word >> 56);
}

void content_fill(uint64_t seed, uint64_t file, uint64_t offset, unsigned char *buffer,
                  size_t length)
{
    const uint64_t key = content_key(seed, file);
    uint64_t index = offset / 8;
    unsigned char last[8];
    size_t at = 0;
    for (; at + 8 <= length; at += 8)
        put_word(buffer + at, content_word(key, index++));
    put_word(last, content_word(key, index));
    memcpy(buffer + at, last, length - at);
}

bool content_is(uint64_t seed, uint64_t file, uint64_t offset, const unsigned char *buffer,
                size_t length)
{
    const uint64_t key = content_key(seed, file);
    uint64_t index = offset / 8;
    unsigned char word[8];
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        put_word(word, content_word(key, index++));
        if (memcmp(buffer + at, word, 8) != 0)
            return false;
    }
    put_word(word, content_word(key, index));
    return memcmp(buffer + at, word, length - at) == 0;
}

uint64_t content_sum(uint64_t seed, uint64_t file, uint64_t bytes, uint64_t stride)
{
    const uint64_t key = content_key(seed, file);
    uint64_t sum = 0;
    for (uint64_t at = 0; at < bytes; at += stride)
        sum += (content_word(key, at / 8) >> (8 * (at % 8))) & 0xff;
    return sum;
}
