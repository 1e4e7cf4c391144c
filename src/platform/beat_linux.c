// SPDX-License-Identifier: MIT
#include "beat.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

struct beat {
    uv_poll_t poll;
    int timer_fd;
    void (*serve)(void *context);
    void *context;
};

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct beat *beat = poll->data;
    uint64_t expirations;
    (void)status;
    (void)events;
    if (read(beat->timer_fd, &expirations, sizeof expirations) == sizeof expirations)
        beat->serve(beat->context);
}

static struct timespec timespec_of(uint64_t ns)
{
    return (struct timespec){
        .tv_sec = (time_t)(ns / 1000000000),
        .tv_nsec = (long)(ns % 1000000000),
    };
}

int beat_start(struct beat **beat, struct uv_loop_s *loop, uint64_t start_ns, uint64_t interval_ns,
               void (*serve)(void *context), void *context)
{
    /* uv_hrtime is CLOCK_MONOTONIC, so its times can be given to the timer as they are. */
    const struct itimerspec times = {
        .it_value = timespec_of(start_ns + interval_ns),
        .it_interval = timespec_of(interval_ns),
    };
    const int timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer_fd < 0)
        return -errno;
    struct beat *made = malloc(sizeof *made);
    if (made == NULL)
        abort();
    *made = (struct beat){.timer_fd = timer_fd, .serve = serve, .context = context};
    int code = timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &times, NULL) == 0 ? 0 : -errno;
    if (code == 0)
        code = uv_poll_init(loop, &made->poll, timer_fd);
    if (code != 0) {
        close(timer_fd);
        free(made);
        return code;
    }
    made->poll.data = made;
    uv_poll_start(&made->poll, UV_READABLE, on_readable);
    uv_unref((uv_handle_t *)&made->poll);
    *beat = made;
    return 0;
}

void beat_stop(struct beat *beat)
{
    if (beat == NULL)
        return;
    uv_loop_t *loop = beat->poll.loop;
    uv_close((uv_handle_t *)&beat->poll, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    close(beat->timer_fd);
    free(beat);
}
