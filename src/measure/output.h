// SPDX-License-Identifier: MIT
#ifndef OUTPUT_H
#define OUTPUT_H

#include "core/error.h"
#include "probes/loop_delay.h"
#include "record/trial.h"

/* The files that grow with every trial of a run: trials.csv and, with the loop probes on,
 * loop_delay.csv. What is written is on its way to disk before the next trial begins. */
struct output {
    int trials_fd;
    int loop_delay_fd; /* -1 with the loop probes off */
};

/* Creates the files with their headers in the results folder `dir`. Returns 0 or a negative errno
 * with `error` filled. */
int output_open(struct output *output, const char *dir, int with_loop_delay, struct error *error);

/* Appends a trial's row, and its beats when `probe` is not NULL. Returns 0 or a negative errno with
 * `error` filled; then nothing of the trial, or all beats but not the row, was written. */
int output_trial(const struct output *output, const struct trial *trial,
                 const struct loop_delay *probe, struct error *error);

/* Appends only the beats, under the name `trial`. */
int output_beats(const struct output *output, const char *trial, const struct loop_delay *probe,
                 struct error *error);

void output_close(struct output *output);

#endif
