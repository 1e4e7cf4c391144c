// SPDX-License-Identifier: MIT
#ifndef TRIAL_PROCESS_H
#define TRIAL_PROCESS_H

#include "core/error.h"
#include "core/options.h"
#include "output.h"
#include "probes/clients.h"
#include "probes/loop_delay.h"
#include "probes/metrics.h"
#include "record/trial.h"

#include <stddef.h>

/* A trial is a process of its own, this program run once more, so that no heap, pool, ring or
 * signal handler of one trial reaches the next and a crash is a status. What it has to tell comes
 * back through a pipe, its standard output, as lines:
 *
 *     step WORDS       what it is doing, when there is a terminal to show that
 *     fact KEY VALUE   something about the machine, for who asked
 *     error CODE WORDS what a person should know of the trial
 *     metric FIELDS    a row of metrics.csv
 *     beats BYTES      the lines of loop_delay.csv follow, that many bytes
 *     clients BYTES    the same of client_delay.csv
 *     row FIELDS       the row of trials.csv
 */

/* ---- In the process of the trial --------------------------------------------------------------
 */

/* What it has to tell; probes that were off are NULL, and `name` is the trial in the lines of the
 * others. Each returns 0, or a negative errno when the parent is gone. */
int trial_process_tell_fact(const char *key, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int trial_process_tell_row(const struct trial *trial, const struct loop_delay *beats,
                           const struct clients *clients, const char *name,
                           const struct error *error);

/* Before the row: what all metrics told of the trial of that order, whose beats are `beats`. */
void trial_process_tell_metrics(const struct metrics *metrics, const struct loop_delay *beats,
                                int64_t order);

/* ---- In its parent ----------------------------------------------------------------------------
 */

enum { METRICS_BYTES = 1024 };

/* What came back. */
struct trial_answer {
    struct trial trial;
    struct output_lines delays[OUTPUT_DELAYS];
    char metrics[METRICS_BYTES]; /* rows of metrics.csv, or "" */
    struct error error;          /* what a person should know; code 0: nothing */
    void (*on_fact)(void *context, const char *key, const char *value);
    void *context;
};

/* Runs this program with the words (ended by NULL) and the settings of the options that a trial
 * needs, on the files in the folder `data`. Returns 0 when there is a row, or when
 * `answer->on_fact` is set and the process ended well; then the caller frees the delays with
 * trial_answer_free. Returns -ECANCELED after an interrupt, and -ECHILD, with `error` saying how,
 * when the process died without either. */
int trial_process_run(struct trial_answer *answer, const char *const *words,
                      const struct options *options, const char *data, struct error *error);

void trial_answer_free(struct trial_answer *answer);

#endif
