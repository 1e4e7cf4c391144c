// SPDX-License-Identifier: MIT
#ifndef POLICY_H
#define POLICY_H

/* Every threshold by which results are judged, once. */

/* Of all resampling: an interval is the same each time it is worked out. */
#define POLICY_SEED UINT64_C(1)

/* How many pairs of trials a ratio of two methods needs before it is spoken of. */
#define POLICY_FEWEST_PAIRS 3

/* A loop is free when 99 of 100 beats waited less than this, in seconds. */
#define POLICY_FREE_LOOP_S 0.002

/* A method to be recommended takes at most so many times as long as the fastest, and leaves the
 * loop free. */
#define POLICY_COLD_AT_MOST 1.10
#define POLICY_WARM_AT_MOST 1.5

/* A method is fast, in the picture of all, up to so many times the fastest median. */
#define POLICY_FAST_RATIO 1.5

/* Why times may hide the hazard: readahead of this size and more goes on while a program touches
 * what is there already; and a device may be too fast. */
#define POLICY_LARGE_READAHEAD_BYTES (1024.0 * 1024)
#define POLICY_FAST_DEVICE_S         0.0002
#define POLICY_FEW_CPUS              2

/* What makes figures less sure than they look. */
#define POLICY_FEWEST_TRIALS     5
#define POLICY_WIDE_INTERVAL     0.25 /* of the median */
#define POLICY_MUCH_STEAL        0.01 /* of the CPUs' time */
#define POLICY_MUCH_BY_OTHERS    0.05
#define POLICY_MANY_OTHERS_BYTES (64.0 * 1024 * 1024)

#endif
