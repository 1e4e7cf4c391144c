// SPDX-License-Identifier: MIT
#include "protocol.h"

#include "cache.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "platform/host.h"
#include "probes/loop_time.h"
#include "probes/usage.h"
#include "witness.h"
#include "work/fault.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
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

/* All probes have the clock of the scan. */
static int start_probes(const struct protocol *protocol, uv_loop_t *loop, uint64_t start_ns)
{
    int code = 0;
    if (protocol->loop_delay != NULL)
        code = loop_delay_start(protocol->loop_delay, loop, start_ns);
    if (protocol->clients != NULL)
        clients_start(protocol->clients, start_ns);
    return code;
}

static int stop_probes(const struct protocol *protocol, uint64_t end_ns, struct error *error)
{
    if (protocol->loop_delay != NULL)
        loop_delay_stop(protocol->loop_delay, end_ns);
    return protocol->clients != NULL ? clients_stop(protocol->clients, end_ns, error) : 0;
}

static void record_probes(const struct protocol *protocol, struct trial *trial, struct error *error)
{
    if (protocol->clients != NULL)
        clients_record(protocol->clients, trial);
    if (protocol->loop_delay == NULL)
        return;
    loop_delay_record(protocol->loop_delay, trial);
    if (loop_delay_overflowed(protocol->loop_delay) && error->code == 0)
        error_set(error, -ENOBUFS,
                  "its loop delay is unknown: %" PRId64 " beats are more than can be kept; give a "
                  "longer --heartbeat",
                  trial->beats);
}

/* What a scan used of the machine and of its loop's time. */
struct account {
    const struct work *work;
    struct uv_loop_s *loop; /* NULL with the loop probes off */
    struct loop_time loop_time;
    struct usage before;
    struct usage after;
};

static void end_account(void *context)
{
    struct account *account = context;
    if (account->loop != NULL)
        loop_time_stop(&account->loop_time, account->loop, account->work->end_ns);
    account->after = usage_now();
}

/* The timed part, with the probes around it. */
static int run(const struct protocol *protocol, const struct method *method, struct work *work,
               struct trial *trial, struct error *error)
{
    int code =
        protocol->clients != NULL ? clients_connect(protocol->clients, work->loop, error) : 0;
    if (code != 0)
        return code;
    struct account account = {
        .work = work,
        .loop = protocol->loop_delay != NULL ? work->loop : NULL,
        .before = usage_now(),
    };
    work->on_end = end_account;
    work->end_context = &account;
    if (account.loop != NULL)
        loop_time_start(&account.loop_time, account.loop);

    const uint64_t start_ns = uv_hrtime();
    code = start_probes(protocol, work->loop, start_ns);
    if (code == 0)
        code = method->start(work);
    if (code != 0)
        error_set(error, code, "%s: %s", method->name, strerror(-code));
    uv_run(work->loop, UV_RUN_DEFAULT);

    if (work->end_ns == 0)
        end_account(&account); /* it never came to its end */
    work->on_end = NULL;
    work->end_context = NULL;
    const int stopped = stop_probes(protocol, work->end_ns, error);
    if (code == 0)
        code = stopped;
    if (code != 0 || work_failed_task(work) != NULL)
        return code; /* what was measured up to a failure is not a measurement */

    assert(work->unfinished == 0);
    trial->elapsed_s = (double)(work->end_ns - start_ns) / 1e9;
    trial->inline_chunks = work->inline_chunks;
    trial->offloaded_chunks = work->offloaded_chunks;
    usage_record(&account.before, &account.after, trial);
    if (!protocol->counts_reads)
        trial->device_read_bytes = -1;
    if (protocol->loop_delay != NULL)
        loop_time_record(&account.loop_time, trial);
    record_probes(protocol, trial, error);
    return 0;
}

/* Up to the moment before the clock starts. */
static int prepare(const struct protocol *protocol, const struct method *method,
                   enum cache_state cache, struct work *work, struct trial *trial,
                   struct error *error)
{
    uint64_t clock = uv_hrtime();
    int code = method->prepare(work);
    trial->depth = work->depth;
    trial->prepare_s = lap(&clock);
    if (code != 0)
        return error_set(error, code, "%s: %s", method->name, strerror(-code));
    /* After all that could bring something into the cache. */
    trial->resident_before = cache_resident(protocol->files);
    judge_cache_state(trial, cache, error);
    trial->verify_s = lap(&clock);
    progress_step(method_kind(method)->doing);
    if (protocol->metrics != NULL)
        code = metrics_start(protocol->metrics, work->loop);
    return code == 0 ? 0 : error_set(error, code, "%s: %s", method->name, strerror(-code));
}

