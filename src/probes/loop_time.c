// SPDX-License-Identifier: MIT
#include "loop_time.h"

#include "platform/host.h"
#include "platform/thread_time.h"

#include <math.h>
#include <stdbool.h>

/* The widest range that counts as a point, as a share of the elapsed time. */
#define WIDEST_POINT 0.04

struct range {
    double low;
    double high;
};

int loop_time_enable(struct uv_loop_s *loop)
{
    return polling_enable(loop);
}

void loop_time_start(struct loop_time *time, struct uv_loop_s *loop)
{
    time->stolen_s = host_stolen_s();
    polling_account_start(loop);
    time->cpu_s = thread_time_cpu_s();
    time->queued_s = thread_time_queued_s();
}

void loop_time_stop(struct loop_time *time, struct uv_loop_s *loop, uint64_t end_ns)
{
    time->cpu_s = thread_time_cpu_s() - time->cpu_s;
    time->queued_s = thread_time_queued_s() - time->queued_s;
    time->polls = polling_account_stop(loop, end_ns);
    time->stolen_s = host_stolen_s() - time->stolen_s;
}

/* How much of the time off a CPU within the waits was queued: about what the account says, and no
 * more than there is room for, here and outside of the waits. */
static struct range queued_in_waits(const struct loop_time *time, double off_s,
                                    double off_outside_s)
{
    const struct polling_account *polls = &time->polls;
    const double least_s = fmax(0, time->queued_s - off_outside_s);
    const double most_s = fmax(least_s, fmin(off_s, time->queued_s));
    return (struct range){
        fmax(least_s, fmin(polls->queued_s - polls->error_s, most_s)),
        fmax(least_s, fmin(polls->queued_s + polls->error_s, most_s)),
    };
}

static void record_range(const struct range *range, double elapsed_s, double *point_s,
                         double *low_s, double *high_s)
{
    *low_s = fmax(0, range->low);
    *high_s = fmax(0, range->high);
    if (*high_s - *low_s <= WIDEST_POINT * elapsed_s)
        *point_s = (*low_s + *high_s) / 2;
}

void loop_time_record(const struct loop_time *time, struct trial *trial)
{
    const struct polling_account *polls = &time->polls;
    const double most_cpu_s = fmin(time->cpu_s, polls->waited_s);
    const double cpu_s = fmin(isnan(polls->cpu_s) ? most_cpu_s : polls->cpu_s, most_cpu_s);
    double off_s = polls->off_cpu_s;
    double off_outside_s = polls->off_cpu_outside_s;
    double taken_s = 0; /* of what is off a CPU by the clocks: the host had it */
    if (isnan(off_outside_s)) {
        off_s = polls->waited_s - (isnan(polls->cpu_s) ? 0 : cpu_s);
        off_outside_s = fmax(0, trial->elapsed_s - polls->waited_s - time->cpu_s + cpu_s);
        taken_s = isnan(time->stolen_s) ? 0 : time->stolen_s;
    }
    struct range poll = {0, off_s};
    struct range stalled = {0, off_outside_s};
    if (!isnan(time->queued_s)) {
        const struct range queued = queued_in_waits(time, off_s, off_outside_s);
        const double taken_in_waits_s = taken_s * cpu_s / time->cpu_s;
        poll.low = off_s - queued.high - taken_in_waits_s;
        poll.high = off_s - queued.low;
        stalled.low = off_outside_s - (time->queued_s - queued.low) - (taken_s - taken_in_waits_s);
        stalled.high = off_outside_s - (time->queued_s - queued.high);
    }
    record_range(&poll, trial->elapsed_s, &trial->loop_poll_s, &trial->loop_poll_low_s,
                 &trial->loop_poll_high_s);
    record_range(&stalled, trial->elapsed_s, &trial->loop_stalled_s, &trial->loop_stalled_low_s,
                 &trial->loop_stalled_high_s);
    trial->loop_cpu_s = time->cpu_s;
    trial->loop_queued_s = time->queued_s;
}
