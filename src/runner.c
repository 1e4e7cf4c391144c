// SPDX-License-Identifier: MIT
#include "runner.h"

#include "interrupt.h"
#include "platform/page_cache.h"
#include "probes/usage.h"
#include "progress.h"
#include "touch.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

/* How much of the file set may be in the page cache when a cold trial begins, and must when a warm
 * one does. */
#define COLD_AT_MOST  0.001
#define WARM_AT_LEAST 0.999

enum { EVICTION_ATTEMPTS = 5 };

/* The seconds since `*since`, which becomes now. */
static double lap(uint64_t *since)
{
    const uint64_t now = uv_hrtime();
    const double seconds = (double)(now - *since) / 1e9;
    *since = now;
    return seconds;
}

/* The fraction of the file set that is in the page cache, or NAN when the system does not tell. */
static double resident_fraction(const struct file_set *files)
{
    uint64_t resident = 0;
    for (size_t i = 0; i < files->count; i++) {
        uint64_t bytes;
        if (page_cache_resident(files->files[i].fd, files->files[i].bytes, &bytes) != 0)
            return NAN;
        resident += bytes;
    }
    return files->bytes == 0 ? NAN : (double)resident / (double)files->bytes;
}

static int evict_once(const struct file_set *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        const int code = page_cache_evict(files->files[i].fd);
        if (code != 0)
            return error_set_call(error, code, "evict", files->files[i].path);
    }
    return 0;
}

/* Advice is not an order: evict until it shows, and only then ask for more. */
static int evict(const struct file_set *files, struct error *error)
{
    for (int attempt = 0; attempt < EVICTION_ATTEMPTS; attempt++) {
        const int code = evict_once(files, error);
        if (code != 0 || interrupt_signal() != 0)
            return code;
        const double resident = resident_fraction(files);
        if (isnan(resident) || resident <= COLD_AT_MOST)
            return 0;
    }
    progress_step("dropping the page cache");
    page_cache_drop_all(); /* refused to most users; the verification sees what came of it */
    return 0;
}

static int prime(const struct file_set *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        const int code = page_cache_prime(files->files[i].fd, files->files[i].bytes);
        if (code != 0)
            return error_set_call(error, code, "read", files->files[i].path);
    }
    return 0;
}

static int set_cache_state(const struct file_set *files, enum cache_state cache,
                           struct error *error)
{
    progress_step("evicting");
    int code = evict(files, error);
    if (code == 0 && cache == CACHE_WARM) {
        progress_step("priming");
        code = prime(files, error);
    }
    return code;
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
    } else if (cache == CACHE_COLD && trial->resident_before > COLD_AT_MOST) {
        status = STATUS_NOT_COLD;
        error_set(error, -EBUSY,
                  "%.2f %% of the files stayed in the page cache: end what else has them open or "
                  "mapped, or run as root so that the whole cache can be dropped",
                  percent);
    } else if (cache == CACHE_WARM && trial->resident_before < WARM_AT_LEAST) {
        status = STATUS_NOT_WARM;
        error_set(
            error, -ENOMEM,
            "only %.2f %% of the files fit into the page cache: give a smaller --size or fewer "
            "--files, or free memory",
            percent);
    }
    snprintf(trial->status, sizeof trial->status, "%s", status);
}

/* The timed part, with the probes around it. */
static int run(const struct runner *runner, const struct method *method, struct scan *scan,
               struct trial *trial)
{
    const struct usage before = usage_now();
    const uint64_t start_ns = uv_hrtime();
    const int code = method->start(scan);
    uv_run(scan->loop, UV_RUN_DEFAULT);
    const struct usage after = usage_now();
    if (code != 0 || scan_failed_task(scan) != NULL)
        return code; /* what was measured up to a failure is not a measurement */
    assert(scan->unfinished == 0);
    trial->elapsed_s = (double)(scan->end_ns - start_ns) / 1e9;
    usage_record(&before, &after, trial);
    if (!runner->counts_reads)
        trial->device_read_bytes = -1;
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
static int scan_once(const struct runner *runner, const struct plan_entry *entry, struct scan *scan,
                     struct trial *trial, struct error *error)
{
    const struct method *method = entry->method;
    uint64_t clock = uv_hrtime();
    int code = set_cache_state(runner->files, entry->cache, error);
    trial->cache_s = lap(&clock);
    if (code != 0)
        return code;

    trial->resident_before = resident_fraction(runner->files);
    judge_cache_state(trial, entry->cache, error);
    trial->verify_s = lap(&clock);

    progress_step("scanning");
    code = method->prepare(scan);
    trial->prepare_s = lap(&clock);
    if (code == 0)
        code = run(runner, method, scan, trial);
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
    trial->resident_after = resident_fraction(runner->files);
    check_sums(scan, trial, error);
    return 0;
}

int runner_trial(const struct runner *runner, const struct plan_entry *entry, struct trial *trial,
                 struct error *error)
{
    uv_loop_t loop;
    struct scan scan;
    uint64_t clock = uv_hrtime();

    *trial = trial_unknown();
    *error = (struct error){.code = 0};
    snprintf(trial->method, sizeof trial->method, "%s", entry->method->name);
    snprintf(trial->concurrency, sizeof trial->concurrency, "%s",
             concurrency_name(entry->method->concurrency));
    snprintf(trial->io, sizeof trial->io, "%s", io_name(entry->method->io));
    snprintf(trial->cache, sizeof trial->cache, "%s", cache_state_name(entry->cache));
    trial->repeat = (int64_t)entry->repeat;
    trial->bytes = (int64_t)runner->files->bytes;

    touch_catch_faults();
    int code = file_set_open(runner->files, error);
    trial->open_s = lap(&clock);
    if (code == 0) {
        code = uv_loop_init(&loop);
        if (code != 0)
            error_set(error, code, "uv_loop_init: %s", uv_strerror(code));
    }
    if (code == 0) {
        scan_init(&scan, runner->files, &loop, runner->stride_bytes, runner->chunk_bytes);
        code = scan_once(runner, entry, &scan, trial, error);
        scan_free(&scan);
        const int busy = uv_loop_close(&loop);
        assert(busy == 0);
        (void)busy;
    }
    file_set_close(runner->files);
    if (interrupt_signal() != 0)
        return -ECANCELED;
    if (code != 0)
        snprintf(trial->status, sizeof trial->status, STATUS_ERROR);
    return 0;
}
