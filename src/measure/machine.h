// SPDX-License-Identifier: MIT
#ifndef MACHINE_H
#define MACHINE_H

#include "core/error.h"
#include "data-gen/emulated_storage.h"
#include "device.h"
#include "one_call.h"
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
    int64_t readahead_set_bytes; /* what the device's was set to for this run, or -1 */
    uint64_t seed;
    char libuv_reads[24]; /* how libuv reads files, seen while its loop lived; empty: unknown */
    double pool_warm_up_s;
    struct device_speed device;
    struct one_call one_call;
    struct trial idle;         /* the idle control; unknown before it was measured */
    struct noise_shares noise; /* over the whole run; unknown before its end */
    double precision;          /* --precision, as a share; or 0, then the next two tell nothing */
    double at_most_s;
    const char *precision_end;  /* why it went on no longer: "reached" or "time"; NULL before */
    double interval_level;      /* which intervals of this run's trials have to have */
    const char *to;             /* of copies and sends, or NULL */
    const char *fsync;          /* of copies: "timed" or "after"; or NULL, as the next */
    const char *reflink;        /* "allowed" or "avoided" */
    int64_t reader_bytes_per_s; /* of sends, when it is limited; or -1 */
    const char *command_line;
};

/* Writes machine.csv (key,value) into the results folder: when, where and how the run was made.
 * What is unknown is an empty value. Written once when the run begins and again when it has ended.
 * Returns 0 or a negative errno with `error` filled. */
int machine_write(const char *dir, const struct machine_run *run, struct error *error);

#endif
