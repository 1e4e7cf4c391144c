// SPDX-License-Identifier: MIT
#include "run.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/stats.h"
#include "data-gen/data_folder.h"
#include "data-gen/emulated_storage.h"
#include "data-gen/file_set.h"
#include "data-gen/generator.h"
#include "limits.h"
#include "machine.h"
#include "methods/method.h"
#include "output.h"
#include "platform/storage.h"
#include "report/policy.h"
#include "report/precision.h"
#include "results.h"
#include "trial_process.h"
#include "work/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

/* What a run works with, from the request to the rows. */
struct run {
    const struct run_request *request;
    const struct options *options;
    struct work_settings settings; /* as the trials have them */
    const char *data;              /* where the trials find the files */
    char *dir;                     /* the results folder */
    char *sums;                    /* the file with the sums, in there */
    struct data_folder folder;
    struct file_set files;
    struct storage storage;
    struct emulated_storage *emulated; /* or NULL */
    char mount[4096];                  /* where it is served */
    char *storage_settings;            /* what it tells of itself, or NULL */
    struct plan plan;
    struct trials trials; /* the rows so far, in the order of the plan */
    uint64_t began_ns;    /* the first of them */
    size_t next_look;     /* at their intervals, after so many repeats */
    struct output output;
    struct machine_run machine;
    bool polling_is_seen;
};

static int complain(const struct error *error, int status)
{
    progress_message("%s", error->text);
    return status;
}

/* ---- Before the results folder ----------------------------------------------------------------
 */

static int make_data(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    const int code = generator_run(run->request->data, options->files, options->file_bytes, error);
    progress_clear();
    return code;
}

/* Takes the file set and makes sure that it is the one asked for, on storage that can be cold. */
static int load_files(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    int code = file_set_load(&run->files, run->data, options->stride_bytes, error);
    if (code != 0)
        return code;
    bool same = run->files.count == options->files;
    for (size_t i = 0; i < run->files.count; i++)
        same = same && run->files.files[i].bytes == options->file_bytes;
    if (!same)
        return error_set(error, -ENOENT, "%s does not hold %zu files of %" PRIu64 " bytes",
                         run->data, options->files, options->file_bytes);
    /* Of a file and not of the folder: each may be a mount of its own. */
    run->storage = storage_describe(run->files.files[0].path);
    return file_set_check_folder(run->data, error);
}

static void on_fact(void *context, const char *key, const char *value)
{
    struct run *run = context;
    struct machine_run *machine = &run->machine;
    if (strcmp(key, "libuv_reads") == 0)
        snprintf(machine->libuv_reads, sizeof machine->libuv_reads, "%s", value);
    else if (strcmp(key, "pool_warm_up_s") == 0)
        machine->pool_warm_up_s = strtod(value, NULL);
    else if (strcmp(key, "device_read_latency_s") == 0)
        machine->device.read_latency_s = strtod(value, NULL);
    else if (strcmp(key, "device_read_bandwidth_bytes_per_s") == 0)
        machine->device.read_bandwidth_bytes_per_s = strtod(value, NULL);
    else if (strcmp(key, "device_read_bandwidth_depth") == 0)
        machine->device.read_bandwidth_depth = strtoll(value, NULL, 10);
    else if (strcmp(key, "device_read_bandwidth_block_bytes") == 0)
        machine->device.read_bandwidth_block_bytes = strtoll(value, NULL, 10);
    else if (strcmp(key, "readahead_call_bytes") == 0)
        machine->one_call.readahead_bytes = strtoll(value, NULL, 10);
    else if (strcmp(key, "willneed_call_bytes") == 0)
        machine->one_call.willneed_bytes = strtoll(value, NULL, 10);
    else if (strcmp(key, "polling_is_seen") == 0)
        run->polling_is_seen = strcmp(value, "1") == 0;
}

/* What a trial will find, and what the storage can do; from a process of its own, as a trial is
 * one. */
static int ask_for_facts(struct run *run, struct error *error)
{
    static const char *const words[] = {"prepare", NULL};
    struct trial_answer answer = {.on_fact = on_fact, .context = run};
    progress_step("measuring the storage");
    const int code = trial_process_run(&answer, words, run->options, run->data, error);
    if (code != 0)
        return code;
    trial_answer_free(&answer);
    if (run->options->heartbeat_ms > 0 && !run->polling_is_seen)
        return error_set(error, -ENOTSUP,
                         "this libuv (%s) does not wait by epoll_wait or epoll_pwait of the C "
                         "library, so that its loop cannot be observed: give --heartbeat 0",
                         uv_version_string());
    return 0;
}

