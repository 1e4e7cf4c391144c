// SPDX-License-Identifier: MIT
#ifndef USAGE_H
#define USAGE_H

#include "record/trial.h"

/* What the whole process used during the timed part: faults, context switches, CPU time, and the
 * bytes that storage had to deliver. */
struct usage {
    int64_t major_faults;
    int64_t minor_faults;
    int64_t voluntary_switches;
    int64_t involuntary_switches;
    double user_s;
    double system_s;
    int64_t device_read_bytes; /* -1 where the system does not count it */
};

/* The counts since the process began. */
struct usage usage_now(void);

/* Puts the difference of two counts into the row. */
void usage_record(const struct usage *before, const struct usage *after, struct trial *trial);

#endif
