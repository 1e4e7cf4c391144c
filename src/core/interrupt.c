// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int wake[2] = {-1, -1}; /* a pipe; its first end is readable once a signal came */

static void on_signal(int number)
{
    const int before = errno;
    if (caught != 0) {
        signal(number, SIG_DFL);
        raise(number); /* delivered when this handler returns */
    }
    caught = number;
    if (write(wake[1], "", 1) < 0)
        caught = number; /* the pipe is full: who waits was woken long ago */
    errno = before;
}

void interrupt_catch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t ours;
    if (wake[0] < 0) {
        if (pipe(wake) != 0)
            abort();
        for (int i = 0; i < 2; i++) {
            fcntl(wake[i], F_SETFD, FD_CLOEXEC);
            fcntl(wake[i], F_SETFL, O_NONBLOCK);
        }
    }
    sigemptyset(&action.sa_mask);
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction inherited;
        sigaddset(&ours, numbers[i]);
        if (sigaction(numbers[i], NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    sigprocmask(SIG_UNBLOCK, &ours, NULL);
    signal(SIGXFSZ, SIG_IGN); /* beyond 'ulimit -f' a write then fails, and can be told of */
}

int interrupt_signal(void)
{
    return caught;
}

int interrupt_fd(void)
{
    return wake[0];
}

int interrupt_status(void)
{
    return 128 + caught;
}
