// SPDX-License-Identifier: MIT
#ifndef METRICS_H
#define METRICS_H

#include "loop_delay.h"
#include "record/metric.h"

#include <stdint.h>

/* What others would have told of the same loop, all in one and the same scan. As a program is
 * watched for longer than it stalls, the loop is left alone for a while before the scan, and each
 * of them counts that, too:
 *
 * - timer: a uv_timer of 10 ms that re-arms itself, and how much later than that it comes. So does
 *   Node's monitorEventLoopDelay (src/histogram.cc; there the 10 ms are in what it reports).
 * - turn: by a uv_check, the time from each turn to the next without libuv's idle time in it; a
 *   sample for each turn, as monitorEventLoopDelay has with samplePerIteration (Node 26.5).
 * - utilization: one less the share of libuv's idle time (Node's eventLoopUtilization).
 * - sleeper: a thread that sleeps 1 ms, and how late it wakes, as jHiccup has it.
 * - beats: every beat that was due (loop_delay.h). */
struct metrics;
struct uv_loop_s; /* uv_loop_t */

/* How long the loop is left alone, in trials. */
enum { METRICS_QUIET_MS = 1500 };

/* Makes a probe for beats every `interval_ns` with memory that is touched here. The caller frees
 * with metrics_free, which passes over NULL as metrics_stop does. */
struct metrics *metrics_new(uint64_t interval_ns, unsigned quiet_ms);
void metrics_free(struct metrics *metrics);

/* Lets the loop count its idle time; before its first turn. Returns 0 or a negative errno: -ENOSYS
 * with a libuv before 1.39. */
int metrics_enable(struct uv_loop_s *loop);

/* Starts to watch, and runs the loop without a task until `quiet_ms` are over; then the scan is
 * started. Nothing of it keeps the loop running. Returns 0 or a negative errno; metrics_stop is
 * called after either. */
int metrics_start(struct metrics *metrics, struct uv_loop_s *loop);

/* Lets the loop turn once more, as that of a program which goes on would: what is late is noticed
 * there. Then ends it all. */
void metrics_stop(struct metrics *metrics);

/* What the metric told; `beats` are those of the scan. All but the trial is filled in. */
struct metric metrics_of(const struct metrics *metrics, const struct loop_delay *beats,
                         enum metric_kind kind);

#endif