/* What a trial has mapped at once: all files, if any method maps them, and what they are copied to.
 */
static uint64_t mapped_bytes(const struct run *run)
{
    const uint64_t sides = run->request->kind->take != NULL ? 2 : 1;
    for (size_t i = 0; i < run->plan.count; i++) {
        if (method_find(run->plan.entries[i].method)->io == MMAP)
            return sides * run->options->files * run->options->file_bytes;
    }
    return 0;
}

/* What the bytes go to. */
static int take_destination(const struct run *run, struct error *error)
{
    const struct work_kind *kind = run->request->kind;
    const struct options *options = run->options;
    return kind->take == NULL ? 0
                              : kind->take(&run->settings, options->files,
                                           options->files * options->file_bytes, error);
}

/* Everything that can be refused is asked for before the results folder is made. */
static int prepare(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    int code = limits_check(options->files, run->request->kind->descriptors, mapped_bytes(run),
                            options->files + options->pool_threads, error);
    if (code == 0)
        code = take_destination(run, error);
    if (code == 0)
        code = load_files(run, error);
    return code != 0 ? code : ask_for_facts(run, error);
}

/* ---- The results folder -----------------------------------------------------------------------
 */

static int open_results(struct run *run, struct error *error)
{
    const struct run_request *request = run->request;
    int code = request->is_part
                   ? results_create_part(&run->dir, request->results, request->name, error)
                   : results_create(&run->dir, request->results, request->name, error);
    if (code != 0) {
        run->dir = NULL;
        return code;
    }
    run->sums = files_join(run->dir, "sums.csv");
    code = plan_write(&run->plan, run->dir, error);
    if (code == 0)
        code = file_set_write_sums(&run->files, run->sums, error);
    if (code == 0)
        code = machine_write(run->dir, &run->machine, error);
    if (code == 0)
        code = output_open(
            &run->output, run->dir,
            (const bool[]){run->options->heartbeat_ms > 0, run->options->clients > 0}, error);
    if (code == 0 && run->options->metrics)
        code = output_open_metrics(&run->output, run->dir, error);
    if (code == 0)
        progress_message("results in %s; --seed %" PRIu64 " repeats this order of trials", run->dir,
                         run->machine.seed);
    return code;
}

/* Where copies and sends go, and how; scans go nowhere. */
static void note_transfer(struct machine_run *machine, const struct run_request *request)
{
    const struct options *options = request->options;
    const bool is_copy = strcmp(request->kind->name, "copy") == 0;
    if (request->kind == &scan_kind)
        return;
    machine->to = options->to;
    machine->fsync = !is_copy ? NULL : options->fsync ? "timed" : "after";
    machine->reflink = !is_copy ? NULL : options->reflink ? "allowed" : "avoided";
    if (options->reader_bytes_per_s > 0)
        machine->reader_bytes_per_s = (int64_t)options->reader_bytes_per_s;
}

/* ---- The trials -------------------------------------------------------------------------------
 */

static void note_settings(const struct run *run, const struct plan_entry *entry, size_t order,
                          struct trial *trial)
{
    const struct options *options = run->options;
    snprintf(trial->method, sizeof trial->method, "%s", entry->method);
    snprintf(trial->cache, sizeof trial->cache, "%s", cache_state_name(entry->cache));
    trial->repeat = (int64_t)entry->repeat;
    trial->order = (int64_t)order;
    trial->files = (int64_t)options->files;
    trial->file_bytes = (int64_t)options->file_bytes;
    trial->stride_bytes = (int64_t)options->stride_bytes;
    trial->pool_threads = (int64_t)options->pool_threads;
    trial->heartbeat_s = options->heartbeat_ms / 1e3;
    trial->clients = (int64_t)options->clients;
}

static void show(const struct trial *trial, const struct error *error)
{
    char result[64];
    if (trial_is_ok(trial))
        snprintf(result, sizeof result, "%.3f s", trial->elapsed_s);
    else
        snprintf(result, sizeof result, "%s", trial->status);
    progress_result(result);
    if (error->code != 0)
        progress_message("%s %s, repeat %" PRId64 ": %s: %s", trial->method, trial->cache,
                         trial->repeat + 1, trial->status, error->text);
}

