// SPDX-License-Identifier: MIT
#ifndef LOOP_DELAY_H
#define LOOP_DELAY_H

#include "record/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The loop delay probe: a heartbeat falls due on the loop at a fixed interval, and each beat counts
 * with the time that it waited until it was served, or until the scan ended. A loop that does not
 * turn for a while serves all the beats of that while late, so a gap g at the interval i counts as
 * the delays g - i, g - 2i, ... and not as one late beat or none: that would be coordinated
 * omission (Tene, How NOT to Measure Latency, 2015). */
struct loop_delay;
struct uv_loop_s; /* uv_loop_t */

/* Makes a probe with a beat every `interval_ns` (at least 1) and memory for `most_beats` of them
 * that is touched here, so that counting a beat never faults. The caller frees with
 * loop_delay_free. */
struct loop_delay *loop_delay_new(uint64_t interval_ns, size_t most_beats);
void loop_delay_free(struct loop_delay *probe);

/* Starts the heartbeat on the loop; the first beat is due one interval after `start_ns` of
 * uv_hrtime. It does not keep the loop running. Returns 0 or a negative errno. */
int loop_delay_start(struct loop_delay *probe, struct uv_loop_s *loop, uint64_t start_ns);

/* Ends the heartbeat: beats that fell due up to `end_ns` (of uv_hrtime) and were not served count
 * with the time that they waited until then. Lets the loop run once to give up its handle. */
void loop_delay_stop(struct loop_delay *probe, uint64_t end_ns);

/* The arithmetic alone, for loop_delay_start and for tests: begins at `start_ns` without a loop. */
void loop_delay_begin(struct loop_delay *probe, uint64_t start_ns);

/* All beats that fell due up to `now_ns` and did not count yet are served now. */
void loop_delay_serve(struct loop_delay *probe, uint64_t now_ns);

/* How many beats fell due, and how long beat `number` (from 0) waited, in seconds. Beats beyond the
 * memory of the probe are counted but have no delay. */
size_t loop_delay_beats(const struct loop_delay *probe);
double loop_delay_of(const struct loop_delay *probe, size_t number);

/* Whether more beats fell due than there was memory for, so that nothing is known of them as a
 * whole. */
bool loop_delay_overflowed(const struct loop_delay *probe);

/* Puts the number of the beats into the row, and the median, the 99th percentile and the maximum of
 * all of them: what cannot be known (delays.h) stays unknown, and all three do when there were too
 * many. */
void loop_delay_record(const struct loop_delay *probe, struct trial *trial);

/* Writes a line "trial,time_s,delay_s" for each beat: `trial` as given, and the time it fell due.
 * Nothing when there were too many: the first part of them is not the whole. */
void loop_delay_print(const struct loop_delay *probe, const char *trial, FILE *out);

#endif
