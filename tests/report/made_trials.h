// SPDX-License-Identifier: MIT
#ifndef MADE_TRIALS_H
#define MADE_TRIALS_H

/* Made-up trials for the tests of what is summed up and said of them. */

#include "record/trial.h"
#include "report/statement.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

enum { REPEATS = 7, MOST_TRIALS = 64 };

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
