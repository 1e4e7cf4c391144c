// SPDX-License-Identifier: MIT
#ifndef METRIC_H
#define METRIC_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The metrics.csv of a run: what the ways in which others watch a loop would have told of each ok
 * trial. probes/metrics.h says how each is measured. */

enum metric_kind {
    METRIC_TIMER,       /* a timer that re-arms itself */
    METRIC_TURN,        /* the time of each turn of the loop, without its polling */
    METRIC_UTILIZATION, /* the share of the time that was not libuv's idle time */
    METRIC_SLEEPER,     /* a thread beside the loop that sleeps */
    METRIC_BEATS,       /* every beat that was due */
    METRIC_KINDS,
};

/* Its name in the file. */
const char *metric_name(enum metric_kind kind);

/* What one of them told: delays, or a share. */
struct metric {
    int64_t trial; /* the `order` of its row in trials.csv */
    enum metric_kind kind;
    int64_t samples; /* -1: it has none */
    double p50_s;    /* NAN: unknown, as the next */
    double p99_s;    /* of BEATS_FOR_P99 (beats.h) samples at least */
    double max_s;
    double share;
};

/* The columns of the file; a row of it, with its line end. */
#define METRIC_HEADER "trial,metric,samples,p50_s,p99_s,max_s,share\n"
void metric_print(const struct metric *metric, FILE *out);

struct metric_list {
    size_t count;
    struct metric *rows;
};

/* Reads the metrics.csv of the results folder `dir` by the names of its columns. Returns 0, -ENOENT
 * when there is none, or another negative errno; with `error` saying what is wrong (core/csv.h).
 * The caller frees with metric_list_free. */
int metric_list_read(struct metric_list *list, const char *dir, struct error *error);

void metric_list_free(struct metric_list *list);

#endif
