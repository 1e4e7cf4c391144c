// SPDX-License-Identifier: MIT
#ifndef MADE_TRIALS_H
#define MADE_TRIALS_H

/* Made-up trials for the tests of what is summed up and said of them. */

#include "record/trial.h"
#include "report/statement.h"
#include "report/summary.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

enum { REPEATS = 7, MOST_TRIALS = 96 };

/* The trials of one result. */
struct made {
    struct trials trials;
    struct trial rows[MOST_TRIALS];
};

static inline struct trial *add(struct made *made, const char *method, const char *cache,
                                int64_t repeat, double elapsed_s)
{
    struct trial *trial = &made->rows[made->trials.count++];
    *trial = trial_unknown();
    snprintf(trial->method, sizeof trial->method, "%s", method);
    snprintf(trial->cache, sizeof trial->cache, "%s", cache);
    snprintf(trial->status, sizeof trial->status, STATUS_OK);
    trial->repeat = repeat;
    trial->elapsed_s = elapsed_s;
    made->trials.rows = made->rows;
    return trial;
}

/* Repeats of a method that all take about as long, with a loop that is held for `stalled` of the
 * time. */
static inline void add_method(struct made *made, const char *method, const char *cache,
                              double elapsed_s, double stalled, double delay_max_s)
{
    for (int64_t i = 0; i < REPEATS; i++) {
        const double seconds = elapsed_s * (1 + 0.001 * (double)i);
        struct trial *trial = add(made, method, cache, i, seconds);
        trial->files = 8;
        trial->file_bytes = 1 << 20;
        trial->stride_bytes = 512;
        trial->loop_stalled_s = stalled * seconds;
        trial->loop_cpu_s = 0.25 * seconds;
        trial->loop_poll_s = (0.75 - stalled) * seconds;
        trial->loop_delay_max_s = delay_max_s;
    }
}

/* Adds `count` delays of a trial, all of that length; none when it is unknown. */
static inline void add_delays(struct beats *beats, int64_t trial, int count, double delay_s)
{
    if (isnan(delay_s))
        return;
    beats->rows = realloc(beats->rows, (beats->count + (size_t)count) * sizeof *beats->rows);
    assert_non_null(beats->rows);
    for (int i = 0; i < count; i++)
        beats->rows[beats->count++] = (struct beat){.trial = trial, .delay_s = delay_s};
}

/* Sums the trials up, in the order that they were added, as if every beat of a trial had been as
 * late as its p99 says, and every request. */
static inline void sum_up(struct summary *summary, struct made *made)
{
    struct beats beats = {.count = 0};
    struct beats requests = {.count = 0};
    for (size_t i = 0; i < made->trials.count; i++) {
        struct trial *trial = &made->rows[i];
        trial->order = (int64_t)i;
        trial->loop_delay_max_s = fmax(trial->loop_delay_max_s, trial->loop_delay_p99_s);
        trial->client_max_s = fmax(trial->client_max_s, trial->client_p99_s);
        add_delays(&beats, trial->order, BEATS_FOR_P99, trial->loop_delay_p99_s);
        add_delays(&requests, trial->order, BEATS_FOR_P99, trial->client_p99_s);
    }
    summary_make(summary, &made->trials);
    summary_add_delays(summary, &beats, &requests);
    beats_free(&beats);
    beats_free(&requests);
}

static char said[8192];

/* What a function prints, as text. */
#define SAID(call)                                                                                 \
    do {                                                                                           \
        memset(said, 0, sizeof said);                                                              \
        FILE *out = fmemopen(said, sizeof said - 1, "w");                                          \
        call;                                                                                      \
        fclose(out);                                                                               \
    } while (0)

/* The same of the statements that a function adds to the list `all`. */
#define STATED(call)                                                                               \
    do {                                                                                           \
        struct statements list = {.count = 0};                                                     \
        struct statements *const all = &list;                                                      \
        call;                                                                                      \
        SAID(statements_print(all, out));                                                          \
        statements_free(all);                                                                      \
    } while (0)

static inline void assert_said(const char *part)
{
    if (strstr(said, part) == NULL)
        fail_msg("not said: %s\nbut: %s", part, said);
}

static inline void assert_not_said(const char *part)
{
    if (strstr(said, part) != NULL)
        fail_msg("said: %s", said);
}

#endif