/* Runs one trial of the plan and writes its row. Returns 0, or a negative errno when there is no
 * row: -ECANCELED after an interrupt, else `error` says why. */
static int run_one(const struct run *run, size_t order, struct trial *trial, struct error *error)
{
    const struct plan_entry *entry = &run->plan.entries[order];
    char what[96];
    char number[24];
    const char *const words[] = {"trial",   entry->method, cache_state_name(entry->cache),
                                 run->sums, number,        run->options->metrics ? "metrics" : NULL,
                                 NULL};
    struct trial_answer answer = {.on_fact = NULL};
    const bool is_open = run->options->precision > 0;
    int length =
        snprintf(what, sizeof what, "%s %s", entry->method, cache_state_name(entry->cache));
    if (is_open)
        snprintf(what + length, sizeof what - (size_t)length, ", repeat %zu", entry->repeat + 1);
    snprintf(number, sizeof number, "%zu", order);
    progress_trial(order + 1, is_open ? 0 : run->plan.count, what);
    progress_step("starting");
    int code = trial_process_run(&answer, words, run->options, run->data, error);
    if (code == -ECANCELED)
        return code;
    *trial = answer.trial;
    if (code != 0) {
        *trial = trial_unknown();
        snprintf(trial->status, sizeof trial->status, STATUS_CRASHED);
        answer.error = *error;
        if (run->request->kind->clear != NULL)
            run->request->kind->clear(&run->settings);
    }
    note_settings(run, entry, order, trial);
    if (run->options->metrics && trial_is_ok(trial))
        code = output_metrics(&run->output, answer.metrics, error);
    else
        code = 0;
    if (code == 0)
        code = output_trial(&run->output, trial, answer.delays, error);
    if (code == 0)
        show(trial, &answer.error);
    trial_answer_free(&answer);
    return code;
}

static int say_interrupted(const struct run *run)
{
    char of[32] = "";
    if (run->options->precision == 0)
        snprintf(of, sizeof of, " of %zu", run->plan.count);
    progress_message("interrupted; %zu%s trials are finished and kept in %s", run->trials.count, of,
                     run->dir);
    return interrupt_status();
}

/* Runs what is planned to its end or to an interrupt. Returns the exit status, which no failed
 * trial changes. */
static int run_planned(struct run *run)
{
    while (run->trials.count < run->plan.count) {
        struct trial trial;
        struct error error;
        const int code = run_one(run, run->trials.count, &trial, &error);
        if (code == -ECANCELED)
            return say_interrupted(run);
        if (code != 0) {
            progress_message("%s; the %zu trials before are on disk", error.text,
                             run->trials.count);
            return EXIT_TRIAL_FAILED;
        }
        trials_add(&run->trials, &trial);
    }
    progress_clear();
    return EXIT_OK;
}

/* Whether the intervals are as narrow as was asked for. */
static bool is_precise(const struct run *run)
{
    struct summary summary;
    summary_make(&summary, &run->trials);
    const size_t wide = precision_count_wide(&summary, run->options->precision);
    if (wide > 0)
        progress_message(
            "after %zu repeats %zu of %zu intervals are not within %.3g %% of the median",
            run->plan.repeats, wide, summary.count, run->options->precision * 100);
    summary_free(&summary);
    return wide == 0;
}

/* Whether another repeat is due; when not, the facts of the run get why. */
static bool goes_on(struct run *run)
{
    const struct options *options = run->options;
    const size_t repeats = run->plan.repeats;
    const double spent_s = (double)(uv_hrtime() - run->began_ns) / 1e9;
    if (options->precision == 0)
        return false;
    if (repeats == run->next_look) {
        run->next_look = precision_next_look(repeats);
        if (is_precise(run)) {
            run->machine.precision_end = "reached";
            return false;
        }
    }
    if (spent_s / (double)repeats * (double)(repeats + 1) > options->at_most_s) {
        run->machine.precision_end = "time";
        return false;
    }
    return true;
}

/* One repeat more: plan.csv is always what was done and what is being done. */
static int extend_plan(struct run *run)
{
    struct error error;
    plan_extend(&run->plan, 1);
    return plan_write(&run->plan, run->dir, &error) == 0 ? EXIT_OK
                                                         : complain(&error, EXIT_TRIAL_FAILED);
}

