// SPDX-License-Identifier: MIT
#include "platform/polling.h"

#include <math.h>
#include <stdlib.h>
#include <uv.h>

int polling_enable(struct uv_loop_s *loop)
{
    return uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
}

static double account_start_s;

static double idle_s(struct uv_loop_s *loop)
{
    return (double)uv_metrics_idle_time(loop) / 1e9;
}

void polling_account_start(struct uv_loop_s *loop)
{
    account_start_s = idle_s(loop);
}

/* libuv tells only how long all waits took. */
struct polling_account polling_account_stop(struct uv_loop_s *loop, uint64_t end_ns)
{
    (void)end_ns; /* there are no records */
    return (struct polling_account){
        .waited_s = idle_s(loop) - account_start_s,
        .cpu_s = NAN,
        .queued_s = NAN,
        .error_s = NAN,
        .off_cpu_s = NAN,
        .off_cpu_outside_s = NAN,
    };
}

bool polling_is_seen(void)
{
    return true;
}

struct polling_beat {
    uv_timer_t timer;
    void (*serve)(void *context);
    void *context;
};

static void on_timer(uv_timer_t *timer)
{
    const struct polling_beat *beat = timer->data;
    beat->serve(beat->context);
}

void polling_be_punctual(void)
{
}

void polling_be_prompt(void)
{
}

/* A shorter one would be served by a timer of 1 ms, and count each of its beats as late. */
const char *polling_beat_unsupported(uint64_t interval_ns)
{
    return interval_ns % 1000000 == 0
               ? NULL
               : "the loop's timers count whole milliseconds here: give those, 1 at least";
}

int polling_beat_start(struct polling_beat **beat, struct uv_loop_s *loop, uint64_t start_ns,
                       uint64_t interval_ns, void (*serve)(void *context), void *context)
{
    const uint64_t interval_ms = interval_ns / 1000000;
    struct polling_beat *made = malloc(sizeof *made);
    if (made == NULL)
        abort();
    (void)start_ns; /* the loop's own clock is all that a uv_timer knows */
    *made = (struct polling_beat){.serve = serve, .context = context};
    uv_timer_init(loop, &made->timer);
    made->timer.data = made;
    uv_update_time(loop);
    uv_timer_start(&made->timer, on_timer, interval_ms, interval_ms);
    uv_unref((uv_handle_t *)&made->timer);
    *beat = made;
    return 0;
}

void polling_beat_stop(struct polling_beat *beat)
{
    if (beat == NULL)
        return;
    uv_loop_t *loop = beat->timer.loop;
    uv_close((uv_handle_t *)&beat->timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    free(beat);
}
