// SPDX-License-Identifier: MIT
#ifndef NOISE_H
#define NOISE_H

#include "platform/host.h"

#include <stdint.h>

/* What else happened on the machine: counts since it started, and their shares over a run. */
struct noise {
    uint64_t at_ns;
    struct host_cpu_times cpu;
    double throttled_s;           /* as host_throttled_s tells it */
    double pressure_s[PRESSURES]; /* on the whole system; NAN when unknown, as the next */
    double own_pressure_s[PRESSURES];
    int64_t device_bytes; /* read from the device by everybody; -1 when unknown, as the next */
    int64_t own_bytes;
};

struct noise_shares {
    double steal;               /* of the CPUs' time; NAN when unknown, as the next ones */
    double others;              /* CPU time of other programs, of the CPUs' time */
    double throttled;           /* of the time: a quota kept CPUs from this program's group */
    double pressure[PRESSURES]; /* of the time: some task of the system waited */
    double others_pressure[PRESSURES]; /* at least so much of that was not this process's group */
    int64_t others_read_bytes;         /* -1 when unknown */
};

/* Shares of which nothing is known. */
extern const struct noise_shares noise_unknown;

/* The counts now; `path` is a file of the file set. */
struct noise noise_now(const char *path);

struct noise_shares noise_between(const struct noise *before, const struct noise *after);

#endif
