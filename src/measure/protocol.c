// SPDX-License-Identifier: MIT
#include "protocol.h"

#include "cache.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "platform/host.h"
#include "probes/loop_time.h"
#include "probes/usage.h"
#include "work/touch.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

/* The seconds since `*since`, which becomes now. */
static double lap(uint64_t *since)
{
    const uint64_t now = uv_hrtime();
    const double seconds = (double)(now - *since) / 1e9;
    *since = now;
    return seconds;
}

/* Says why a cache is not warm: there is too little memory, or no cache at all. */
static int not_warm(double percent, struct error *error)
{
    if (percent == 0)
        return error_set(error, -ENOTSUP,
                         "nothing that is read stays in the page cache: the file system of the "
                         "data goes past it (FUSE with direct_io, say); only cold can be measured");
    return error_set(error, -ENOMEM,
                     "only %.2f %% of the files fit into the page cache, of the %.0f MiB of memory "
                     "that this process may use: give a smaller --size or fewer --files, or free "
                     "memory",
                     percent, (double)host_memory_bytes() / 1024 / 1024);
}

/* Notes the status of a trial whose cache state is not what it should be, and what to do about it.
 * The scan is made and the row kept all the same. */
static void judge_cache_state(struct trial *trial, enum cache_state cache, struct error *error)
{
    const double percent = trial->resident_before * 100;
    const char *status = STATUS_OK;
    if (isnan(percent)) {
        status = STATUS_UNVERIFIED;
        error_set(error, -ENOTSUP,
                  "the system does not tell what is in the page cache: use files that you own");
    } else if (cache == CACHE_COLD && trial->resident_before > CACHE_COLD_AT_MOST) {
        status = STATUS_NOT_COLD;
        error_set(error, -EBUSY,
                  "%.2f %% of the files stayed in the page cache: end what else has them open or "
                  "mapped, or run as root so that the whole cache can be dropped",
                  percent);
    } else if (cache == CACHE_WARM && trial->resident_before < CACHE_WARM_AT_LEAST) {
        status = STATUS_NOT_WARM;
        not_warm(percent, error);
    }
    snprintf(trial->status, sizeof trial->status, "%s", status);
}

/* The timed part, with the probes around it. */
static int run(const struct protocol *protocol, const struct method *method, struct scan *scan,
               struct trial *trial)
{
    struct loop_delay *loop_delay = protocol->loop_delay;
    int code = loop_delay != NULL ? loop_delay_start(loop_delay, scan->loop) : 0;
    if (code != 0)
        return code;
    const struct usage usage_before = usage_now();
    const struct loop_time time_before = loop_time_now(scan->loop);

    const uint64_t start_ns = uv_hrtime();
    code = method->start(scan);
    uv_run(scan->loop, UV_RUN_DEFAULT);

    const struct loop_time time_after = loop_time_now(scan->loop);
    const struct usage usage_after = usage_now();
    if (loop_delay != NULL)
        loop_delay_stop(loop_delay, scan->end_ns);
    if (code != 0 || scan_failed_task(scan) != NULL)
        return code; /* what was measured up to a failure is not a measurement */

    assert(scan->unfinished == 0);
    trial->elapsed_s = (double)(scan->end_ns - start_ns) / 1e9;
    trial->inline_chunks = scan->inline_chunks;
    trial->offloaded_chunks = scan->offloaded_chunks;
    usage_record(&usage_before, &usage_after, trial);
    if (loop_delay != NULL) {
        loop_delay_record(loop_delay, trial);
        loop_time_record(&time_before, &time_after, trial);
    }
    return 0;
}

static void check_sums(const struct scan *scan, struct trial *trial, struct error *error)
{
    trial->sum = 0;
    for (size_t i = 0; i < scan->count; i++) {
        const struct scan_task *task = &scan->tasks[i];
        trial->sum += (int64_t)task->sum;
        if (task->sum != task->file->sum && trial_is_ok(trial)) {
            snprintf(trial->status, sizeof trial->status, STATUS_WRONG_SUM);
            error_set(error, -EILSEQ,
                      "the sum of %s is wrong: its content was changed, or the method is broken; "
                      "run again to check the files",
                      task->file->path);
        }
    }
}

/* From the open files to the row. */
static int scan_once(const struct protocol *protocol, const struct method *method,
                     enum cache_state cache, struct scan *scan, struct trial *trial,
                     struct error *error)
{
    uint64_t clock = uv_hrtime();
    int code = cache_set(protocol->files, cache, protocol->prime, error);
    trial->cache_s = lap(&clock);
    if (code != 0)
        return code;

