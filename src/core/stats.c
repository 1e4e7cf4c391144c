// SPDX-License-Identifier: MIT
#include "stats.h"

#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

void stats_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
}

double stats_quantile(const double *sorted, size_t count, double fraction)
{
    const double place = fraction * (double)(count - 1);
    const size_t below = (size_t)floor(place);
    const size_t above = below + 1 < count ? below + 1 : below;
    return sorted[below] + (place - floor(place)) * (sorted[above] - sorted[below]);
}

double stats_median(const double *sorted, size_t count)
{
    return stats_quantile(sorted, count, 0.5);
}

double stats_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

size_t stats_count_slow(const double *sorted, size_t count)
{
    const double lower = stats_quantile(sorted, count, 0.25);
    const double upper = stats_quantile(sorted, count, 0.75);
    size_t slow = 0;
    while (slow < count && sorted[count - 1 - slow] > upper + 1.5 * (upper - lower))
        slow++;
    return slow;
}

enum { RESAMPLES = 2000 };

static double *allocate(size_t count)
{
    double *values = malloc(count * sizeof *values);
    if (values == NULL)
        abort();
    return values;
}

static double median_of(double *values, size_t count)
{
    stats_sort(values, count);
    return stats_median(values, count);
}

/* Draws as many values as there are, each from all of them, and takes their median. */
static double resampled_median(const double *values, double *drawn, size_t count, uint64_t *random)
{
    for (size_t i = 0; i < count; i++)
        drawn[i] = values[random_below(random, count)];
    return median_of(drawn, count);
}

static struct stats_estimate interval(double value, double *resampled)
{
    stats_sort(resampled, RESAMPLES);
    return (struct stats_estimate){
        .value = value,
        .low = stats_quantile(resampled, RESAMPLES, 0.025),
        .high = stats_quantile(resampled, RESAMPLES, 0.975),
    };
}

static double plain_median(const double *values, double *copy, size_t count)
{
    memcpy(copy, values, count * sizeof *values);
    return median_of(copy, count);
}

struct stats_estimate stats_estimate_median(const double *values, size_t count, uint64_t seed)
{
    double *drawn = allocate(count);
    double resampled[RESAMPLES];
    uint64_t random = seed;
    const double value = plain_median(values, drawn, count);
    for (size_t i = 0; i < RESAMPLES; i++)
        resampled[i] = resampled_median(values, drawn, count, &random);
    free(drawn);
    return interval(value, resampled);
}

struct stats_estimate stats_estimate_paired_ratio(const double *a, const double *b, size_t count,
                                                  uint64_t seed)
{
    double *drawn_a = allocate(count);
    double *drawn_b = allocate(count);
    double resampled[RESAMPLES];
    uint64_t random = seed;
    const double value = plain_median(a, drawn_a, count) / plain_median(b, drawn_b, count);
    for (size_t i = 0; i < RESAMPLES; i++) {
        for (size_t k = 0; k < count; k++) {
            const size_t pair = (size_t)random_below(&random, count);
            drawn_a[k] = a[pair];
            drawn_b[k] = b[pair];
        }
        resampled[i] = median_of(drawn_a, count) / median_of(drawn_b, count);
    }
    free(drawn_a);
    free(drawn_b);
    return interval(value, resampled);
}

struct stats_estimate stats_estimate_ratio(const double *a, size_t a_count, const double *b,
                                           size_t b_count, uint64_t seed)
{
    double *drawn_a = allocate(a_count);
    double *drawn_b = allocate(b_count);
    double resampled[RESAMPLES];
    uint64_t random = seed;
    const double value = plain_median(a, drawn_a, a_count) / plain_median(b, drawn_b, b_count);
    for (size_t i = 0; i < RESAMPLES; i++)
        resampled[i] = resampled_median(a, drawn_a, a_count, &random) /
                       resampled_median(b, drawn_b, b_count, &random);
    free(drawn_a);
    free(drawn_b);
    return interval(value, resampled);
}
