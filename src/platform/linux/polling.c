// SPDX-License-Identifier: MIT
/* The two calls by which libuv waits, epoll_wait and epoll_pwait, are replaced by our own, which do
 * the same: a program's own functions come before those of the C library. They look at the clock
 * and never wait beyond the next beat. What libuv itself offers disturbs a method that turns its
 * loop for each chunk: with UV_METRICS_IDLE_TIME libuv asks twice at every turn, and a timerfd in
 * uv_poll slowed async-read by a fifth on two CPUs. A beat costs nothing here unless the loop
 * sleeps. */
#include "platform/polling.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

/* epoll_pwait2(2), of Linux 5.11; the C library of older systems does not have it. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

/* The number of bytes that the kernel takes a set of signals for (_NSIG / 8). */
enum { SIGNAL_SET_BYTES = 8 };

#define NEVER UINT64_MAX

struct polling_beat {
    uint64_t interval_ns;
    uint64_t next_due_ns;
    int slack_ns; /* the thread's, to be restored */
    void (*serve)(void *context);
    void *context;
};

/* What the waits of one thread's loop are about. */
static _Thread_local struct {
    uint64_t calls;
    uint64_t waited_ns;
    struct polling_beat *beat;
} polling;

struct wait {
    int epoll_fd;
    struct epoll_event *events;
    int most;
    const sigset_t *signals;
};

static int wait_ms(const struct wait *wait, int timeout_ms)
{
#ifdef SYS_epoll_wait /* the one that libuv asks for, where the architecture has it */
    if (wait->signals == NULL)
        return (int)syscall(SYS_epoll_wait, wait->epoll_fd, wait->events, wait->most, timeout_ms);
#endif
    return (int)syscall(SYS_epoll_pwait, wait->epoll_fd, wait->events, wait->most, timeout_ms,
                        wait->signals, SIGNAL_SET_BYTES);
}

static int wait_by_pwait2(const struct wait *wait, const struct timespec *timeout)
{
    return (int)syscall(SYS_epoll_pwait2, wait->epoll_fd, wait->events, wait->most, timeout,
                        wait->signals, SIGNAL_SET_BYTES);
}

/* Whether the kernel has the call and no filter of a container refuses it: then a descriptor that
 * is none is what it complains of. Asked once. */
static bool has_pwait2(void)
{
    static atomic_int answer; /* 0 until it is known, then 1 or -1 */
    if (atomic_load(&answer) == 0) {
        struct epoll_event event;
        const struct wait none = {.epoll_fd = -1, .events = &event, .most = 1};
        const struct timespec now = {.tv_sec = 0};
        const bool here = wait_by_pwait2(&none, &now) < 0 && errno == EBADF;
        atomic_store(&answer, here ? 1 : -1);
    }
    return atomic_load(&answer) > 0;
}

/* For kernels without epoll_pwait2, and where it is refused. */
static int wait_by_ppoll(const struct wait *wait, const struct timespec *timeout)
{
    struct pollfd any = {.fd = wait->epoll_fd, .events = POLLIN};
    const int ready = ppoll(&any, 1, timeout, wait->signals);
    return ready <= 0 ? ready : wait_ms(wait, 0);
}

static int wait_ns(const struct wait *wait, uint64_t timeout_ns)
{
    if (timeout_ns == 0 || timeout_ns == NEVER)
        return wait_ms(wait, timeout_ns == 0 ? 0 : -1);
    const struct timespec timeout = {
        .tv_sec = (time_t)(timeout_ns / 1000000000),
        .tv_nsec = (long)(timeout_ns % 1000000000),
    };
    return has_pwait2() ? wait_by_pwait2(wait, &timeout) : wait_by_ppoll(wait, &timeout);
}

static void serve_due_beats(struct polling_beat *beat, uint64_t now_ns)
{
    if (beat == NULL || now_ns < beat->next_due_ns)
        return;
    beat->next_due_ns += ((now_ns - beat->next_due_ns) / beat->interval_ns + 1) * beat->interval_ns;
    beat->serve(beat->context);
}

/* Waits up to the end or the next beat, whatever comes first, until there is an event or the end.
 */
static int wait_until(const struct wait *wait, uint64_t start_ns, uint64_t end_ns)
{
    uint64_t now_ns = start_ns;
    int count;
    do {
        const struct polling_beat *beat = polling.beat;
        uint64_t wake_ns = end_ns;
        if (beat != NULL && beat->next_due_ns < wake_ns)
            wake_ns = beat->next_due_ns;
        count = wait_ns(wait, wake_ns == NEVER ? NEVER : wake_ns <= now_ns ? 0 : wake_ns - now_ns);
        now_ns = uv_hrtime();
        serve_due_beats(polling.beat, now_ns);
    } while (count == 0 && now_ns < end_ns);
    if (end_ns > start_ns) /* a call that need not wait is not polling */
        polling.waited_ns += now_ns - start_ns;
    return count;
}

/* Sets errno as the function of the C library does. */
int epoll_pwait(int epoll_fd, struct epoll_event *events, int most, int timeout_ms,
                const sigset_t *signals)
{
    const struct wait wait = {
        .epoll_fd = epoll_fd, .events = events, .most = most, .signals = signals};
    const uint64_t start_ns = uv_hrtime();
    polling.calls++;
    return wait_until(&wait, start_ns,
                      timeout_ms < 0 ? NEVER : start_ns + (uint64_t)timeout_ms * 1000000);
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int most, int timeout_ms)
{
    return epoll_pwait(epoll_fd, events, most, timeout_ms, NULL);
}

int polling_enable(struct uv_loop_s *loop)
{
    (void)loop;
    return 0;
}

double polling_s(struct uv_loop_s *loop)
{
    (void)loop;
    return (double)polling.waited_ns / 1e9;
}

/* Not those of a libuv that waits by other calls, or is linked so that it calls the C library's. */
bool polling_is_seen(void)
{
    return polling.calls > 0;
}

int polling_beat_start(struct polling_beat **beat, struct uv_loop_s *loop, uint64_t start_ns,
                       uint64_t interval_ns, void (*serve)(void *context), void *context)
{
    (void)loop;
    const struct timespec now = {.tv_sec = 0};
    if (!has_pwait2() && ppoll(NULL, 0, &now, NULL) != 0)
        return -errno; /* no wait here can end between two milliseconds */
    struct polling_beat *made = malloc(sizeof *made);
    if (made == NULL)
        abort();
    *made = (struct polling_beat){
        .interval_ns = interval_ns,
        .next_due_ns = start_ns + interval_ns,
        .slack_ns = prctl(PR_GET_TIMERSLACK),
        .serve = serve,
        .context = context,
    };
    prctl(PR_SET_TIMERSLACK, 1); /* else the kernel may wake the loop 50 us late, to save power */
    polling.beat = made;
    *beat = made;
    return 0;
}

void polling_beat_stop(struct polling_beat *beat)
{
    if (beat == NULL)
        return;
    if (beat->slack_ns > 0) /* a refusal is no time */
        prctl(PR_SET_TIMERSLACK, beat->slack_ns);
    polling.beat = NULL;
    free(beat);
}
