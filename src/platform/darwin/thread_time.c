// SPDX-License-Identifier: MIT
#include "platform/thread_time.h"

#include <math.h>
#include <time.h>

double thread_time_cpu_s(void)
{
    struct timespec cpu;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9;
}

double thread_time_queued_s(void)
{
    return NAN;
}
