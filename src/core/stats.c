// SPDX-License-Identifier: MIT
#include "stats.h"

#include <math.h>
#include <stdbool.h>
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

static double *allocate(size_t count)
{
    double *values = malloc(count * sizeof *values);
    if (values == NULL)
        abort();
    return values;
}

/* ---- Orders -----------------------------------------------------------------------------------
 */

/* Where an interval ends: at the `rank`-th value from either side, and by the share `inward` of the
 * way on to the next one. */
struct place {
    size_t rank;
    double inward;
};

/* How near an interval comes to its level: whole orders are taken while they miss the median at
 * least by the part `least_missed` of what they may; others are moved inward until they miss it by
 * the part `aimed_at`. How far that is holds for smooth distributions; one of two separate modes is
 * missed more often. So an interval that stands alone keeps to whole orders where it can; two that
 * are put together are too wide then, and allow for it. */
struct aim {
    double least_missed;
    double aimed_at;
};
static const struct aim alone = {0.3, 0.8};
static const struct aim put_together = {1, 1};

/* A value lies below the median as often as above it. So the interval of rank k misses the median
 * when fewer than k of the values lie below it, or above it: twice the lower tail of a binomial
 * distribution. False when even the smallest and the largest value miss it too often. */
static bool find_place(struct place *place, size_t count, double level, const struct aim *aim)
{
    const double may_miss = 1 - level;
    const double n = (double)count;
    double log_term = -n * log(2); /* of exactly `rank` values below the median */
    double missed = 0;
    double missed_next = 2 * exp(log_term);
    size_t rank = 0;
    while (missed_next <= may_miss) {
        rank++;
        missed = missed_next;
        log_term += log((n - (double)rank + 1) / (double)rank);
        missed_next += 2 * exp(log_term);
    }
    *place = (struct place){.rank = rank};
    if (missed < aim->least_missed * may_miss) {
        const double d = (double)rank;
        const double way = (aim->aimed_at * may_miss - missed) / (missed_next - missed);
        place->inward = (n - d) * way / (d + (n - 2 * d) * way);
    }
    return rank > 0 && count >= STATS_FEWEST;
}

static struct stats_estimate estimate_sorted(const double *sorted, size_t count, double level,
                                             const struct aim *aim)
{
    struct stats_estimate estimate = {stats_median(sorted, count), NAN, NAN};
    struct place place;
    if (find_place(&place, count, level, aim)) {
        const double *low = &sorted[place.rank - 1];
        const double *high = &sorted[count - place.rank];
        estimate.low = low[0] + place.inward * (low[1] - low[0]);
        estimate.high = high[0] + place.inward * (high[-1] - high[0]);
    }
    return estimate;
}

struct stats_estimate stats_estimate_median(const double *values, size_t count, double level)
{
    double *sorted = allocate(count);
    memcpy(sorted, values, count * sizeof *values);
    stats_sort(sorted, count);
    const struct stats_estimate estimate = estimate_sorted(sorted, count, level, &alone);
    free(sorted);
    return estimate;
}

/* ---- Ratios, in logarithms, so that b / a is the inverse of a / b -----------------------------
 */

/* Of the values, or of the ratios a / b where there are `b`. */
static struct stats_estimate estimate_logs(const double *a, const double *b, size_t count,
                                           double level, const struct aim *aim)
{
    double *logs = allocate(count);
    for (size_t i = 0; i < count; i++)
        logs[i] = log(b != NULL ? a[i] / b[i] : a[i]);
    stats_sort(logs, count);
    const struct stats_estimate estimate = estimate_sorted(logs, count, level, aim);
    free(logs);
    return estimate;
}

static struct stats_estimate exp_of(const struct stats_estimate *logs)
{
    return (struct stats_estimate){exp(logs->value), exp(logs->low), exp(logs->high)};
}

struct stats_estimate stats_estimate_paired_ratio(const double *a, const double *b, size_t count,
                                                  double level)
{
    const struct stats_estimate logs = estimate_logs(a, b, count, level, &alone);
    return exp_of(&logs);
}

struct stats_estimate stats_estimate_ratio(const double *a, size_t a_count, const double *b,
                                           size_t b_count, double level)
{
    const struct stats_estimate of_a = estimate_logs(a, NULL, a_count, level, &put_together);
    const struct stats_estimate of_b = estimate_logs(b, NULL, b_count, level, &put_together);
    const double value = of_a.value - of_b.value;
    const struct stats_estimate logs = {
        .value = value,
        .low = value - hypot(of_a.value - of_a.low, of_b.high - of_b.value),
        .high = value + hypot(of_a.high - of_a.value, of_b.value - of_b.low),
    };
    return exp_of(&logs);
}
