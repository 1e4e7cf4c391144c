// SPDX-License-Identifier: MIT
/* Methods that hold the loop in one known way must show as just that, in the row of a whole trial.
 * The bounds hold on any machine: a sleep of 50 ms lasts at least that long. */
#include "measure/protocol.h"

#include "tests/support.h"

#include <math.h>
#include <time.h>
#include <uv.h>

enum { HOLD_MS = 50, MOST_BEATS = 1 << 16 };
#define HOLD_S (HOLD_MS / 1e3)

static void sleep_ms(long milliseconds)
{
    struct timespec left = {.tv_nsec = milliseconds * 1000000};
    while (nanosleep(&left, &left) != 0)
        ;
}

static double thread_cpu_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int prepare_nothing(struct scan *scan)
{
    (void)scan;
    return 0;
}

static void finish_nothing(struct scan *scan)
{
    (void)scan;
}

static void end(struct scan *scan)
{
    scan->tasks[0].sum = scan->tasks[0].file->sum;
    scan_task_done(&scan->tasks[0]);
}

static int sleep_on_the_loop(struct scan *scan)
{
    sleep_ms(HOLD_MS);
    end(scan);
    return 0;
}

static int burn_on_the_loop(struct scan *scan)
{
    const double until_s = thread_cpu_s() + HOLD_S;
    while (thread_cpu_s() < until_s)
        ;
    end(scan);
    return 0;
}

static void sleep_on_the_pool(uv_work_t *work)
{
    (void)work;
    sleep_ms(HOLD_MS);
}

static void on_pool_done(uv_work_t *work, int status)
{
    (void)status;
    end(work->data);
}

static int wait_for_the_pool(struct scan *scan)
{
    static uv_work_t work;
    work.data = scan;
    return uv_queue_work(scan->loop, &work, sleep_on_the_pool, on_pool_done);
}

/* One trial of a method that starts so, on one small file, with a beat every so many milliseconds.
 */
static struct trial trial_of(const char *dir, int (*start)(struct scan *scan), uint64_t interval_ms)
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
        .stride_bytes = 512,
        .chunk_bytes = 4096,
        .loop_delay = loop_delay_new(interval_ms * 1000000, MOST_BEATS),
    };
    /* Twice, so that code that has to be loaded (or translated, under a checker) is there. */
    for (int i = 0; i < 2; i++)
        assert_int_equal(protocol_trial(&protocol, &method, CACHE_WARM, &trial, &error), 0);
    size_t late = 0;
    for (size_t i = 0; i < loop_delay_beats(protocol.loop_delay); i++)
        late += loop_delay_of(protocol.loop_delay, i) > HOLD_S / 2;
    trial.order = (int64_t)late; /* for the test that counts them */
    loop_delay_free(protocol.loop_delay);
    file_set_free(&files);
    return trial;
}

static void assert_parts_add_up(const struct trial *trial)
{
    const double sum_s = trial->loop_poll_s + trial->loop_cpu_s + trial->loop_stalled_s;
    assert_true(fabs(sum_s - trial->elapsed_s) < 0.01 * trial->elapsed_s);
}

static void a_sleep_on_the_loop_is_stalled(void **state)
{
    const struct trial trial = trial_of(*state, sleep_on_the_loop, 1);
    assert_parts_add_up(&trial);
    assert_true(trial.loop_stalled_s > 0.9 * HOLD_S);
    assert_true(trial.loop_stalled_s > trial.loop_cpu_s + trial.loop_poll_s);
    /* The first beat is due after 1 ms and waits for the other 49. */
    assert_true(trial.loop_delay_max_s >= HOLD_S - 0.0011);
    assert_in_range(trial.order, HOLD_MS / 2 - 1, MOST_BEATS);
}

static void burning_the_cpu_on_the_loop_is_not_stalled(void **state)
{
    const struct trial trial = trial_of(*state, burn_on_the_loop, 1);
    const double queued_s = isnan(trial.loop_runqueue_s) ? 0 : trial.loop_runqueue_s;
    assert_parts_add_up(&trial);
    assert_true(trial.loop_cpu_s >= HOLD_S);
    assert_true(trial.loop_stalled_s - queued_s < trial.loop_cpu_s / 2);
    assert_true(trial.loop_delay_max_s >= HOLD_S - 0.0011);
}

static void waiting_for_the_pool_is_polling(void **state)
{
    /* Few beats: under a checker that is slow, serving them takes the time that is to be polled. */
    const struct trial trial = trial_of(*state, wait_for_the_pool, HOLD_MS / 3);
    assert_parts_add_up(&trial);
    assert_true(trial.loop_poll_s > HOLD_S / 2);
    assert_true(trial.loop_delay_p50_s < trial.elapsed_s / 2);
}

static void the_idle_control_polls_and_needs_no_files(void **state)
{
    const struct protocol protocol = {.loop_delay = loop_delay_new(10000000, MOST_BEATS)};
    struct trial idle;
    struct error error;
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(protocol_idle(&protocol, HOLD_MS, &idle, &error), 0);
    assert_parts_add_up(&idle);
    assert_true(idle.elapsed_s > 0.9 * HOLD_S); /* a uv_timer knows only whole milliseconds */
    assert_true(idle.loop_poll_s > HOLD_S / 2);
    assert_in_range(loop_delay_beats(protocol.loop_delay), HOLD_MS / 10 - 1, MOST_BEATS);
    loop_delay_free(protocol.loop_delay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_sleep_on_the_loop_is_stalled),
        FOLDER_TEST(burning_the_cpu_on_the_loop_is_not_stalled),
        FOLDER_TEST(waiting_for_the_pool_is_polling),
        FOLDER_TEST(the_idle_control_polls_and_needs_no_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
