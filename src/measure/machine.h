// SPDX-License-Identifier: MIT
#ifndef MACHINE_H
#define MACHINE_H

#include "core/error.h"
#include "data-gen/emulated_storage.h"
#include "device.h"
#include "platform/storage.h"
#include "probes/noise.h"
#include "record/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* What machine.csv tells beside what the system itself knows. */
struct machine_run {
    time_t began;
    const struct storage *storage; /* below the data folder */
    const char *storage_settings;  /* of emulated storage, lines "storage...,value"; else NULL */
    bool has_storage_counts;       /* what came over it is known when it has ended */
    struct emulated_storage_counts storage_counts;
    uint64_t seed;
    char libuv_reads[24]; /* how libuv reads files, seen while its loop lived; empty: unknown */
    double pool_warm_up_s;
    struct device_speed device;
    struct trial idle;         /* the idle control; unknown before it was measured */
    struct noise_shares noise; /* over the whole run; unknown before its end */
    const char *command_line;
};

/* Writes machine.csv (key,value) into the results folder: when, where and how the run was made.
 * What is unknown is an empty value. Written once when the run begins and again when it has ended.
 * Returns 0 or a negative errno with `error` filled. */
int machine_write(const char *dir, const struct machine_run *run, struct error *error);

#endif