static size_t count_ok(const struct trials *trials)
{
    size_t count = 0;
    for (size_t i = 0; i < trials->count; i++)
        count += trial_is_ok(&trials->rows[i]) ? 1 : 0;
    return count;
}

/* Runs the plan to its end, which may move on, or to an interrupt. Returns the exit status. */
static int run_plan(struct run *run)
{
    run->began_ns = uv_hrtime();
    run->next_look = run->plan.repeats;
    int status = run_planned(run);
    while (status == EXIT_OK && goes_on(run)) {
        status = extend_plan(run);
        if (status == EXIT_OK)
            status = run_planned(run);
    }
    return status;
}

/* The median time of the ok trials, of which there is one at least. */
static double median_time(const struct trials *trials)
{
    double *times = calloc(trials->count, sizeof *times);
    size_t count = 0;
    if (times == NULL)
        abort();
    for (size_t i = 0; i < trials->count; i++) {
        if (trial_is_ok(&trials->rows[i]))
            times[count++] = trials->rows[i].elapsed_s;
    }
    stats_sort(times, count);
    const double median = stats_median(times, count);
    free(times);
    return median;
}

/* The idle control: as long as the median trial, but not so long that a person would wonder. */
static int measure_idle(struct run *run, struct error *error)
{
    char milliseconds[24];
    const char *const words[] = {"idle", milliseconds, NULL};
    struct trial_answer answer = {.on_fact = NULL};
    if ((run->options->heartbeat_ms == 0 && run->options->clients == 0) ||
        count_ok(&run->trials) == 0)
        return 0;
    snprintf(milliseconds, sizeof milliseconds, "%.0f",
             fmin(fmax(median_time(&run->trials), 0.05), 10) * 1e3);
    progress_step("idle control");
    int code = trial_process_run(&answer, words, run->options, run->data, error);
    progress_clear();
    if (code != 0)
        return code;
    run->machine.idle = answer.trial;
    code = output_delays(&run->output, answer.delays, error);
    trial_answer_free(&answer);
    return code;
}

/* Failed trials keep their rows, but the run is not all that was asked for. */
static int tell_failed(const struct run *run)
{
    const size_t failed = run->trials.count - count_ok(&run->trials);
    if (failed == 0)
        return EXIT_OK;
    progress_message("%zu of %zu trials failed; their rows say so and no summary counts them",
                     failed, run->trials.count);
    return EXIT_TRIAL_FAILED;
}

/* From the plan to the last row and the facts of the run as a whole. Returns the exit status. */
static int measure(struct run *run)
{
    struct error error;
    const struct noise before = noise_now(run->files.files[0].path);
    int status = run_plan(run);
    const struct noise after = noise_now(run->files.files[0].path);
    run->machine.noise = noise_between(&before, &after);
    const int idle = status == EXIT_OK ? measure_idle(run, &error) : 0;
    if (idle == -ECANCELED) {
        progress_message("interrupted in the idle control; all trials are finished and kept");
        status = interrupt_status();
    } else if (idle != 0) {
        status = complain(&error, EXIT_TRIAL_FAILED);
    }
    if (status == EXIT_OK)
        status = tell_failed(run);
    if (!run->request->is_part && count_ok(&run->trials) > 0)
        results_link_latest(run->dir);
    return status;
}

/* ---- All of it --------------------------------------------------------------------------------
 */

/* An interrupt is no error: it is said what becomes of what is there. */
static int end_early(const struct error *error, const char *when)
{
    progress_clear();
    if (interrupt_signal() == 0)
        return complain(error, EXIT_MISSING);
    progress_message("interrupted while %s", when);
    return interrupt_status();
}

/* On files that are there. */
static int run_on_files(struct run *run)
{
    const struct run_request *request = run->request;
    struct error error;
    int status;
    /* Asked again, now that there are files: some file systems tell only of these. */
    const size_t count =
        method_keep_supported(request->methods, request->method_count, run->data, &run->settings);
    if (count == 0)
        return EXIT_MISSING;
    plan_make(&run->plan, request->methods, count, request->mode, run->options->runs,
              run->machine.seed);
    run->output = output_none();
    if (prepare(run, &error) != 0)
        status = end_early(&error, "preparing the run");
    else if (open_results(run, &error) != 0)
        status = complain(&error, EXIT_MISSING);
    else
        status = measure(run);
    output_close(&run->output);
    plan_free(&run->plan);
    trials_free(&run->trials);
    file_set_free(&run->files);
    return status;
}

