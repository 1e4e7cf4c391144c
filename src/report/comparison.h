// SPDX-License-Identifier: MIT
#ifndef COMPARISON_H
#define COMPARISON_H

#include "core/error.h"
#include "record/machine_facts.h"
#include "summary.h"

#include <stddef.h>
#include <stdio.h>

/* One of several results that are compared. */
struct comparison_result {
    const char *dir;
    struct trials trials;
    struct summary summary;
    struct machine machine;
};

/* Reads the results folder `dir`, whose name must outlive the result. Returns 0 or a negative errno
 * with `error` filled. The caller frees with comparison_unload. */
int comparison_load(struct comparison_result *result, const char *dir, struct error *error);
void comparison_unload(struct comparison_result *result);

/* Checks that all results are of the same work: what is done with the bytes, number of files, their
 * size and the stride, as far as they tell. Returns 0, or -EINVAL with `error` saying what differs.
 */
int comparison_check(const struct comparison_result *results, size_t count, struct error *error);

/* The ratio of two rows' medians, of different results. */
struct ratio comparison_ratio(const struct summary_row *row, const struct summary_row *base);

/* Prints one table of the medians with the ratio of each result to the first, and what differs in
 * their machine.csv. */
void comparison_print(const struct comparison_result *results, size_t count, FILE *out);

/* Writes compare.csv into the folder `dir`. Returns 0 or a negative errno with `error` filled. */
int comparison_write(const struct comparison_result *results, size_t count, const char *dir,
                     struct error *error);

#endif
