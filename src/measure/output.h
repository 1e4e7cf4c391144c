// SPDX-License-Identifier: MIT
#ifndef OUTPUT_H
#define OUTPUT_H

#include "core/error.h"
#include "record/trial.h"

#include <stddef.h>

/* The files that grow with every trial of a run: trials.csv and, with the loop probes on,
 * loop_delay.csv. What is written is on its way to disk before the next trial begins. */
struct output {
    int trials_fd;
    int loop_delay_fd; /* -1 with the loop probes off */
};

/* Creates the files with their headers in the results folder `dir`. Returns 0 or a negative errno
 * with `error` filled. */
int output_open(struct output *output, const char *dir, int with_loop_delay, struct error *error);

/* Appends a trial's row and its beats, lines of loop_delay.csv or NULL. Returns 0 or a negative
 * errno with `error` filled; then nothing of the trial, or all beats but not the row, was written.
 */
int output_trial(const struct output *output, const struct trial *trial, const char *beats,
                 size_t beats_bytes, struct error *error);

/* Appends only the beats. */
int output_beats(const struct output *output, const char *beats, size_t beats_bytes,
                 struct error *error);

/* Closes what is open. */
void output_close(struct output *output);

#endif
