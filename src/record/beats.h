// SPDX-License-Identifier: MIT
#ifndef BEATS_H
#define BEATS_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

/* The loop_delay.csv of a run, with each beat of each ok trial, and its client_delay.csv, with each
 * request of a client; here a request is a beat, too. */
#define BEATS_OF_THE_LOOP "loop_delay.csv"
#define BEATS_OF_CLIENTS  "client_delay.csv"

/* The fewest that have a 99th percentile. */
#define BEATS_FOR_P99 100

/* In place of a trial, for the beats of the idle control. */
#define BEAT_IDLE (-1)

struct beat {
    int64_t trial;  /* the `order` of its row in trials.csv, or BEAT_IDLE */
    double time_s;  /* when it fell due, from the start of the scan */
    double delay_s; /* how late it was served */
};

struct beats {
    size_t count;
    struct beat *rows; /* in the order of the file: those of a trial are together, by their time */
};

/* Reads the file `name` of the results folder `dir` by the names of its columns. A last line
 * without its end is that of a run which was killed, and is passed over. Returns 0; -ENOENT when
 * there is no such file, as with old results, those of --heartbeat 0 and those without clients; or
 * another negative errno; with `error` naming the file, the line and what is wrong. The caller
 * frees with beats_free. */
int beats_read(struct beats *beats, const char *dir, const char *name, struct error *error);

void beats_free(struct beats *beats);

#endif
