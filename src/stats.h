// SPDX-License-Identifier: MIT
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

/* Pure functions on samples. `count` is at least 1 everywhere. */

/* Sorts into ascending order, as the functions below want it. */
void stats_sort(double *values, size_t count);

/* The `fraction` quantile (0 to 1) of sorted values, linear between the two neighbours: definition
 * 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996. 0.5 is the median. */
double stats_quantile(const double *sorted, size_t count, double fraction);

double stats_median(const double *sorted, size_t count);

double stats_mean(const double *values, size_t count);

#endif
