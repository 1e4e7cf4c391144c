// SPDX-License-Identifier: MIT
#ifndef LOOP_TIME_H
#define LOOP_TIME_H

#include "record/trial.h"

struct uv_loop_s; /* uv_loop_t */

/* Where the wall time of the loop's thread goes. Read on that thread; seconds since some fixed
 * point. */
struct loop_time {
    double poll_s;     /* waiting for events */
    double cpu_s;      /* on a CPU */
    double runqueue_s; /* ready, but waiting for a CPU; NAN where the system does not tell */
};

/* Lets the loop count its polling time; before its first turn. Returns 0 or a negative errno. */
int loop_time_enable(struct uv_loop_s *loop);

struct loop_time loop_time_now(struct uv_loop_s *loop);

/* Puts the difference of two readings into the row, whose elapsed_s is known. What is neither
 * polling nor CPU time is stalled: asleep in a page fault or a system call, or waiting for a CPU.
 * The run queue stands beside and is not subtracted: a wait for a CPU right after a poll counts as
 * polling. The CPU time that the poll itself takes is in both readings; it counts as CPU time as
 * soon as the parts would be more than the whole, so that polling, CPU and stalled add up to
 * elapsed_s. */
void loop_time_record(const struct loop_time *before, const struct loop_time *after,
                      struct trial *trial);

#endif
