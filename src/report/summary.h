// SPDX-License-Identifier: MIT
#ifndef SUMMARY_H
#define SUMMARY_H

#include "core/error.h"
#include "core/stats.h"
#include "record/trial.h"

#include <stddef.h>

/* The ok trials of one method in one cache state. A figure without any trial that has it is NAN. */
struct summary_row {
    const char *method; /* points into the trials, as cache does */
    const char *cache;
    size_t count;
    const struct trial **trials; /* count of them */
    size_t left_out;             /* trials that are not ok */
    size_t slow;                 /* marked, not left out: stats_count_slow */
    double min_s;
    double mean_s;
    double max_s;
    struct stats_estimate median_s;
    double median_ratio;     /* to the smallest median in the same cache state */
    double loop_delay_p50_s; /* of the median trial, as the next two */
    double loop_delay_p99_s;
    double loop_delay_max_s;
    double loop_poll_share; /* of the elapsed time of all trials together, as the next three */
    double loop_cpu_share;
    double loop_stalled_share;
    double loop_runqueue_share;
    double inline_share; /* of the chunks of all trials: taken care of at once on the loop */
};

/* All methods of some trials: cold before warm, then in the order of the list of methods. */
struct summary {
    size_t count;
    struct summary_row *rows;
};

/* Sums up `trials`, which must outlive the summary. The caller frees with summary_free. */
void summary_make(struct summary *summary, const struct trials *trials);
void summary_free(struct summary *summary);

/* The row of a method in a cache state when it has ok trials, else NULL. */
const struct summary_row *summary_find(const struct summary *summary, const char *method,
                                       const char *cache);

/* Whether there is any row, with ok trials or without, in the cache state. */
int summary_has_cache(const struct summary *summary, const char *cache);

/* The ratio of two rows' medians with its interval, from the repeats in which both have an ok
 * trial. Returns how many these are; with none, `*ratio` is not set. */
size_t summary_ratio(const struct summary_row *row, const struct summary_row *base,
                     struct stats_estimate *ratio);

/* Writes summary.csv into the folder `dir`. Returns 0 or a negative errno with `error` filled. */
int summary_write(const struct summary *summary, const char *dir, struct error *error);

#endif
