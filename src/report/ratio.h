// SPDX-License-Identifier: MIT
#ifndef RATIO_H
#define RATIO_H

#include "core/stats.h"
#include "statement.h"

#include <stdbool.h>
#include <stddef.h>

/* How many times as long one method takes as another, and the one place that says it in words. */

struct ratio {
    bool is_paired;
    size_t count; /* of the pairs, or of the trials in the smaller one of two samples */
    struct stats_estimate estimate;
    double least; /* of all pairs */
    double most;
    struct stats_estimate apart; /* of pairs: what the intervals of the two medians would tell */
};

/* Of times that belong together in pairs, with intervals of that level; of none, all is NAN. */
struct ratio ratio_of_pairs(const double *times, const double *base_times, size_t count,
                            double level);

/* Of two samples of different runs, each of at least one. */
struct ratio ratio_of_samples(const double *times, size_t count, const double *base_times,
                              size_t base_count, double level);

/* What can be told of it. */
enum ratio_kind {
    RATIO_TOO_FEW, /* no interval, so nothing */
    RATIO_FASTER,  /* the interval lies below 1 */
    RATIO_SLOWER,  /* above 1 */
    RATIO_ALIKE,   /* around 1 and narrow: POLICY_ALIKE */
    RATIO_OPEN,    /* around 1 and too wide to tell */
};
enum ratio_kind ratio_kind(const struct ratio *ratio);

/* "faster", "cannot be told here", ... */
const char *ratio_word(const struct ratio *ratio);

/* Says it with its figures: "slower, 1.23 times [1.10, 1.40] as long"; "no different by more than
 * 4 %, ..."; "cannot be told here, 1.59 times [0.65, 2.30] as long: only a difference of more than
 * 2.30 times could have been seen"; "too few pairs (3) to compare, the ratio was between 0.90 and
 * 1.30". Where the medians alone could not tell what the pairs do, that is said, too. */
void ratio_say(struct statement *statement, const struct ratio *ratio);

#endif