/* ---- Emulated storage -------------------------------------------------------------------------
 */

/* What storage that somebody else serves (the command serve) tells of itself, or NULL. */
static char *read_settings(const char *data)
{
    char *path = files_join(data, ".storage/settings");
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    free(path);
    if (file == NULL)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static int start_storage(struct run *run, struct error *error)
{
    const struct emulated_storage_options options = {.latency_ms = run->options->storage_ms,
                                                     .in_flight = 16};
    const int length = snprintf(run->mount, sizeof run->mount, "%s-mount", run->request->data);
    if ((size_t)length >= sizeof run->mount)
        return error_set_call(error, -ENAMETOOLONG, "serve the files of", run->request->data);
    progress_step("starting the emulated storage");
    const int code =
        emulated_storage_start(&run->emulated, run->request->data, run->mount, &options, error);
    progress_clear();
    if (code != 0) {
        run->emulated = NULL;
        return code;
    }
    run->data = run->mount;
    free(run->storage_settings);
    run->storage_settings = strdup(emulated_storage_settings(run->emulated));
    return 0;
}

/* Storage that came to an end before makes all that was read meanwhile worth nothing. */
static int stop_storage(struct run *run, int status)
{
    struct error error;
    if (run->emulated == NULL)
        return status;
    const int code = emulated_storage_stop(run->emulated, &run->machine.storage_counts, &error);
    run->machine.has_storage_counts = code == 0;
    return code == 0 || status >= EXIT_SIGNALLED ? status : complain(&error, EXIT_TRIAL_FAILED);
}

/* ---- From beginning to end --------------------------------------------------------------------
 */

/* With a place for what the bytes go to. */
static int run_with_destination(struct run *run)
{
    struct error error;
    if (make_data(run, &error) != 0)
        return end_early(&error, "making the data; the files finished so far are kept");
    if (run->options->storage_ms > 0 && start_storage(run, &error) != 0)
        return end_early(&error, "starting the emulated storage");
    run->machine.storage_settings = run->storage_settings;
    int status = stop_storage(run, run_on_files(run));
    if (run->dir != NULL && machine_write(run->dir, &run->machine, &error) != 0)
        status = complain(&error, EXIT_TRIAL_FAILED);
    return status;
}

/* In a data folder that is this run's alone. Returns the exit status. */
static int run_in_folder(struct run *run)
{
    const struct work_kind *kind = run->request->kind;
    struct error error;
    int status;
    run->storage_settings = read_settings(run->data);
    if (results_check(run->request->results, &error) == 0 && take_destination(run, &error) == 0)
        status = run_with_destination(run);
    else
        status = end_early(&error, "preparing the run");
    if (kind->leave != NULL)
        kind->leave(&run->settings);
    return status;
}

int run_make(const struct run_request *request, char **dir)
{
    struct error error;
    struct run run = {
        .request = request,
        .options = request->options,
        .settings = {.stride_bytes = request->options->stride_bytes,
                     .to = request->options->to,
                     .to_is_ours = (request->options->given & OPTION_TO) == 0,
                     .fsync = request->options->fsync,
                     .reflink = request->options->reflink,
                     .reader_bytes_per_s = request->options->reader_bytes_per_s},
        .data = request->data,
    };
    run.machine = (struct machine_run){
        .began = time(NULL),
        .storage = &run.storage,
        .readahead_set_bytes =
            request->options->sets_readahead ? (int64_t)request->options->readahead_bytes : -1,
        .seed = request->options->seed,
        .pool_warm_up_s = NAN,
        .device = device_unknown(),
        .one_call = {.readahead_bytes = -1, .willneed_bytes = -1},
        .idle = trial_unknown(),
        .noise = noise_unknown,
        .precision = request->options->precision,
        .at_most_s = request->options->at_most_s,
        .interval_level = request->options->precision > 0 ? POLICY_LOOK_LEVEL : STATS_LEVEL,
        .reader_bytes_per_s = -1,
        .command_line = request->command_line,
    };
    note_transfer(&run.machine, request);
    run.trials.interval_level = run.machine.interval_level;
    int status;
    if (data_folder_take(&run.folder, request->data, &error) != 0) {
        status = complain(&error, EXIT_MISSING);
    } else {
        status = run_in_folder(&run);
        data_folder_release(&run.folder);
    }
    free(run.storage_settings);
    free(run.sums);
    *dir = run.dir;
    return status;
}
