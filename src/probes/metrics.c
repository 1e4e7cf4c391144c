// SPDX-License-Identifier: MIT
#include "metrics.h"

#include "delays.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

enum {
    TIMER_MS = 10, /* Node's default resolution */
    SLEEP_NS = 1000000,
    MOST_SAMPLES = 1 << 20, /* 17 minutes of the sleeper's */
};

/* Delays in the order of their coming; those beyond the memory are only counted. */
struct samples {
    size_t count;
    float *s;
};

struct metrics {
    unsigned quiet_ms;
    struct loop_delay *quiet_beats;
    struct samples timer_samples;
    struct samples turn_samples;
    struct samples sleeper_samples;
    uv_loop_t *loop; /* NULL but from start to stop */
    uv_timer_t timer;
    uv_timer_t quiet_end;
    uv_check_t turn;
    uint64_t start_ns;
    uint64_t start_idle_ns;
    uint64_t timer_ns; /* when the timer was served last */
    uint64_t turn_ns;  /* when the loop turned last, and its idle time up to then */
    uint64_t turn_idle_ns;
    double utilization;
    pthread_t sleeper;
    atomic_bool is_over;
};

/* ---- libuv's idle time ------------------------------------------------------------------------
 */

#if UV_VERSION_HEX < 0x012700 /* 1.39 */
int metrics_enable(struct uv_loop_s *loop)
{
    (void)loop;
    return -ENOSYS;
}

static uint64_t idle_ns(uv_loop_t *loop)
{
    (void)loop;
    return 0;
}
#else
int metrics_enable(struct uv_loop_s *loop)
{
    return uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
}

static uint64_t idle_ns(uv_loop_t *loop)
{
    return uv_metrics_idle_time(loop);
}
#endif

/* ---- Samples ----------------------------------------------------------------------------------
 */

static struct samples samples_new(void)
{
    const size_t bytes = MOST_SAMPLES * sizeof(float);
    struct samples samples = {.s = malloc(bytes)};
    if (samples.s == NULL)
        abort();
    memset(samples.s, 0xff, bytes);
    return samples;
}

/* Adds `now` less `due`, or 0 when that is early. */
static void add(struct samples *samples, uint64_t due_ns, uint64_t now_ns)
{
    if (samples->count < MOST_SAMPLES)
        samples->s[samples->count] = now_ns > due_ns ? (float)((double)(now_ns - due_ns) / 1e9) : 0;
    samples->count++;
}

struct metrics *metrics_new(uint64_t interval_ns, unsigned quiet_ms)
{
    const uint64_t beats = quiet_ms * UINT64_C(1000000) / interval_ns;
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics == NULL)
        abort();
    metrics->quiet_ms = quiet_ms;
    metrics->quiet_beats = loop_delay_new(interval_ns, (size_t)(2 * beats));
    metrics->timer_samples = samples_new();
    metrics->turn_samples = samples_new();
    metrics->sleeper_samples = samples_new();
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    loop_delay_free(metrics->quiet_beats);
    free(metrics->timer_samples.s);
    free(metrics->turn_samples.s);
    free(metrics->sleeper_samples.s);
    free(metrics);
}

/* ---- Watching ---------------------------------------------------------------------------------
 */

static void on_timer(uv_timer_t *timer)
{
    struct metrics *metrics = timer->data;
    const uint64_t now_ns = uv_hrtime();
    add(&metrics->timer_samples, metrics->timer_ns + TIMER_MS * UINT64_C(1000000), now_ns);
    metrics->timer_ns = now_ns;
}

static void on_turn(uv_check_t *turn)
{
    struct metrics *metrics = turn->data;
    const uint64_t now_ns = uv_hrtime();
    const uint64_t now_idle_ns = idle_ns(metrics->loop);
    add(&metrics->turn_samples, metrics->turn_ns + (now_idle_ns - metrics->turn_idle_ns), now_ns);
    metrics->turn_ns = now_ns;
    metrics->turn_idle_ns = now_idle_ns;
}

static void on_quiet_end(uv_timer_t *quiet_end)
{
    uv_stop(quiet_end->loop);
}

static void *sleep_beside(void *context)
{
    struct metrics *metrics = context;
    const struct timespec length = {.tv_nsec = SLEEP_NS};
    while (!atomic_load(&metrics->is_over)) {
        const uint64_t due_ns = uv_hrtime() + SLEEP_NS;
        nanosleep(&length, NULL);
        add(&metrics->sleeper_samples, due_ns, uv_hrtime());
    }
    return NULL;
}

