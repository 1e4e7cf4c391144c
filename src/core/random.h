// SPDX-License-Identifier: MIT
#ifndef RANDOM_H
#define RANDOM_H

#include <assert.h>
#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): the n-th
 * number is random_mix(seed + n * RANDOM_STEP), so that any of them can be had without the others.
 */
#define RANDOM_STEP UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t random_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The next number of the sequence whose state is `*state`; the first state is the seed. */
static inline uint64_t random_next(uint64_t *state)
{
    *state += RANDOM_STEP;
    return random_mix(*state);
}

/* A number in [0, bound), each as likely as the others; `bound` must not be 0. */
static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
    assert(bound > 0);
    const uint64_t unfair = (0 - bound) % bound; /* 2^64 mod bound: values below are drawn again */
    uint64_t value;
    do
        value = random_next(state);
    while (value < unfair);
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): asserted, and divided by above */
    return value % bound;
}

#endif
