// SPDX-License-Identifier: MIT
#ifndef SUMMARY_H
#define SUMMARY_H

#include "core/error.h"
#include "core/stats.h"
#include "ratio.h"
#include "record/beats.h"
#include "record/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What lies between two figures. */
struct summary_range {
    double low;
    double high;
};

/* The ok trials of one method in one cache state. A figure without any trial that has it is NAN. */
struct summary_row {
    const char *method; /* points into the trials, as cache does */
    const char *work;   /* trial_work */
    const char *cache;
    size_t count;
    const struct trial **trials; /* count of them */
    size_t left_out;             /* trials that are not ok */
    size_t slow;                 /* marked, not left out: stats_count_slow */
    double min_s;
    double mean_s;
    double max_s;
    double level; /* of the interval of the median, and of ratios to it */
    struct stats_estimate median_s;
    struct ratio fastest_ratio; /* to the smallest median in the same cache state */
    double loop_delay_p50_s;    /* of all beats of all trials together, as the next */
    double loop_delay_p99_s;    /* of BEATS_FOR_P99 at least */
    double loop_delay_max_s;    /* the largest of all trials */
    double client_p50_s;        /* the same of all requests of clients */
    double client_p99_s;
    double client_max_s;
    size_t overflowed;      /* trials with more beats than could be kept: then no delay is known */
    double loop_poll_share; /* of the elapsed time of all trials together, as the next five */
    double loop_cpu_share;
    double loop_stalled_share;
    double loop_queued_share;
    struct summary_range loop_poll_range; /* where the share is unknown, it lies in here */
    struct summary_range loop_stalled_range;
    double inline_share; /* of the chunks of all trials: taken care of at once on the loop */
    int64_t chunk_bytes; /* as the trials tell it, like the depth; or -1 */
    int64_t depth;
    double fsync_s; /* medians of the trials that know it, as the next three */
    double destination_resident_after;
    double minor_faults;
    double system_s;
    int64_t cloned; /* how many trials, or -1 when none knows */
};

/* All methods of some trials: cold before warm, then in the order of the list of methods. */
struct summary {
    size_t count;
    struct summary_row *rows;
};

/* Sums up `trials`, which must outlive the summary. The caller frees with summary_free. */
void summary_make(struct summary *summary, const struct trials *trials);

/* Adds the p50 and p99 delays, which need every beat and request of the trials. */
void summary_add_delays(struct summary *summary, const struct beats *beats,
                        const struct beats *requests);

void summary_free(struct summary *summary);

/* The row of a method in a cache state when it has ok trials, else NULL. */
const struct summary_row *summary_find(const struct summary *summary, const char *method,
                                       const char *cache);

/* What all of it did with the bytes, as its first row has it: "scan" without any. */
const char *summary_work(const struct summary *summary);

/* Whether there is any row, with ok trials or without, in the cache state. */
int summary_has_cache(const struct summary *summary, const char *cache);

/* The median of a figure of the row's trials, without those of which it is NAN; NAN when it is of
 * all. */
double summary_median(const struct summary_row *row, double (*figure)(const struct trial *trial));

/* The ratio of two rows' times, from the repeats in which both have an ok trial. */
struct ratio summary_ratio(const struct summary_row *row, const struct summary_row *base);

/* The p99 delay that decides whether the loop was free: that of the beats or, where there were
 * clients, that of their requests when it is longer. NAN when one of them is not known. */
double summary_free_p99_s(const struct summary_row *row);

/* Whether the loop is known to have been free: POLICY_FREE_LOOP_S. */
bool summary_is_free(const struct summary_row *row);

/* The trial with the longest delay of the loop, or NULL when none is known. */
const struct trial *summary_longest_delay(const struct summary_row *row);

/* Writes summary.csv into the folder `dir`. Returns 0 or a negative errno with `error` filled. */
int summary_write(const struct summary *summary, const char *dir, struct error *error);

#endif
