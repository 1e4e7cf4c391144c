// SPDX-License-Identifier: MIT
#ifndef LOOP_TIME_H
#define LOOP_TIME_H

#include "platform/polling.h"
#include "record/trial.h"

/* The wall time of the loop's thread has four parts: polling (asleep in the loop's wait for
 * events), CPU (on a CPU, within a wait, too), queued (ready to run but waiting for a CPU, be it
 * after a wait, after a fault, or preempted) and stalled (asleep anywhere else: a page fault, a
 * system call). This is what is known of them between start and stop. */
struct loop_time {
    double cpu_s;
    double queued_s; /* NAN where the system does not tell */
    double stolen_s; /* what the host took from all CPUs of this virtual machine; NAN likewise */
    struct polling_account polls;
};

/* Lets the loop count its polling time; before its first turn. Returns 0 or a negative errno. */
int loop_time_enable(struct uv_loop_s *loop);

/* Begin and end it, on the loop's thread; `end_ns` is the time of uv_hrtime, shortly before, when
 * the work was over. */
void loop_time_start(struct loop_time *time, struct uv_loop_s *loop);
void loop_time_stop(struct loop_time *time, struct uv_loop_s *loop, uint64_t end_ns);

/* Puts the four parts into the row, whose elapsed_s is known. Polling and stalled are the time off
 * a CPU within the waits and outside of them, less what of it was queued. The records of context
 * switches tell that time. Nothing makes the parts add up then: they fall short of elapsed_s by
 * what the host took while the thread was on a CPU. Without records it is what the clocks leave,
 * and what the host took may be among it.
 *
 * Polling and stalled are ranges as far as it is not known which of the two something belongs to:
 * loop_poll_low_s to loop_poll_high_s, and so on. loop_poll_s and loop_stalled_s stay unknown when
 * their range is wider than 4 % of elapsed_s. */
void loop_time_record(const struct loop_time *time, struct trial *trial);

#endif
