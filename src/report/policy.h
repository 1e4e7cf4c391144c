// SPDX-License-Identifier: MIT
#ifndef POLICY_H
#define POLICY_H

#include "core/stats.h"

/* Every threshold by which results are judged, once. */

/* Two methods are alike when the interval of their ratio leaves no larger difference than this, and
 * holds 1. One that holds 1 and is wider tells nothing. */
#define POLICY_ALIKE 1.10

/* The article's effect, on a cold cache: mmap on the loop is as slow as on one thread, its interval
 * within these bounds; and slower than threads and than reading by this at least. */
#define POLICY_ARTICLE_AS_SLOW_FROM 0.8
#define POLICY_ARTICLE_AS_SLOW_TO   1.25
#define POLICY_ARTICLE_SLOWER       1.5

/* The level of the intervals of a run that ends when they are narrow, and so has looked at them
 * before: with it they hold the true value as often as others do. */
#define POLICY_LOOK_LEVEL 0.96

/* A loop is free when 99 of 100 beats waited less than this, in seconds, and so did 99 of 100
 * requests where clients asked it. */
#define POLICY_FREE_LOOP_S 0.002

/* Of copies and sends, which keep other CPUs busy too (with writing out, with reading), so much. */
#define POLICY_FREE_TRANSFER_LOOP_S 0.005

/* A method to be recommended takes at most so many times as long as the fastest, and leaves the
 * loop free; so does what lies in the shaded corner of the picture of all. */
#define POLICY_COLD_AT_MOST 1.10
#define POLICY_WARM_AT_MOST 1.5

/* The same of copies and of sends, cold and warm: within 15 % of the time of the fastest, and 90 %
 * of its throughput. */
#define POLICY_COPY_AT_MOST 1.15
#define POLICY_SEND_AT_MOST 1.11

/* A buffer that is as large as the file costs by its pages being made when a fault comes for each
 * page of it, huge ones at most, and when the system's time is so much of what it takes longer. */
#define POLICY_LARGEST_PAGE_BYTES (2.0 * 1024 * 1024)
#define POLICY_CAUSE_SHARE        0.5

/* Readers held the threads of a pool when as many were served at a time as it has, so nearly. */
#define POLICY_NEARLY 0.1

/* Why times may hide the hazard: readahead of this size and more goes on while a program touches
 * what is there already; and a device may be too fast. */
#define POLICY_LARGE_READAHEAD_BYTES (1024.0 * 1024)
#define POLICY_FAST_DEVICE_S         0.0002
#define POLICY_FEW_CPUS              2

/* What makes figures less sure than they look. */
#define POLICY_FEWEST_TRIALS     STATS_FEWEST
#define POLICY_WIDE_INTERVAL     0.25 /* of the median */
#define POLICY_MUCH_STEAL        0.01 /* of the CPUs' time */
#define POLICY_MUCH_BY_OTHERS    0.05
#define POLICY_MUCH_THROTTLED    0.01 /* of the time, as the next two */
#define POLICY_MUCH_PRESSURE     0.05 /* by others, for CPUs and for the device */
#define POLICY_MEMORY_PRESSURE   0.01 /* whoever it was */
#define POLICY_LEAST_MEMORY      1.5  /* times what is to be cached */
#define POLICY_MANY_OTHERS_BYTES (64.0 * 1024 * 1024)

/* A metric shows a stall when it tells of so much of it at least. */
#define POLICY_SHOWN_SHARE 0.5

#endif
