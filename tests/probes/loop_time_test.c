// SPDX-License-Identifier: MIT
/* Methods that are made of known parts must show as just those, in the row of a whole trial: with
 * the records of context switches and, by making them fail, where they are refused. What a part is
 * known to be is measured here, by other means where there are any, so that a busy machine makes no
 * difference: others may use the CPUs, and the host may take them. */
#include "measure/protocol.h"
#include "platform/host.h"
#include "probes/loop_time.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <uv.h>

enum { HOLD_MS = 100, TURNS = 20000, HOPS = 2000, MOST_BEATS = 1 << 16 };
#define HOLD_S (HOLD_MS / 1e3)

static bool refuses_records;
static bool has_records;
static long probe_ms;
static bool is_over;

static void sleep_ms(long milliseconds)
{
    struct timespec left = {.tv_nsec = milliseconds * 1000000};
    while (nanosleep(&left, &left) != 0)
        ;
}

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    if (number == SYS_perf_event_open && refuses_records) {
        has_records = false;
        errno = EACCES;
        return -1;
    }
    const long result = __real_syscall(number, a, b, c, d, e, f);
    if (number == SYS_perf_event_open)
        has_records = result >= 0;
    return result;
}

/* One of those that come after the records have begun. */
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *old);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    is_over = false;
    sleep_ms(probe_ms);
    return __real_sigaction(number, action, old);
}

double __real_thread_time_queued_s(void);
double __wrap_thread_time_queued_s(void)
{
    if (is_over)
        sleep_ms(probe_ms);
    return __real_thread_time_queued_s();
}

