// SPDX-License-Identifier: MIT
#ifndef NOISES_H
#define NOISES_H

/* Made-up times whose true median is known, for the tests of how often intervals hold it. */

#include "core/random.h"

#include <math.h>
#include <stdint.h>

static inline double uniform(uint64_t *random)
{
    return ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double normal(uint64_t *random)
{
    const double length = sqrt(-2 * log(uniform(random)));
    return length * cos(2 * acos(-1) * uniform(random));
}

static inline double normal_noise(uint64_t *random)
{
    return 10 + normal(random);
}

static inline double skewed_noise(uint64_t *random)
{
    return exp(0.8 * normal(random));
}

/* Two trials of five are disturbed. */
static inline double bimodal_noise(uint64_t *random)
{
    return uniform(random) < 0.6 ? 1 + 0.05 * normal(random) : 2 + 0.1 * normal(random);
}

/* The median of the last one is where 5/6 of the first mode lie below: 0.96742 deviations up. */
static const struct noise {
    const char *name;
    double (*draw)(uint64_t *random);
    double median;
} noises[] = {
    {"normal", normal_noise, 10},
    {"skewed", skewed_noise, 1},
    {"bimodal", bimodal_noise, 1 + 0.05 * 0.967422},
};

#endif
