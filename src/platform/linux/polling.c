// SPDX-License-Identifier: MIT
/* The two calls by which libuv waits, epoll_wait and epoll_pwait, are replaced by our own, which do
 * the same: a program's own functions come before those of the C library. They look at the clock
 * and never wait beyond the next beat. What libuv itself offers disturbs a method that turns its
 * loop for each chunk: with UV_METRICS_IDLE_TIME libuv asks twice at every turn, and a timerfd in
 * uv_poll slowed async-read by a fifth on two CPUs. A beat costs nothing here unless the loop
 * sleeps. */
#include "platform/polling.h"

#include "core/random.h"
#include "platform/thread_time.h"
#include "switches.h"

#include <errno.h>
#include <math.h>
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

/* Of the waits that may sleep the first are all looked into, then one in a millisecond. */
enum { LOOKS_AT_FIRST = 64, NS_PER_LOOK = 1000000 };

/* What the waits of one thread's loop are about. */
static _Thread_local struct {
    uint64_t calls;
    struct polling_beat *beat;
    bool is_accounting;
    uint64_t account_start_ns;
    uint64_t waits;     /* that may sleep, so far */
    uint64_t last_look; /* the numbers of the last wait that was looked into and of the next */
    uint64_t next_look;
    uint64_t random;
    double variance_s2; /* of the queueing that is estimated */
    double look_cpu_s;  /* what a look itself takes */
    struct polling_account account;
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

/* Waits up to the end or the next beat, whatever comes first, until there is an event or the end;
 * begins at `*time_ns`, which becomes the time of the return. */
static int wait_until(const struct wait *wait, uint64_t *time_ns, uint64_t end_ns)
{
    uint64_t now_ns = *time_ns;
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
    *time_ns = now_ns;
    return count;
}

/* Chooses the next wait to look into by number and at random: by time, what comes after something
 * long would be chosen too often. */
static void choose_next_look(void)
{
    const uint64_t elapsed_ns = uv_hrtime() - polling.account_start_ns;
    const uint64_t waits_per_look = polling.waits * NS_PER_LOOK / (elapsed_ns + 1);
    polling.last_look = polling.waits;
    polling.next_look = polling.waits + 1;
    if (polling.waits >= LOOKS_AT_FIRST)
        polling.next_look += random_below(&polling.random, 2 * waits_per_look + 1);
}

/* Counts what was seen of the wait just over for all those since the last look. The variance is
 * that of a choice of which each was as likely as one in so many (Horvitz and Thompson, 1952). */
static void count_look(double cpu_s, double queued_s)
{
    const double stands_for = (double)(polling.waits - polling.last_look);
    polling.account.cpu_s += stands_for * cpu_s;
    polling.account.queued_s += stands_for * queued_s;
    polling.variance_s2 += stands_for * (stands_for - 1) * queued_s * queued_s;
}

static double look_cpu_s(void)
{
    const double before_s = thread_time_cpu_s();
    uv_hrtime();
    uv_hrtime();
    return thread_time_cpu_s() - before_s;
}

/* What a look counts as CPU time of a wait that takes none. */
static double look_least_cpu_s(void)
{
    double least_s = look_cpu_s();
    for (int i = 1; i < 16; i++)
        least_s = fmin(least_s, look_cpu_s());
    return least_s;
}

/* A wait that may sleep, between start and stop of an account. */
static int wait_and_account(const struct wait *wait, uint64_t start_ns, uint64_t end_ns)
{
    const bool looks = ++polling.waits >= polling.next_look;
    const double queued_before_s = looks ? thread_time_queued_s() : 0;
    polling.account.off_cpu_outside_s += switches_off_cpu_s(NEVER);
    const double cpu_before_s = looks ? thread_time_cpu_s() : 0;
    if (looks) /* which took its time */
        start_ns = uv_hrtime();
    uint64_t time_ns = start_ns;
    const int count = wait_until(wait, &time_ns, end_ns);
    const int error = errno;
    const double waited_s = (double)(time_ns - start_ns) / 1e9;
    polling.account.waited_s += waited_s;
    if (looks) {
        const double cpu_s = thread_time_cpu_s() - cpu_before_s - polling.look_cpu_s;
        count_look(fmax(0, fmin(cpu_s, waited_s)), thread_time_queued_s() - queued_before_s);
        choose_next_look();
    }
    polling.account.off_cpu_s += switches_off_cpu_s(NEVER);
    errno = error;
    return count;
}

/* Sets errno as the function of the C library does. */
int epoll_pwait(int epoll_fd, struct epoll_event *events, int most, int timeout_ms,
                const sigset_t *signals)
{
    const struct wait wait = {
        .epoll_fd = epoll_fd, .events = events, .most = most, .signals = signals};
    uint64_t time_ns = uv_hrtime();
    const uint64_t end_ns = timeout_ms < 0 ? NEVER : time_ns + (uint64_t)timeout_ms * 1000000;
    polling.calls++;
    if (polling.is_accounting && timeout_ms != 0)
        return wait_and_account(&wait, time_ns, end_ns);
    return wait_until(&wait, &time_ns, end_ns);
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

void polling_account_start(struct uv_loop_s *loop)
{
    (void)loop;
    polling.account = (struct polling_account){.waited_s = 0};
    polling.waits = polling.last_look = polling.next_look = 0;
    polling.variance_s2 = 0;
    polling.is_accounting = true;
    thread_time_queued_s(); /* opens what it reads */
    polling.look_cpu_s = look_least_cpu_s();
    switches_start();
    polling.account_start_ns = uv_hrtime();
}

struct polling_account polling_account_stop(struct uv_loop_s *loop, uint64_t end_ns)
{
    (void)loop;
    polling.account.off_cpu_outside_s += switches_off_cpu_s(end_ns);
    switches_stop();
    polling.is_accounting = false;
    polling.account.error_s = 2 * sqrt(polling.variance_s2);
    return polling.account;
}

/* Not those of a libuv that waits by other calls, or is linked so that it calls the C library's. */
bool polling_is_seen(void)
{
    return polling.calls > 0;
}

/* Else the kernel may wake a thread 50 us late. */
void polling_be_punctual(void)
{
    prctl(PR_SET_TIMERSLACK, 1);
}

/* sched_setattr(2), whose structure not every C library has. Older kernels pass over the slice. */
void polling_be_prompt(void)
{
    const struct {
        uint32_t size;
        uint32_t policy; /* 0: the usual one */
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t slice_ns;
        uint64_t unused[2];
    } wanted = {.size = sizeof wanted, .slice_ns = 100000};
    syscall(SYS_sched_setattr, 0, &wanted, 0);
}

const char *polling_beat_unsupported(uint64_t interval_ns)
{
    (void)interval_ns;
    return NULL;
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
    polling_be_punctual();
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
