// SPDX-License-Identifier: MIT
#ifndef PERCENTILES_H
#define PERCENTILES_H

#include <stddef.h>

/* A value and how many of all are below it: `nines` is log10(1 / (1 - p)) of the percentile p. That
 * is 0 at the smallest value, 2 at 99 %, and log10(n) at the largest of n. */
struct percentile {
    double nines;
    double value;
};

/* Makes the curve of the sorted values, thinned to points that a picture can show: about a hundred
 * for each nine, and the largest value. Sets `*points` (the caller frees it) and returns their
 * number. */
size_t percentiles_make(struct percentile **points, const double *sorted, size_t count);

#endif