static double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double thread_cpu_s(void)
{
    return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

/* What passed on the loop's thread. */
struct passed {
    double wall_s;
    double cpu_s;
    double queued_s;
};

static struct passed now(void)
{
    unsigned long long queued_ns = 0;
    FILE *file = fopen("/proc/thread-self/schedstat", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %llu", &queued_ns), 1);
    fclose(file);
    return (struct passed){seconds_of(CLOCK_MONOTONIC), thread_cpu_s(), (double)queued_ns / 1e9};
}

static struct passed since(const struct passed *start)
{
    const struct passed end = now();
    return (struct passed){end.wall_s - start->wall_s, end.cpu_s - start->cpu_s,
                           end.queued_s - start->queued_s};
}

/* Neither on a CPU nor queued: asleep, or it runs on a CPU that the host took. */
static double rest_s(const struct passed *passed)
{
    return passed->wall_s - passed->cpu_s - passed->queued_s;
}

static int prepare_nothing(struct work *scan)
{
    (void)scan;
    return 0;
}

static void finish_nothing(struct work *scan)
{
    (void)scan;
}

static void end(struct work *scan)
{
    scan->tasks[0].sum = scan->tasks[0].file->sum;
    task_done(&scan->tasks[0]);
}

static void burn(double seconds)
{
    const double until_s = thread_cpu_s() + seconds;
    while (thread_cpu_s() < until_s)
        ;
}

/* Burns CPU time while another thread does so on the same CPU: of a process of its own, since
 * valgrind lets the threads of one take turns. It is reaped after the trial. */
static void burn_beside_another(void)
{
    cpu_set_t before;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    const pid_t other = fork(); /* inherits the one CPU */
    assert_true(other >= 0);
    if (other == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        burn(100 * HOLD_S); /* longer than it lives */
        _exit(0);
    }
    burn(HOLD_S);
    kill(other, SIGKILL);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

/* The parts of the made method, in this order. */
enum { SLEEP, BURN, COMPETE, POOL, TURN, PARTS };
static struct passed parts[PARTS];
static struct passed part_start;

static void part_ends(int part)
{
    parts[part] = since(&part_start);
    part_start = now();
}

static void on_turn(uv_idle_t *idle)
{
    static size_t turns;
    if (++turns % TURNS != 0)
        return;
    part_ends(TURN);
    uv_idle_stop(idle);
    end(idle->data);
    uv_close((uv_handle_t *)idle, NULL);
}

static void sleep_on_the_pool(uv_work_t *work)
{
    (void)work;
    sleep_ms(HOLD_MS);
}

static void on_pool_done(uv_work_t *work, int status)
{
    static uv_idle_t idle;
    struct work *scan = work->data;
    (void)status;
    part_ends(POOL);
    idle.data = scan;
    uv_idle_init(scan->loop, &idle);
    uv_idle_start(&idle, on_turn);
}

/* Sleeps on the loop, burns, burns beside another thread, waits for the pool, and polls often
 * without any wait. */
static int start_all_parts(struct work *scan)
{
    static uv_work_t work;
    part_start = now();
    sleep_ms(HOLD_MS);
    part_ends(SLEEP);
    burn(HOLD_S);
    part_ends(BURN);
    burn_beside_another();
    part_ends(COMPETE);
    work.data = scan;
    return uv_queue_work(scan->loop, &work, sleep_on_the_pool, on_pool_done);
}

static struct passed whole; /* from the start to the end of the other methods */

/* Many waits for an event that has come already: they may sleep, and never do. */
static void on_async(uv_async_t *async)
{
    static size_t turns;
    if (++turns % TURNS != 0) {
        uv_async_send(async);
        return;
    }
    whole = since(&part_start);
    end(async->data);
    uv_close((uv_handle_t *)async, NULL);
}

static int start_events_at_once(struct work *scan)
{
    static uv_async_t async;
    part_start = now();
    async.data = scan;
    const int code = uv_async_init(scan->loop, &async, on_async);
    uv_async_send(&async);
    return code;
}

/* Many short sleeps in waits, more than are looked into. */
static void sleep_shortly(uv_work_t *work)
{
    const struct timespec shortly = {.tv_nsec = 1000};
    (void)work;
    nanosleep(&shortly, NULL);
}

static void on_hop(uv_work_t *work, int status)
{
    static size_t hops;
    struct work *scan = work->data;
    (void)status;
    if (++hops % HOPS != 0) {
        uv_queue_work(scan->loop, work, sleep_shortly, on_hop);
        return;
    }
    whole = since(&part_start);
    end(scan);
}

static int start_hops(struct work *scan)
{
    static uv_work_t work;
    part_start = now();
    work.data = scan;
    return uv_queue_work(scan->loop, &work, sleep_shortly, on_hop);
}

/* What the host took from all CPUs in the last trial: it may be missing in any part. */
static double stolen_s;

/* One trial of a method that starts so, on one small file, with a beat every so many milliseconds.
 */
static struct trial trial_of(const char *dir, int (*start)(struct work *scan), uint64_t interval_ms)
{
    const struct method method = {
        .name = "async-mmap",
        .prepare = prepare_nothing,
        .start = start,
        .finish = finish_nothing,
    };
    const uint64_t bytes = 1000;
    struct file_set files;
    struct trial trial;
    struct error error;
    file_set_make(dir, &bytes, 1);
    file_set_get(&files, dir, 512);
    const struct protocol protocol = {
        .files = &files,
        .settings.stride_bytes = 512,
        .chunk_bytes = 4096,
        .loop_delay = loop_delay_new(interval_ms * 1000000, MOST_BEATS),
    };
    /* Twice, so that code that has to be loaded (or translated, under a checker) is there. */
    for (int i = 0; i < 2; i++) {
        const double before_s = host_stolen_s();
        assert_int_equal(protocol_trial(&protocol, &method, CACHE_WARM, &trial, &error), 0);
        stolen_s = host_stolen_s() - before_s;
    }
    while (waitpid(-1, NULL, 0) > 0)
        ;
    size_t late = 0;
    for (size_t i = 0; i < loop_delay_beats(protocol.loop_delay); i++)
        late += loop_delay_of(protocol.loop_delay, i) > HOLD_S / 2;
    trial.order = (int64_t)late; /* for the test that counts them */
    loop_delay_free(protocol.loop_delay);
    file_set_free(&files);
    return trial;
}

#define assert_near(value, known, tolerance)                                                       \
    do {                                                                                           \
        if (!(fabs((value) - (known)) <= (tolerance)))                                             \
            fail_msg("%s is %.4f, known to be %.4f (within %.4f)", #value, value, known,           \
                     tolerance);                                                                   \
    } while (0)

/* That the range has what is known in it. */
static void assert_within(double low, double high, double known, double tolerance)
{
    if (!(low - tolerance <= known && known <= high + tolerance))
        fail_msg("%.4f to %.4f, known to be %.4f", low, high, known);
}

/* While awake the thread was on a CPU or queued; what is missing, the host took. */
static double taken_s(void)
{
    return rest_s(&parts[BURN]) + rest_s(&parts[COMPETE]) + rest_s(&parts[TURN]);
}

static struct passed all_parts(void)
{
    struct passed sum = {0};
    for (size_t i = 0; i < PARTS; i++) {
        sum.cpu_s += parts[i].cpu_s;
        sum.queued_s += parts[i].queued_s;
    }
    return sum;
}

static void each_part_of_a_made_method_is_told(void **state)
{
    const struct trial trial = trial_of(*state, start_all_parts, 1);
    const struct passed all = all_parts();
    assert_near(trial.loop_cpu_s, all.cpu_s, 0.05 * all.cpu_s);
    assert_near(trial.loop_queued_s, all.queued_s, 0.05 * all.queued_s);
    /* Beside one other thread half of the time is spent waiting for it. */
    assert_true(trial.loop_cpu_s >= 2 * HOLD_S && trial.loop_queued_s > HOLD_S / 2);
    assert_true(rest_s(&parts[SLEEP]) >= 0.95 * HOLD_S);
    if (!has_records) {
        print_message("SKIPPED: context switch records, which are refused here\n");
        return;
    }
    assert_near(trial.loop_stalled_s, rest_s(&parts[SLEEP]),
                0.05 * rest_s(&parts[SLEEP]) + stolen_s);
    assert_near(trial.loop_poll_s, rest_s(&parts[POOL]), 0.05 * rest_s(&parts[POOL]) + stolen_s);
    const double sum_s =
        trial.loop_poll_s + trial.loop_cpu_s + trial.loop_queued_s + trial.loop_stalled_s;
    assert_near(sum_s, trial.elapsed_s - taken_s(), 0.02 * trial.elapsed_s + stolen_s);
    /* The first beat is due after 1 ms and waits for the three parts that hold the loop. */
    assert_true(trial.loop_delay_max_s >= 3 * HOLD_S - 0.0011);
    assert_in_range(trial.order, 2 * HOLD_MS, MOST_BEATS);
}

/* By the clocks alone what the host took looks like sleep: it makes a range, and does not push what
 * is known out of it. */
static void so_it_is_without_records(void **state)
{
    refuses_records = true;
    const struct trial trial = trial_of(*state, start_all_parts, 1);
    refuses_records = false;
    assert_false(has_records);
    assert_within(trial.loop_stalled_low_s, trial.loop_stalled_high_s, rest_s(&parts[SLEEP]),
                  0.05 * rest_s(&parts[SLEEP]) + stolen_s);
    assert_within(trial.loop_poll_low_s, trial.loop_poll_high_s, rest_s(&parts[POOL]),
                  0.05 * rest_s(&parts[POOL]) + stolen_s);
    /* The other end of the range is what is known, and what was taken. */
    assert_near(trial.loop_stalled_high_s, rest_s(&parts[SLEEP]) + taken_s(),
                0.05 * rest_s(&parts[SLEEP]) + stolen_s);
    assert_near(trial.loop_poll_high_s, rest_s(&parts[POOL]),
                0.05 * rest_s(&parts[POOL]) + stolen_s);
}

/* The host's share is counted in these. */
#define TICK_S 0.01

static void a_wait_that_need_not_sleep_is_cpu_time(void **state)
{
    for (int i = 0; i < 2; i++) {
        refuses_records = i == 1;
        const struct trial trial = trial_of(*state, start_events_at_once, 1);
        assert_near(trial.loop_cpu_s, whole.cpu_s, 0.05 * whole.cpu_s);
        assert_within(trial.loop_poll_low_s, trial.loop_poll_high_s, 0,
                      0.05 * trial.elapsed_s + stolen_s + TICK_S);
        assert_within(trial.loop_stalled_low_s, trial.loop_stalled_high_s, 0,
                      0.05 * trial.elapsed_s + stolen_s + TICK_S);
    }
    refuses_records = false;
}

/* They sleep nowhere else, so all that is neither CPU time nor queued is polling; or the host took
 * it, which without records may show as stalled. */
static void many_short_waits_are_polling(void **state)
{
    for (int i = 0; i < 2; i++) {
        refuses_records = i == 1;
        const struct trial trial = trial_of(*state, start_hops, 1);
        assert_within(trial.loop_poll_low_s, trial.loop_poll_high_s + trial.loop_stalled_high_s,
                      rest_s(&whole), 0.05 * trial.elapsed_s + stolen_s);
        assert_within(trial.loop_stalled_low_s, trial.loop_stalled_high_s, 0,
                      0.05 * trial.elapsed_s + stolen_s);
    }
    refuses_records = false;
}

/* What was read, of a second, and what is told of it. */
static void what_cannot_be_told_apart_is_a_range(void **state)
{
    static const struct {
        const char *what;
        struct loop_time time;
        double poll_s[2];
        double stalled_s[2];
    } cases[] = {
        {"records", {0.3, 0.2, 0.5, {0.5, 0.1, 0.05, 0, 0.4, 0.25}}, {0.35, 0.35}, {0.1, 0.1}},
        {"no records", {0.3, 0.2, 0, {0.5, 0.1, 0.05, 0, NAN, NAN}}, {0.35, 0.35}, {0.15, 0.15}},
        {"the host took",
         {0.3, 0.2, 0.09, {0.5, 0.1, 0.05, 0, NAN, NAN}},
         {0.32, 0.35},
         {0.09, 0.15}},
        {"an estimate",
         {0.3, 0.2, 0, {0.5, 0.1, 0.05, 0.03, NAN, NAN}},
         {0.32, 0.38},
         {0.12, 0.18}},
        {"no queueing", {0.3, NAN, 0, {0.5, 0.1, NAN, NAN, NAN, NAN}}, {0, 0.4}, {0, 0.3}},
        {"records alone", {0.3, NAN, 0, {0.5, 0.1, NAN, NAN, 0.4, 0.25}}, {0, 0.4}, {0, 0.25}},
        {"wall time alone", {0.3, NAN, NAN, {0.5, NAN, NAN, NAN, NAN, NAN}}, {0, 0.5}, {0, 0.5}},
        {"no waits", {0.3, 0.2, 0, {0, 0, 0, 0, NAN, NAN}}, {0, 0}, {0.5, 0.5}},
        {"nothing below 0", {0.5, 0.2, 0, {0.5, 0.1, 0.2, 0.3, NAN, NAN}}, {0.2, 0.3}, {0, 0.1}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct trial trial = trial_unknown();
        trial.elapsed_s = 1;
        loop_time_record(&cases[i].time, &trial);
        const double *poll_s = cases[i].poll_s;
        const double *stalled_s = cases[i].stalled_s;
        print_message("%s\n", cases[i].what);
        assert_near(trial.loop_poll_low_s, poll_s[0], 1e-9);
        assert_near(trial.loop_poll_high_s, poll_s[1], 1e-9);
        assert_near(trial.loop_stalled_low_s, stalled_s[0], 1e-9);
        assert_near(trial.loop_stalled_high_s, stalled_s[1], 1e-9);
        assert_near(trial.loop_cpu_s, cases[i].time.cpu_s, 0.0);
        if (poll_s[1] - poll_s[0] > 0.04)
            assert_true(isnan(trial.loop_poll_s));
        else
            assert_near(trial.loop_poll_s, (poll_s[0] + poll_s[1]) / 2, 1e-9);
        if (stalled_s[1] - stalled_s[0] > 0.04)
            assert_true(isnan(trial.loop_stalled_s));
        else
            assert_near(trial.loop_stalled_s, (stalled_s[0] + stalled_s[1]) / 2, 1e-9);
    }
}

static void the_idle_control_polls_and_needs_no_files(void **state)
{
    const struct protocol protocol = {.loop_delay = loop_delay_new(10000000, MOST_BEATS)};
    struct trial idle;
    struct error error;
    (void)state;
    for (int i = 0; i < 2; i++) {
        part_start = now();
        assert_int_equal(protocol_idle(&protocol, HOLD_MS, &idle, &error), 0);
        whole = since(&part_start);
    }
    assert_true(idle.elapsed_s > 0.9 * HOLD_S); /* a uv_timer knows only whole milliseconds */
    assert_near(idle.loop_poll_high_s, rest_s(&whole), 0.1 * idle.elapsed_s);
    assert_in_range(loop_delay_beats(protocol.loop_delay), HOLD_MS / 10 - 1, MOST_BEATS);
    loop_delay_free(protocol.loop_delay);
}

/* As a loop does that has more callbacks in its turn when the scan is over. */
static int end_and_burn(struct work *scan)
{
    task_done(&scan->tasks[0]);
    burn(0.1);
    return 0;
}

static void what_comes_after_the_end_does_not_count(void **state)
{
    const struct trial trial = trial_of(*state, end_and_burn, 1);
    assert_true(trial.loop_cpu_s < 0.05);
    assert_true(trial.user_s + trial.system_s < 0.05);
}

static int end_at_once(struct work *scan)
{
    is_over = true;
    task_done(&scan->tasks[0]);
    return 0;
}

/* Sleeps of the probes themselves, while they open what they read and when they have read. */
static void what_the_probes_sleep_does_not_count(void **state)
{
    probe_ms = 200;
    const struct trial trial = trial_of(*state, end_at_once, 1);
    probe_ms = 0;
    assert_true(trial.loop_stalled_high_s < 0.1);
    assert_true(trial.loop_poll_high_s < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_part_of_a_made_method_is_told),
        FOLDER_TEST(so_it_is_without_records),
        FOLDER_TEST(what_the_probes_sleep_does_not_count),
        FOLDER_TEST(what_comes_after_the_end_does_not_count),
        FOLDER_TEST(a_wait_that_need_not_sleep_is_cpu_time),
        FOLDER_TEST(many_short_waits_are_polling),
        cmocka_unit_test(what_cannot_be_told_apart_is_a_range),
        FOLDER_TEST(the_idle_control_polls_and_needs_no_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
