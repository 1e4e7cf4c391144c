// SPDX-License-Identifier: MIT
#ifndef BEAT_H
#define BEAT_H

#include <stdint.h>

/* A periodic wake-up of a loop, as exact as the system has it: a timerfd in uv_poll on Linux
 * (uv_timer counts in milliseconds of a cached clock), uv_timer elsewhere. */
struct beat;
struct uv_loop_s;

/* Calls `serve(context)` on the loop at start_ns + n * interval_ns of uv_hrtime for n = 1, 2, ...,
 * or as soon after as the loop turns; beats that were missed are served by one call. Does not keep
 * the loop running. Sets `*beat` and returns 0, or a negative errno. */
int beat_start(struct beat **beat, struct uv_loop_s *loop, uint64_t start_ns, uint64_t interval_ns,
               void (*serve)(void *context), void *context);

/* Ends it, lets the loop run once without waiting, and frees. NULL is passed over. */
void beat_stop(struct beat *beat);

#endif
