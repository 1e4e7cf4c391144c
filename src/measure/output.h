// SPDX-License-Identifier: MIT
#ifndef OUTPUT_H
#define OUTPUT_H

#include "core/error.h"
#include "record/trial.h"

#include <stdbool.h>
#include <stddef.h>

/* The files that grow with every trial of a run: trials.csv, with the loop probes on
 * loop_delay.csv, with clients client_delay.csv, and where other metrics are compared metrics.csv.
 * What is written is on its way to disk before the next trial begins. */
enum output_delays { OUTPUT_BEATS, OUTPUT_CLIENTS, OUTPUT_DELAYS };

struct output {
    int trials_fd;
    int delays_fds[OUTPUT_DELAYS]; /* -1 for those that are not asked for */
    int metrics_fd;                /* -1 without a metrics.csv */
};

/* None of them open. */
struct output output_none(void);

/* Lines for a file of delays. */
struct output_lines {
    char *text; /* or NULL */
    size_t bytes;
};

/* Creates the files with their headers in the results folder `dir`, of the delays those that are
 * `wanted`. Returns 0 or a negative errno with `error` filled. */
int output_open(struct output *output, const char *dir, const bool wanted[OUTPUT_DELAYS],
                struct error *error);

/* Appends a trial's row and, when it is ok, its delays. Returns 0 or a negative errno with `error`
 * filled; then the row was not written. */
int output_trial(const struct output *output, const struct trial *trial,
                 const struct output_lines delays[OUTPUT_DELAYS], struct error *error);

/* Begins the metrics.csv in `dir`, too; and appends rows of it. */
int output_open_metrics(struct output *output, const char *dir, struct error *error);
int output_metrics(const struct output *output, const char *rows, struct error *error);

/* Appends only the delays. */
int output_delays(const struct output *output, const struct output_lines delays[OUTPUT_DELAYS],
                  struct error *error);

/* Closes what is open. */
void output_close(struct output *output);

#endif
