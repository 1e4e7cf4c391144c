// SPDX-License-Identifier: MIT
#include "stats.h"

#include <math.h>
#include <stdlib.h>

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
