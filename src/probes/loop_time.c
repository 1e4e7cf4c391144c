// SPDX-License-Identifier: MIT
#include "loop_time.h"

#include "platform/host.h"
#include "platform/polling.h"

#include <math.h>
#include <time.h>

int loop_time_enable(struct uv_loop_s *loop)
{
    return polling_enable(loop);
}

struct loop_time loop_time_now(struct uv_loop_s *loop)
{
    struct timespec cpu;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return (struct loop_time){
        .poll_s = polling_s(loop),
        .cpu_s = (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9,
        .runqueue_s = host_thread_runqueue_s(),
    };
}

void loop_time_record(const struct loop_time *before, const struct loop_time *after,
                      struct trial *trial)
{
    const double poll_s = after->poll_s - before->poll_s;
    /* The readings themselves take some microseconds more than the scan. */
    trial->loop_cpu_s = fmin(after->cpu_s - before->cpu_s, trial->elapsed_s);
    trial->loop_runqueue_s = after->runqueue_s - before->runqueue_s;
    const double off_cpu_s = trial->elapsed_s - trial->loop_cpu_s;
    trial->loop_poll_s = fmin(poll_s, off_cpu_s);
    trial->loop_stalled_s = off_cpu_s - trial->loop_poll_s;
}
