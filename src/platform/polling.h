// SPDX-License-Identifier: MIT
#ifndef POLLING_H
#define POLLING_H

#include <stdbool.h>
#include <stdint.h>

/* How the calling thread's loop waits for events: for how long, and a heartbeat that wakes it. One
 * file per operating system implements this. A thread has one loop at a time. */

struct uv_loop_s; /* uv_loop_t */
struct polling_beat;

/* Lets the time be counted; before the loop's first turn. Returns 0 or a negative errno. */
int polling_enable(struct uv_loop_s *loop);

/* The seconds that were spent waiting for events, since some fixed point. */
double polling_s(struct uv_loop_s *loop);

/* Whether a loop's waits are seen at all, which they must be for all else here. Known as soon as
 * any loop has turned. */
bool polling_is_seen(void);

/* Calls `serve(context)` on the loop at start_ns + n * interval_ns of uv_hrtime for n = 1, 2, ...,
 * or as soon after as the loop polls; beats that were missed are served by one call. Does not keep
 * the loop running. Sets `*beat` and returns 0, or a negative errno. */
int polling_beat_start(struct polling_beat **beat, struct uv_loop_s *loop, uint64_t start_ns,
                       uint64_t interval_ns, void (*serve)(void *context), void *context);

/* Ends it, and frees; may let the loop run once without waiting. NULL is passed over. */
void polling_beat_stop(struct polling_beat *beat);

#endif
