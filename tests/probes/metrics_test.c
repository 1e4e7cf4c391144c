// SPDX-License-Identifier: MIT
/* What each metric tells of a loop that is held once, for a known time. The bounds hold on any
 * machine: a sleep of 60 ms lasts at least that long. */
#include "probes/metrics.h"

#include "record/beats.h"
#include "tests/support.h"

#include <math.h>
#include <time.h>
#include <uv.h>

enum { QUIET_MS = 150, HOLD_MS = 60, TIMER_MS = 10, MOST_BEATS = 1 << 14, MOST_TRIES = 20 };
#define HOLD_S (HOLD_MS / 1e3)

/* All that was told, and how long it was watched. */
static struct metric told[METRIC_KINDS];
static double watched_s;

static void hold(uv_idle_t *idle)
{
    struct timespec left = {.tv_nsec = HOLD_MS * 1000000};
    while (nanosleep(&left, &left) != 0)
        ;
    uv_idle_stop(idle);
}

/* Watches a loop that is held, as by a scan, when it has been quiet; or that is not held. */
static void watch(bool is_held)
{
    uv_loop_t loop;
    uv_idle_t idle;
    struct loop_delay *beats = loop_delay_new(1000000, MOST_BEATS);
    struct metrics *metrics = metrics_new(1000000, QUIET_MS);
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(metrics_enable(&loop), 0);
    uv_idle_init(&loop, &idle);
    const uint64_t start_ns = uv_hrtime();
    assert_int_equal(metrics_start(metrics, &loop), 0);
    assert_int_equal(loop_delay_start(beats, &loop, uv_hrtime()), 0);
    if (is_held)
        uv_idle_start(&idle, hold);
    uv_run(&loop, UV_RUN_DEFAULT);
    loop_delay_stop(beats, uv_hrtime());
    metrics_stop(metrics);
    watched_s = (double)(uv_hrtime() - start_ns) / 1e9;
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++)
        told[kind] = metrics_of(metrics, beats, kind);
    metrics_stop(metrics); /* nothing is left to be stopped */
    metrics_free(metrics);
    loop_delay_free(beats);
    uv_close((uv_handle_t *)&idle, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* However long the loop was held, that is one sample of a timer or a turn; of beats, each that was
 * due. The timer fell due within the hold, up to its interval after it began. */
static void a_hold_is_one_sample_of_a_timer_but_each_beat_that_was_due(void **state)
{
    (void)state;
    watch(true);
    const struct metric *timer = &told[METRIC_TIMER];
    const struct metric *turn = &told[METRIC_TURN];
    const struct metric *beats = &told[METRIC_BEATS];
    assert_true(timer->max_s >= HOLD_S - TIMER_MS / 1e3 && timer->max_s < watched_s);
    assert_true(turn->max_s >= HOLD_S && turn->max_s < watched_s);
    assert_true(beats->max_s >= HOLD_S - 0.002 && beats->max_s < watched_s);
    assert_true(timer->p50_s < timer->max_s / 2 && turn->p50_s < turn->max_s / 2);
    assert_true(timer->samples >= 1 && turn->samples >= timer->samples);
    assert_true((double)timer->samples <= (watched_s - HOLD_S) * 1e3 / (TIMER_MS - 1) + 2);
    assert_true(beats->samples >= QUIET_MS + HOLD_MS - 4);
    assert_true((double)beats->samples <= watched_s * 1e3);
    assert_true(beats->p99_s > beats->max_s / 2);
}

/* The least that all delays of a metric can be together: the largest, and the median of half of
 * them. */
static double least_sum_s(const struct metric *metric)
{
    return metric->p50_s * ((double)metric->samples / 2 - 1) + metric->max_s;
}

/* Beside their intervals, and turns beside the idle time, delays take time that was there. The
 * clock of the loop has milliseconds, so that a timer may come a little early. */
static void all_delays_together_fit_into_the_time(void **state)
{
    (void)state;
    watch(true);
    const struct metric *timer = &told[METRIC_TIMER];
    const struct metric *sleeper = &told[METRIC_SLEEPER];
    const double intervals_s = (double)(timer->samples * TIMER_MS) / 1e3;
    assert_true(least_sum_s(timer) + intervals_s <= watched_s + TIMER_MS / 1e3);
    assert_true(least_sum_s(sleeper) + (double)sleeper->samples / 1e3 <= watched_s + 0.001);
    assert_true(least_sum_s(&told[METRIC_TURN]) <=
                told[METRIC_UTILIZATION].share * watched_s + 0.001);
}

/* A busy machine may keep the sleeper waiting, too, but not each time; a sleeper that saw the loop
 * would see each hold. */
static void the_sleeper_does_not_see_the_loop(void **state)
{
    const struct metric *sleeper = &told[METRIC_SLEEPER];
    bool is_unseen = false;
    (void)state;
    for (int i = 0; i < MOST_TRIES && !is_unseen; i++) {
        watch(true);
        assert_true(sleeper->samples > 0 && (double)sleeper->samples <= watched_s * 1e3);
        is_unseen = sleeper->max_s < HOLD_S;
    }
    assert_true(is_unseen);
}

static void the_utilization_is_a_share_and_no_delay(void **state)
{
    (void)state;
    watch(false);
    const struct metric quiet = told[METRIC_UTILIZATION];
    watch(true);
    const struct metric *held = &told[METRIC_UTILIZATION];
    assert_true(held->share >= HOLD_S / watched_s && held->share < 1);
    assert_true(quiet.share >= 0 && quiet.share < held->share);
    assert_true(isnan(held->p50_s) && isnan(held->p99_s) && isnan(held->max_s));
    assert_int_equal(held->samples, -1);
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++)
        assert_true(isnan(told[kind].share) == (kind != METRIC_UTILIZATION));
}

static void a_p99_takes_a_hundred_samples(void **state)
{
    (void)state;
    watch(true);
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++)
        assert_true(isnan(told[kind].p99_s) == (told[kind].samples < BEATS_FOR_P99));
    assert_true(told[METRIC_TIMER].samples < BEATS_FOR_P99);
}

static void beats_beyond_the_memory_leave_it_unknown(void **state)
{
    struct metrics *metrics = metrics_new(1000000, QUIET_MS);
    struct loop_delay *beats = loop_delay_new(1000000, 4);
    (void)state;
    for (uint64_t served = 4; served <= 5; served++) {
        loop_delay_begin(beats, 0);
        loop_delay_serve(beats, served * 1000000);
        const struct metric metric = metrics_of(metrics, beats, METRIC_BEATS);
        assert_int_equal(metric.samples, served);
        assert_true(isnan(metric.max_s) == (served > 4));
    }
    assert_int_equal(metrics_of(metrics, beats, METRIC_TIMER).samples, 0);
    assert_true(isnan(metrics_of(metrics, beats, METRIC_TIMER).max_s));
    metrics_stop(metrics);
    metrics_stop(NULL);
    metrics_free(metrics);
    metrics_free(NULL);
    loop_delay_free(beats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_is_one_sample_of_a_timer_but_each_beat_that_was_due),
        cmocka_unit_test(all_delays_together_fit_into_the_time),
        cmocka_unit_test(the_sleeper_does_not_see_the_loop),
        cmocka_unit_test(the_utilization_is_a_share_and_no_delay),
        cmocka_unit_test(a_p99_takes_a_hundred_samples),
        cmocka_unit_test(beats_beyond_the_memory_leave_it_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
