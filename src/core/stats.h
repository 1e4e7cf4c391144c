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

/* The values above the third quartile by more than 1.5 times the distance of the quartiles: outside
 * by the fences of Tukey, Exploratory Data Analysis, 1977. */
size_t stats_count_slow(const double *sorted, size_t count);

/* An estimate with its interval, which holds the true value in `level` of all cases (a little more
 * than that where only whole orders are to be had). `low` and `high` are NAN when that cannot be
 * reached: with fewer than STATS_FEWEST values (or pairs), and at a high level with few more. */
struct stats_estimate {
    double value;
    double low;
    double high;
};

enum { STATS_FEWEST = 6 }; /* the smallest and the largest of 5 hold the median in 94 % */
#define STATS_LEVEL 0.95

/* The median. The interval ends at values whose order is known to reach the level, whatever the
 * distribution; where the nearest whole order goes far beyond the level (8, 11 and 14 values) it
 * ends between two neighbours: Hettmansperger and Sheather, Confidence Intervals Based on
 * Interpolated Order Statistics, 1986. */
struct stats_estimate stats_estimate_median(const double *values, size_t count, double level);

/* The median of the ratios a / b of values that belong together in pairs (which is not quite the
 * ratio of the medians), with the same interval. The values are positive. */
struct stats_estimate stats_estimate_paired_ratio(const double *a, const double *b, size_t count,
                                                  double level);

/* The ratio of the medians of two samples that have nothing to do with each other, from the
 * intervals of both: Zou and Donner, Construction of Confidence Limits about Effect Measures, 2008.
 * They need not vary alike. The values are positive. */
struct stats_estimate stats_estimate_ratio(const double *a, size_t a_count, const double *b,
                                           size_t b_count, double level);

#endif
