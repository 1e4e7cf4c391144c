// SPDX-License-Identifier: MIT
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "cache.h"
#include "core/error.h"
#include "data-gen/file_set.h"
#include "methods/method.h"
#include "probes/clients.h"
#include "probes/loop_delay.h"
#include "probes/metrics.h"
#include "record/trial.h"

#include <stdbool.h>

/* What all trials of a run have in common. */
struct protocol {
    struct file_set *files;
    bool counts_reads; /* storage_read_bytes counts what the method reads of them */
    struct work_settings settings;
    size_t chunk_bytes;            /* 0: each method's own */
    enum cache_prime prime;        /* how a warm cache is filled */
    struct loop_delay *loop_delay; /* holds the beats of the last trial; NULL for no loop probes */
    struct clients *clients;       /* for one trial; NULL for none */
    struct metrics *metrics;       /* what others would have told of the last trial; or NULL */
};

/* Runs one trial, the protocol of the whole benchmark from top to bottom, and fills the row except
 * for its `repeat`, its `order` and the settings of the run. Returns 0 when there is a row,
 * whatever its status; `error` then says what a person should know of it (code 0: nothing). Returns
 * -ECANCELED, and no row, after an interrupt. */
int protocol_trial(const struct protocol *protocol, const struct method *method,
                   enum cache_state cache, struct trial *trial, struct error *error);

/* The idle control: the loop with nothing to do for that long, under the same probes. Fills only
 * what the probes tell of the machine's own noise. Returns 0 or a negative errno with `error`
 * filled. */
int protocol_idle(const struct protocol *protocol, unsigned milliseconds, struct trial *trial,
                  struct error *error);

#endif
