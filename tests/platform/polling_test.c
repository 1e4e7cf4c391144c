// SPDX-License-Identifier: MIT
/* The waits of a loop: what is counted, and that beats wake it without changing what it waits for;
 * on kernels with epoll_pwait2 and, by making it fail, where it is refused. */
#include "platform/polling.h"
#include "platform/thread_time.h"

#include "tests/support.h"

#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <uv.h>

enum { EPOLL_PWAIT2 = 441, TIMER_MS = 20 };
#define BEAT_NS UINT64_C(1000000)

static int pwait2_error; /* what it fails with; 0: it does not */
static int ppoll_error;
static int pwait2_calls;
static int ppoll_calls;

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    pwait2_calls += number == EPOLL_PWAIT2;
    if (number != EPOLL_PWAIT2 || pwait2_error == 0)
        return __real_syscall(number, a, b, c, d, e, f);
    errno = pwait2_error;
    return -1;
}

int __real_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                 const sigset_t *signals);
int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                 const sigset_t *signals)
{
    ppoll_calls++;
    if (ppoll_error == 0)
        return __real_ppoll(fds, count, timeout, signals);
    errno = ppoll_error;
    return -1;
}

/* Each reading is as much later, if that is not 0. */
static double queued_step_s;
static double queued_s;

double __real_thread_time_queued_s(void);
double __wrap_thread_time_queued_s(void)
{
    return queued_step_s == 0 ? __real_thread_time_queued_s() : (queued_s += queued_step_s);
}

static uint64_t start_ns;
static uint64_t fired_ns;
static size_t served;
static size_t early;

static void on_beat(void *context)
{
    const uint64_t *interval_ns = context;
    served++;
    early += uv_hrtime() < start_ns + served * *interval_ns;
}

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    fired_ns = uv_hrtime();
}

/* Lets a loop wait for a timer, with a beat unless `interval_ns` is 0. Returns the seconds that
 * count as polling. */