    trial->resident_before = cache_resident(protocol->files);
    judge_cache_state(trial, cache, error);
    trial->verify_s = lap(&clock);

    progress_step("scanning");
    code = method->prepare(scan);
    trial->prepare_s = lap(&clock);
    if (code == 0)
        code = run(protocol, method, scan, trial);
    clock = uv_hrtime();
    method->finish(scan);
    trial->finish_s = lap(&clock);

    const struct scan_task *failed = scan_failed_task(scan);
    if (failed != NULL) {
        *error = failed->error;
        return failed->error.code;
    }
    if (code != 0)
        return error_set(error, code, "%s: %s", method->name, strerror(-code));
    trial->resident_after = cache_resident(protocol->files);
    check_sums(scan, trial, error);
    return 0;
}

/* A loop of its own for each trial, with its polling time counted when the loop probes are on. */
static int open_loop(const struct protocol *protocol, uv_loop_t *loop, struct error *error)
{
    int code = uv_loop_init(loop);
    if (code != 0)
        return error_set(error, code, "uv_loop_init: %s", uv_strerror(code));
    if (protocol->loop_delay != NULL)
        loop_time_enable(loop);
    return 0;
}

static void close_loop(uv_loop_t *loop)
{
    const int busy = uv_loop_close(loop);
    assert(busy == 0); /* every method closes its handles in finish */
    (void)busy;
}

int protocol_trial(const struct protocol *protocol, const struct method *method,
                   enum cache_state cache, struct trial *trial, struct error *error)
{
    uv_loop_t loop;
    struct scan scan;
    uint64_t clock = uv_hrtime();

    *trial = trial_unknown();
    *error = (struct error){.code = 0};
    snprintf(trial->method, sizeof trial->method, "%s", method->name);
    snprintf(trial->concurrency, sizeof trial->concurrency, "%s",
             concurrency_name(method->concurrency));
    snprintf(trial->io, sizeof trial->io, "%s", io_name(method->io));
    snprintf(trial->cache, sizeof trial->cache, "%s", cache_state_name(cache));
    if (cache == CACHE_WARM)
        snprintf(trial->prime, sizeof trial->prime, "%s", cache_prime_name(protocol->prime));
    trial->bytes = (int64_t)protocol->files->bytes;
    trial->chunk_bytes = (int64_t)method_chunk_bytes(method, protocol->chunk_bytes);

    touch_catch_faults();
    int code = file_set_open(protocol->files, error);
    trial->open_s = lap(&clock);
    if (code == 0)
        code = open_loop(protocol, &loop, error);
    if (code == 0) {
        scan_init(&scan, protocol->files, &loop, protocol->stride_bytes,
                  (size_t)trial->chunk_bytes);
        code = scan_once(protocol, method, cache, &scan, trial, error);
        scan_free(&scan);
        close_loop(&loop);
    }
    file_set_close(protocol->files);
    if (interrupt_signal() != 0)
        return -ECANCELED;
    if (code != 0)
        snprintf(trial->status, sizeof trial->status, STATUS_ERROR);
    return 0;
}

/* What stands in for a scan in the idle control: nothing to do until a timer ends it. */
struct idle {
    uv_timer_t timer;
    unsigned milliseconds;
};

static void on_idle_end(uv_timer_t *timer)
{
    struct scan *scan = timer->data;
    scan->end_ns = uv_hrtime();
}

static int start_idle(struct scan *scan)
{
    struct idle *idle = scan->state;
    uv_update_time(scan->loop); /* a timer counts from the loop's own clock */
    return uv_timer_start(&idle->timer, on_idle_end, idle->milliseconds, 0);
}

int protocol_idle(const struct protocol *protocol, unsigned milliseconds, struct trial *trial,
                  struct error *error)
{
    static const struct method method = {.name = "idle", .start = start_idle};
    const struct file_set no_files = {.count = 0};
    uv_loop_t loop;
    struct idle idle = {.milliseconds = milliseconds};
    struct scan scan;
    *trial = trial_unknown();
    int code = open_loop(protocol, &loop, error);
    if (code != 0)
        return code;
    scan_init(&scan, &no_files, &loop, 1, 1);
    uv_timer_init(&loop, &idle.timer);
    idle.timer.data = &scan;
    scan.state = &idle;
    code = run(protocol, &method, &scan, trial);
    if (code != 0)
        error_set(error, code, "idle control: %s", uv_strerror(code));
    uv_close((uv_handle_t *)&idle.timer, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    scan_free(&scan);
    close_loop(&loop);
    return code;
}
