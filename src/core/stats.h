// SPDX-License-Identifier: MIT
#ifndef STATS_H
#define STATS_H

#include <stddef.h>
#include <stdint.h>

/* Pure functions on samples. `count` is at least 1 everywhere. */

/* Sorts into ascending order, as the functions below want it. */
void stats_sort(double *values, size_t count);

/* The `fraction` quantile (0 to 1) of sorted values, linear between the two neighbours: definition
 * 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996. 0.5 is the median. */
double stats_quantile(const double *sorted, size_t count, double fraction);

double stats_median(const double *sorted, size_t count);

double stats_mean(const double *values, size_t count);

/* The values above the third quartile by more than 1.5 times the distance of the quartiles: outside
 * by the fences of Tukey, Exploratory Data Analysis, 1977. */
size_t stats_count_slow(const double *sorted, size_t count);

/* An estimate with its 95 % interval: the percentile bootstrap of Efron and Tibshirani, An
 * Introduction to the Bootstrap, 1993, chapter 13, with 2000 resamples. The same seed gives the
 * same interval. */
struct stats_estimate {
    double value;
    double low;
    double high;
};

struct stats_estimate stats_estimate_median(const double *values, size_t count, uint64_t seed);

/* The ratio of the median of `a` to that of `b`, whose values belong together in pairs: each
 * resample draws whole pairs. */
struct stats_estimate stats_estimate_paired_ratio(const double *a, const double *b, size_t count,
                                                  uint64_t seed);

/* The same for two samples that have nothing to do with each other. */
struct stats_estimate stats_estimate_ratio(const double *a, size_t a_count, const double *b,
                                           size_t b_count, uint64_t seed);

#endif
