// SPDX-License-Identifier: MIT
#include "platform/thread_time.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The kernel counts what a thread waited for a CPU: after a wake-up, from whatever it slept in, and
 * when it was preempted. The file stays open as long as the thread lives: opening it takes longer
 * than all else here. */
double thread_time_queued_s(void)
{
    static _Thread_local int fd = -1;
    char line[96];
    char *after_cpu;
    if (fd < 0)
        fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    const ssize_t length = pread(fd, line, sizeof line - 1, 0);
    if (length <= 0)
        return NAN;
    line[length] = '\0';
    strtoull(line, &after_cpu, 10);
    return (double)strtoull(after_cpu, NULL, 10) / 1e9;
}

double thread_time_cpu_s(void)
{
    struct timespec cpu;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    return (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9;
}