static void start_handles(struct metrics *metrics)
{
    uv_loop_t *loop = metrics->loop;
    uv_timer_init(loop, &metrics->timer);
    uv_timer_init(loop, &metrics->quiet_end);
    uv_check_init(loop, &metrics->turn);
    metrics->timer.data = metrics->turn.data = metrics;
    uv_update_time(loop); /* a timer counts from the loop's own clock */
    metrics->start_ns = metrics->timer_ns = metrics->turn_ns = uv_hrtime();
    metrics->start_idle_ns = metrics->turn_idle_ns = idle_ns(loop);
    uv_timer_start(&metrics->timer, on_timer, TIMER_MS, TIMER_MS);
    uv_check_start(&metrics->turn, on_turn);
    uv_unref((uv_handle_t *)&metrics->timer);
    uv_unref((uv_handle_t *)&metrics->turn);
}

int metrics_start(struct metrics *metrics, struct uv_loop_s *loop)
{
    int code = pthread_create(&metrics->sleeper, NULL, sleep_beside, metrics);
    if (code != 0)
        return -code;
    metrics->loop = loop;
    start_handles(metrics);
    code = loop_delay_start(metrics->quiet_beats, loop, uv_hrtime());
    if (code != 0)
        return code;
    uv_update_time(loop); /* the quiet counts from here, where its beats begin */
    uv_timer_start(&metrics->quiet_end, on_quiet_end, metrics->quiet_ms, 0);
    uv_run(loop, UV_RUN_DEFAULT);
    loop_delay_stop(metrics->quiet_beats, uv_hrtime());
    return 0;
}

void metrics_stop(struct metrics *metrics)
{
    if (metrics == NULL || metrics->loop == NULL)
        return;
    uv_loop_t *loop = metrics->loop;
    uv_ref((uv_handle_t *)&metrics->timer); /* a loop that nothing keeps does not turn */
    uv_run(loop, UV_RUN_NOWAIT);
    metrics->utilization = 1 - (double)(idle_ns(loop) - metrics->start_idle_ns) /
                                   (double)(uv_hrtime() - metrics->start_ns);
    atomic_store(&metrics->is_over, true);
    pthread_join(metrics->sleeper, NULL);
    uv_close((uv_handle_t *)&metrics->timer, NULL);
    uv_close((uv_handle_t *)&metrics->quiet_end, NULL);
    uv_close((uv_handle_t *)&metrics->turn, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    metrics->loop = NULL;
}

/* ---- What they told ---------------------------------------------------------------------------
 */

/* Of delays that are all known. */
static void sum_up(struct metric *metric, const float *delays_s, size_t count)
{
    const struct delays delays = delays_of(delays_s, count);
    metric->p50_s = delays.p50_s;
    metric->p99_s = delays.p99_s;
    metric->max_s = delays.max_s;
}

static void tell_samples(struct metric *metric, const struct samples *samples)
{
    metric->samples = (int64_t)samples->count;
    if (samples->count <= MOST_SAMPLES)
        sum_up(metric, samples->s, samples->count);
}

static void tell_beats(struct metric *metric, const struct loop_delay *const probes[2])
{
    size_t count = 0;
    bool are_known = true;
    for (size_t i = 0; i < 2; i++) {
        count += loop_delay_beats(probes[i]);
        are_known = are_known && !loop_delay_overflowed(probes[i]);
    }
    metric->samples = (int64_t)count;
    if (count == 0 || !are_known)
        return;
    float *delays_s = calloc(count, sizeof *delays_s);
    if (delays_s == NULL)
        abort();
    count = 0;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < loop_delay_beats(probes[i]); k++)
            delays_s[count++] = (float)loop_delay_of(probes[i], k);
    }
    sum_up(metric, delays_s, count);
    free(delays_s);
}

struct metric metrics_of(const struct metrics *metrics, const struct loop_delay *beats,
                         enum metric_kind kind)
{
    struct metric metric = {
        .kind = kind, .samples = -1, .p50_s = NAN, .p99_s = NAN, .max_s = NAN, .share = NAN};
    switch (kind) {
    case METRIC_TIMER:
        tell_samples(&metric, &metrics->timer_samples);
        break;
    case METRIC_TURN:
        tell_samples(&metric, &metrics->turn_samples);
        break;
    case METRIC_SLEEPER:
        tell_samples(&metric, &metrics->sleeper_samples);
        break;
    case METRIC_BEATS:
        tell_beats(&metric, (const struct loop_delay *const[]){metrics->quiet_beats, beats});
        break;
    case METRIC_UTILIZATION:
        metric.share = metrics->utilization;
        break;
    case METRIC_KINDS:
        break;
    }
    return metric;
}
