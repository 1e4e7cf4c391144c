// SPDX-License-Identifier: MIT
#ifndef TRIAL_PROCESS_H
#define TRIAL_PROCESS_H

#include "core/error.h"
#include "core/options.h"
#include "probes/loop_delay.h"
#include "record/trial.h"

#include <stddef.h>

/* A trial is a process of its own, this program run once more, so that no heap, pool, ring or
 * signal handler of one trial reaches the next and a crash is a status. What it has to tell comes
 * back through a pipe, its standard output, as lines:
 *
 *     step WORDS       what it is doing, when there is a terminal to show that
 *     fact KEY VALUE   something about the machine, for who asked
 *     error CODE WORDS what a person should know of the trial
 *     beats BYTES      the lines of loop_delay.csv follow, that many bytes
 *     row FIELDS       the row of trials.csv
 */

/* ---- In the process of the trial --------------------------------------------------------------
 */

/* What it has to tell. Each returns 0, or a negative errno when the parent is gone. */
int trial_process_tell_fact(const char *key, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int trial_process_tell_row(const struct trial *trial, const struct loop_delay *beats,
                           const char *beats_name, const struct error *error);

/* ---- In its parent ----------------------------------------------------------------------------
 */

/* What came back. */
struct trial_answer {
    struct trial trial;
    char *beats; /* lines of loop_delay.csv, or NULL */
    size_t beats_bytes;
    struct error error; /* what a person should know; code 0: nothing */
    void (*on_fact)(void *context, const char *key, const char *value);
    void *context;
};

/* Runs this program with the words (ended by NULL) and the settings of the options that a trial
 * needs, on the files in the folder `data`. Returns 0 when there is a row, or when
 * `answer->on_fact` is set and the process ended well; then the caller frees the beats with
 * trial_answer_free. Returns -ECANCELED after an interrupt, and -ECHILD, with `error` saying how,
 * when the process died without either. */
int trial_process_run(struct trial_answer *answer, const char *const *words,
                      const struct options *options, const char *data, struct error *error);

void trial_answer_free(struct trial_answer *answer);

#endif
