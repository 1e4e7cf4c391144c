// SPDX-License-Identifier: MIT
#ifndef NOISE_H
#define NOISE_H

#include <math.h>
#include <stdint.h>

/* What else happened on the machine: counts since it started, and their shares over a run. */
struct noise {
    uint64_t at_ns;
    double busy_s;        /* CPU time of everybody; NAN when unknown, as the next */
    double steal_s;       /* CPU time that the host took from this virtual machine */
    double own_s;         /* CPU time of this process and of those that it waited for */
    int64_t device_bytes; /* read from the device by everybody; -1 when unknown, as the next */
    int64_t own_bytes;
};

struct noise_shares {
    double steal;              /* of the CPUs' time; NAN when unknown, as the next */
    double others;             /* CPU time of other processes, of the CPUs' time */
    int64_t others_read_bytes; /* -1 when unknown */
};

/* Shares of which nothing is known. */
#define NOISE_UNKNOWN ((struct noise_shares){.steal = NAN, .others = NAN, .others_read_bytes = -1})

/* The counts now; `path` is a file of the file set. */
struct noise noise_now(const char *path);

struct noise_shares noise_between(const struct noise *before, const struct noise *after);

#endif
