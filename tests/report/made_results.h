// SPDX-License-Identifier: MIT
#ifndef MADE_RESULTS_H
#define MADE_RESULTS_H

/* Made-up results for the tests of the pictures. */

#include "record/beats.h"
#include "report/picture.h"

#include "made_trials.h"

/* Sums up made-up trials, which get their places in the order of the run. */
static inline struct comparison_result result_made(struct made *made, const char *dir,
                                                   struct machine_fact *facts, size_t fact_count)
{
    struct comparison_result result = {
        .dir = dir, .trials = made->trials, .machine = {.count = fact_count, .facts = facts}};
    sum_up(&result.summary, made);
    return result;
}

/* Writes a file of delays of some trials: `count` beats each and of the idle control, of which
 * the delays become smaller, as those of a blocked loop. */
static inline void delays_write(const char *dir, const char *name, const struct made *made,
                                int count)
{
    char *path = files_join(dir, name);
    FILE *file = fopen(path, "w");
    free(path);
    assert_non_null(file);
    fprintf(file, "trial,time_s,delay_s\n");
    for (int i = 0; i < count; i++)
        fprintf(file, "idle,%.6f,0.00003\n", (i + 1) * 0.001);
    for (size_t k = 0; k < made->trials.count; k++) {
        const double step_s = made->rows[k].elapsed_s / count;
        for (int i = 0; i < count; i++)
            fprintf(file, "%zu,%.6f,%.9f\n", k, (i + 1) * step_s, (count - i) * step_s);
    }
    assert_int_equal(fclose(file), 0);
}

static inline void beats_write(const char *dir, const struct made *made, int count)
{
    delays_write(dir, BEATS_OF_THE_LOOP, made, count);
}

#endif