/* From what the bytes go to, which is there, to the row. */
static int work_once(const struct protocol *protocol, const struct method *method,
                     enum cache_state cache, struct work *work, struct trial *trial,
                     struct error *error)
{
    const struct work_kind *kind = method_kind(method);
    int code = prepare(protocol, method, cache, work, trial, error);
    if (code == 0)
        code = run(protocol, method, work, trial, error);
    metrics_stop(protocol->metrics);
    uint64_t clock = uv_hrtime();
    method->finish(work);
    trial->finish_s = lap(&clock);

    const struct task *failed = work_failed_task(work);
    if (failed != NULL) {
        *error = failed->error;
        return failed->error.code;
    }
    if (code != 0)
        return code;
    trial->resident_after = cache_resident(protocol->files);
    witness_judge(
        trial, method, cache,
        witness_cold_bytes(protocol->files, kind->reads_all ? 1 : protocol->settings.stride_bytes),
        error);
    return kind->check != NULL ? kind->check(work, trial, error) : 0;
}

/* From the open files to the row. */
static int set_up_and_work(const struct protocol *protocol, const struct method *method,
                           enum cache_state cache, struct work *work, struct trial *trial,
                           struct error *error)
{
    const struct work_kind *kind = method_kind(method);
    uint64_t clock = uv_hrtime();
    int code = cache_set(protocol->files, cache, protocol->prime, error);
    trial->cache_s = lap(&clock);
    if (code != 0)
        return code;
    if (kind->open != NULL)
        code = kind->open(work, error);
    if (code == 0)
        code = work_once(protocol, method, cache, work, trial, error);
    if (kind->close != NULL)
        kind->close(work);
    return code;
}

/* A loop of its own for each trial, with its polling time counted when the loop probes are on. */
static int open_loop(const struct protocol *protocol, uv_loop_t *loop, struct error *error)
{
    int code = uv_loop_init(loop);
    if (code != 0)
        return error_set(error, code, "uv_loop_init: %s", uv_strerror(code));
    if (protocol->loop_delay != NULL)
        loop_time_enable(loop);
    if (protocol->metrics != NULL && (code = metrics_enable(loop)) != 0) {
        uv_loop_close(loop);
        return error_set(error, code, "this libuv (%s) does not tell its idle time",
                         uv_version_string());
    }
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
    struct work work;
    uint64_t clock = uv_hrtime();

    *trial = trial_unknown();
    *error = (struct error){.code = 0};
    snprintf(trial->method, sizeof trial->method, "%s", method->name);
    snprintf(trial->concurrency, sizeof trial->concurrency, "%s",
             concurrency_name(method->concurrency));
    snprintf(trial->io, sizeof trial->io, "%s", io_name(method->io));
    snprintf(trial->work, sizeof trial->work, "%s", method_kind(method)->name);
    snprintf(trial->cache, sizeof trial->cache, "%s", cache_state_name(cache));
    if (cache == CACHE_WARM)
        snprintf(trial->prime, sizeof trial->prime, "%s", cache_prime_name(protocol->prime));
    trial->bytes = (int64_t)protocol->files->bytes;
    const size_t chunk_bytes = method_chunk_bytes(method, protocol->chunk_bytes);
    trial->chunk_bytes = chunk_bytes == METHOD_WHOLE_FILE ? -1 : (int64_t)chunk_bytes;

    fault_catch();
    int code = file_set_open(protocol->files, error);
    trial->open_s = lap(&clock);
    if (code == 0)
        code = open_loop(protocol, &loop, error);
    if (code == 0) {
        work_init(&work, &protocol->settings, protocol->files, &loop, chunk_bytes);
        code = set_up_and_work(protocol, method, cache, &work, trial, error);
        work_free(&work);
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
    struct work *work = timer->data;
    work_end(work);
}

static int start_idle(struct work *work)
{
    struct idle *idle = work->state;
    uv_update_time(work->loop); /* a timer counts from the loop's own clock */
    return uv_timer_start(&idle->timer, on_idle_end, idle->milliseconds, 0);
}

int protocol_idle(const struct protocol *protocol, unsigned milliseconds, struct trial *trial,
                  struct error *error)
{
    static const struct method method = {.name = "idle control", .start = start_idle};
    const struct file_set no_files = {.count = 0};
    uv_loop_t loop;
    struct idle idle = {.milliseconds = milliseconds};
    struct work work;
    *trial = trial_unknown();
    int code = open_loop(protocol, &loop, error);
    if (code != 0)
        return code;
    work_init(&work, &protocol->settings, &no_files, &loop, 1);
    uv_timer_init(&loop, &idle.timer);
    idle.timer.data = &work;
    work.state = &idle;
    *error = (struct error){.code = 0};
    code = run(protocol, &method, &work, trial, error);
    uv_close((uv_handle_t *)&idle.timer, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    work_free(&work);
    close_loop(&loop);
    return code;
}
