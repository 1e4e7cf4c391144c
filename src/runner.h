// SPDX-License-Identifier: MIT
#ifndef RUNNER_H
#define RUNNER_H

#include "error.h"
#include "file_set.h"
#include "plan.h"
#include "trial.h"

#include <stdbool.h>

/* What all trials of a run have in common. */
struct runner {
    struct file_set *files;
    uint64_t stride_bytes;
    size_t chunk_bytes;
    bool counts_reads; /* whether device_read_bytes is about these files */
};

/* Runs one trial, the protocol of the whole benchmark from top to bottom, and fills the row except
 * for its `order` and the settings of the run. Returns 0 when there is a row, whatever its status;
 * `error` then says what a person should know of it (code 0: nothing). Returns -ECANCELED, and no
 * row, after an interrupt. */
int runner_trial(const struct runner *runner, const struct plan_entry *entry, struct trial *trial,
                 struct error *error);

#endif
