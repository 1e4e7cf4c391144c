// SPDX-License-Identifier: MIT
#ifndef POLLING_H
#define POLLING_H

#include <stdbool.h>
#include <stdint.h>

/* How the calling thread's loop waits for events: for how long, and a heartbeat that wakes it. One
 * file per operating system implements this. A thread has one loop at a time. */

struct uv_loop_s; /* uv_loop_t */
struct polling_beat;

/* What the waits that may sleep took between two points of time, in seconds. CPU time and queueing
 * are asked for at some waits only, since that takes 4 us each: at all of them while they are few,
 * at a random choice when they are many, where each stands for those since the last. */
struct polling_account {
    double waited_s; /* from the call to its return */
    double cpu_s;    /* of that on a CPU; NAN where the system does not tell, as the next two */
    double queued_s; /* ready to run, but waiting for a CPU */
    double error_s;  /* by how much this may be wrong, with 95 % confidence */
    /* Asleep or queued within the waits, and outside of them, by the records of context switches;
     * NAN without them. */
    double off_cpu_s;
    double off_cpu_outside_s;
};

/* Lets the time be counted; before the loop's first turn. Returns 0 or a negative errno. */
int polling_enable(struct uv_loop_s *loop);

/* Begin and end an account, on the loop's thread; `end_ns` is the time of uv_hrtime, shortly
 * before, up to which it goes. */
void polling_account_start(struct uv_loop_s *loop);
struct polling_account polling_account_stop(struct uv_loop_s *loop, uint64_t end_ns);

/* Whether a loop's waits are seen at all, which they must be for all else here. Known as soon as
 * any loop has turned. */
bool polling_is_seen(void);

/* Calls `serve(context)` on the loop at start_ns + n * interval_ns of uv_hrtime for n = 1, 2, ...,
 * or as soon after as the loop polls; beats that were missed are served by one call. Does not keep
 * the loop running. Sets `*beat` and returns 0, or a negative errno. */
int polling_beat_start(struct polling_beat **beat, struct uv_loop_s *loop, uint64_t start_ns,
                       uint64_t interval_ns, void (*serve)(void *context), void *context);

/* Why there can be no such beat here at that interval, or NULL. */
const char *polling_beat_unsupported(uint64_t interval_ns);

/* Ends it, and frees; may let the loop run once without waiting. NULL is passed over. */
void polling_beat_stop(struct polling_beat *beat);

/* Lets the waits of the calling thread end when they should, where the system would let them be
 * late to save power. */
void polling_be_punctual(void);

/* Lets the calling thread run as soon as it wakes up even when all CPUs are busy, where the system
 * knows how (Linux 6.12: short slices). For a witness: its own wait for a CPU is not what it is to
 * tell. */
void polling_be_prompt(void);

#endif
