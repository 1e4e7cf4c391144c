// SPDX-License-Identifier: MIT
#ifndef SUMMARY_H
#define SUMMARY_H

#include "error.h"
#include "trial.h"

#include <stddef.h>
#include <stdio.h>

/* The ok trials of one method in one cache state. Without any, the figures are NAN. */
struct summary_row {
    const char *method; /* these two point into the trials */
    const char *cache;
    size_t count;
    size_t left_out; /* trials that are not ok */
    double *times;   /* count of them, sorted */
    double min_s;
    double median_s;
    double mean_s;
    double max_s;
    double median_ratio; /* to the smallest median in the same cache state */
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

/* Prints the table of one cache state. */
void summary_print(const struct summary *summary, const char *cache, FILE *out);

/* Writes summary.csv into the folder `dir`. Returns 0 or a negative errno with `error` filled. */
int summary_write(const struct summary *summary, const char *dir, struct error *error);

#endif