static double wait_for_timer(uint64_t interval_ns)
{
    uv_loop_t loop;
    uv_timer_t timer;
    struct polling_beat *beat = NULL;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(polling_enable(&loop), 0);
    uv_timer_init(&loop, &timer);
    served = early = 0;
    pwait2_calls = ppoll_calls = 0;
    polling_account_start(&loop);
    start_ns = uv_hrtime();
    if (interval_ns > 0)
        assert_int_equal(
            polling_beat_start(&beat, &loop, start_ns, interval_ns, on_beat, &interval_ns), 0);
    uv_update_time(&loop);
    uv_timer_start(&timer, on_timer, TIMER_MS, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    const double polled_s = polling_account_stop(&loop, uv_hrtime()).waited_s;
    polling_beat_stop(beat);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    return polled_s;
}

static void check_beats(void)
{
    const double polled_s = wait_for_timer(BEAT_NS);
    const double elapsed_s = (double)(fired_ns - start_ns) / 1e9;
    /* A uv_timer counts whole milliseconds of a clock that may be one behind. */
    assert_true(elapsed_s >= (TIMER_MS - 1) / 1e3);
    assert_true(polled_s > elapsed_s / 10 && polled_s <= elapsed_s); /* a checker is slow */
    assert_true(served >= 2); /* the sleep was interrupted, by as many as a busy machine lets */
    assert_int_equal(early, 0);
}

static void beats_wake_a_sleeping_loop_and_the_sleep_goes_on(void **state)
{
    (void)state;
    check_beats();
    assert_int_equal(pwait2_calls > 2, ppoll_calls == 0); /* an old kernel has ppoll only */
}

/* Container filters answer EPERM, older ones and older kernels ENOSYS. What was decided is
 * remembered, hence a process for each. */
static void so_they_do_where_epoll_pwait2_is_refused(void **state)
{
    static const int errors[] = {ENOSYS, EPERM, EACCES, EINVAL, EOPNOTSUPP};
    (void)state;
    for (size_t i = 0; i < LENGTH(errors); i++) {
        int status = -1;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            pwait2_error = errors[i];
            check_beats();
            _exit(pwait2_calls == 1 && ppoll_calls > 2 ? 0 : 1); /* asked once */
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

static void without_any_short_wait_there_are_no_beats(void **state)
{
    int status = -1;
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct polling_beat *beat = NULL;
        pwait2_error = ENOSYS;
        ppoll_error = EPERM;
        _exit(polling_beat_start(&beat, NULL, 0, BEAT_NS, on_beat, NULL) == -EPERM ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void without_a_beat_the_sleep_is_one_wait(void **state)
{
    (void)state;
    const double polled_s = wait_for_timer(0);
    assert_int_equal(served, 0);
    assert_in_range(pwait2_calls + ppoll_calls, 1,
                    2); /* a timer's milliseconds may be up a little late */
    assert_true(polled_s > 0);
    assert_true(polling_is_seen());
}

static void on_idle(uv_idle_t *idle)
{
    size_t *turns = idle->data;
    if (++*turns == 1000)
        uv_idle_stop(idle);
}

/* Beats are served by a loop that never sleeps, too, and its turns are not polling. */
static void a_busy_loop_serves_beats_and_does_not_poll(void **state)
{
    const uint64_t interval_ns = 1000;
    uint64_t context = interval_ns;
    uv_loop_t loop;
    uv_idle_t idle;
    size_t turns = 0;
    struct polling_beat *beat;
    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    uv_idle_init(&loop, &idle);
    idle.data = &turns;
    uv_idle_start(&idle, on_idle);
    served = early = 0;
    polling_account_start(&loop);
    start_ns = uv_hrtime();
    assert_int_equal(polling_beat_start(&beat, &loop, start_ns, interval_ns, on_beat, &context), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    polling_beat_stop(beat);
    assert_true(polling_account_stop(&loop, uv_hrtime()).waited_s < 1e-9);
    assert_in_range(served, 2, 1001); /* at most one call a turn, however many beats were missed */
    assert_int_equal(early, 0);
    uv_close((uv_handle_t *)&idle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void on_async(uv_async_t *async)
{
    uv_close((uv_handle_t *)async, NULL);
}

static void on_third_beat(void *async)
{
    if (++served == 3)
        uv_async_send(async);
}

/* A wait without an end returns only with its event, which libuv asserts. */
static void an_endless_wait_goes_on_until_its_event(void **state)
{
    uv_loop_t loop;
    uv_async_t async;
    struct polling_beat *beat;
    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    uv_async_init(&loop, &async, on_async);
    served = 0;
    assert_int_equal(polling_beat_start(&beat, &loop, uv_hrtime(), BEAT_NS, on_third_beat, &async),
                     0);
    uv_run(&loop, UV_RUN_DEFAULT);
    polling_beat_stop(beat);
    assert_in_range(served, 3, SIZE_MAX);
    assert_int_equal(uv_loop_close(&loop), 0);
}

enum { EVENTS = 20000 };

static void on_event(uv_async_t *async)
{
    size_t *events = async->data;
    if (++*events < EVENTS)
        uv_async_send(async);
    else
        uv_close((uv_handle_t *)async, NULL);
}

/* What is known of some of many waits stands for all of them: events that are there already take
 * the waits as much CPU time each, and as much queueing by a clock that says so. */
static void some_of_many_waits_stand_for_all(void **state)
{
    uv_loop_t loop;
    uv_async_t async;
    size_t events = 0;
    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    uv_async_init(&loop, &async, on_event);
    async.data = &events;
    queued_s = 0;
    queued_step_s = 1e-6;
    polling_account_start(&loop);
    const double cpu_before_s = thread_time_cpu_s();
    uv_async_send(&async);
    uv_run(&loop, UV_RUN_DEFAULT);
    const double cpu_s = thread_time_cpu_s() - cpu_before_s;
    const struct polling_account account = polling_account_stop(&loop, uv_hrtime());
    const double looks = queued_s / queued_step_s / 2;
    queued_step_s = 0;
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_true(looks >= 64 && looks < EVENTS / 2.0);
    assert_true(account.cpu_s > 0.1 * cpu_s && account.cpu_s < cpu_s);
    /* Of the waits since the last look nothing is known. */
    assert_true(account.queued_s > 0.5 * EVENTS * 1e-6);
    assert_true(account.queued_s < 1.01 * EVENTS * 1e-6);
    assert_true(account.error_s > 0 && account.error_s < account.queued_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_they_do_where_epoll_pwait2_is_refused), /* first: this remembers */
        cmocka_unit_test(without_any_short_wait_there_are_no_beats),
        cmocka_unit_test(beats_wake_a_sleeping_loop_and_the_sleep_goes_on),
        cmocka_unit_test(without_a_beat_the_sleep_is_one_wait),
        cmocka_unit_test(a_busy_loop_serves_beats_and_does_not_poll),
        cmocka_unit_test(an_endless_wait_goes_on_until_its_event),
        cmocka_unit_test(some_of_many_waits_stand_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
