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
#include "results.h"
#include "trial_process.h"

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
    const char *data; /* where the trials find the files */
    char *dir;        /* the results folder */
    char *sums;       /* the file with the sums, in there */
    struct data_folder folder;
    struct file_set files;
    struct storage storage;
    struct emulated_storage *emulated; /* or NULL */
    char mount[4096];                  /* where it is served */
    char *settings;                    /* what it tells of itself, or NULL */
    struct plan plan;
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

/* What a trial has mapped at once: all files, if any method maps them. */
static uint64_t mapped_bytes(const struct run *run)
{
    for (size_t i = 0; i < run->plan.count; i++) {
        if (method_find(run->plan.entries[i].method)->io == MMAP)
            return run->options->files * run->options->file_bytes;
    }
    return 0;
}

/* Everything that can be refused is asked for before the results folder is made. */
static int prepare(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    int code = limits_check(options->files, mapped_bytes(run),
                            options->files + options->pool_threads, error);
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
        code = output_open(&run->output, run->dir, run->options->heartbeat_ms > 0, error);
    if (code == 0)
        progress_message("results in %s; --seed %" PRIu64 " repeats this order of trials", run->dir,
                         run->machine.seed);
    return code;
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
    if (!run->storage.counts_reads)
        trial->device_read_bytes = -1;
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
        progress_message("%s %s: %s: %s", trial->method, trial->cache, trial->status, error->text);
}

/* Runs one trial of the plan and writes its row. Returns 0, or a negative errno when there is no
 * row: -ECANCELED after an interrupt, else `error` says why. */
static int run_one(const struct run *run, size_t order, struct trial *trial, struct error *error)
{
    const struct plan_entry *entry = &run->plan.entries[order];
    char what[64];
    char number[24];
    const char *const words[] = {"trial",   entry->method, cache_state_name(entry->cache),
                                 run->sums, number,        NULL};
    struct trial_answer answer = {.beats = NULL};
    snprintf(number, sizeof number, "%zu", order);
    snprintf(what, sizeof what, "%s %s", entry->method, cache_state_name(entry->cache));
    progress_trial(order + 1, run->plan.count, what);
    progress_step("starting");
    int code = trial_process_run(&answer, words, run->options, run->data, error);
    if (code == -ECANCELED)
        return code;
    *trial = answer.trial;
    if (code != 0) {
        *trial = trial_unknown();
        snprintf(trial->status, sizeof trial->status, STATUS_CRASHED);
        answer.error = *error;
    }
    note_settings(run, entry, order, trial);
    code = output_trial(&run->output, trial, answer.beats, answer.beats_bytes, error);
    if (code == 0)
        show(trial, &answer.error);
    trial_answer_free(&answer);
    return code;
}

/* Runs the plan to its end or to an interrupt. Returns the exit status; `times` gets the elapsed
 * times of the ok trials and `*measured` their number. */
static int run_plan(const struct run *run, double *times, size_t *measured)
{
    const size_t count = run->plan.count;
    for (size_t order = 0; order < count; order++) {
        struct trial trial;
        struct error error;
        const int code = run_one(run, order, &trial, &error);
        if (code == -ECANCELED) {
            progress_message("interrupted; %zu of %zu trials are finished and kept in %s", order,
                             count, run->dir);
            return interrupt_status();
        }
        if (code != 0) {
            progress_message("%s; the %zu trials before are on disk", error.text, order);
            return EXIT_TRIAL_FAILED;
        }
        if (trial_is_ok(&trial))
            times[(*measured)++] = trial.elapsed_s;
    }
    progress_clear();
    if (*measured < count)
        progress_message("%zu of %zu trials failed; their rows say so and no summary counts them",
                         count - *measured, count);
    return *measured < count ? EXIT_TRIAL_FAILED : EXIT_OK;
}

/* The idle control: as long as the median trial, but not so long that a person would wonder. */
static int measure_idle(struct run *run, double *times, size_t measured, struct error *error)
{
    char milliseconds[24];
    const char *const words[] = {"idle", milliseconds, NULL};
    struct trial_answer answer = {.beats = NULL};
    if (run->options->heartbeat_ms == 0 || measured == 0)
        return 0;
    stats_sort(times, measured);
    snprintf(milliseconds, sizeof milliseconds, "%.0f",
             fmin(fmax(stats_median(times, measured), 0.05), 10) * 1e3);
    progress_step("idle control");
    int code = trial_process_run(&answer, words, run->options, run->data, error);
    progress_clear();
    if (code != 0)
        return code;
    run->machine.idle = answer.trial;
    code = output_beats(&run->output, answer.beats, answer.beats_bytes, error);
    trial_answer_free(&answer);
    return code;
}

/* From the plan to the last row and the facts of the run as a whole. Returns the exit status. */
static int measure(struct run *run)
{
    struct error error;
    size_t measured = 0;
    double *times = calloc(run->plan.count, sizeof *times);
    if (times == NULL)
        abort();
    const struct noise before = noise_now(run->files.files[0].path);
    int status = run_plan(run, times, &measured);
    const struct noise after = noise_now(run->files.files[0].path);
    run->machine.noise = noise_between(&before, &after);
    const int idle = status == EXIT_OK ? measure_idle(run, times, measured, &error) : 0;
    if (idle == -ECANCELED) {
        progress_message("interrupted in the idle control; all trials are finished and kept");
        status = interrupt_status();
    } else if (idle != 0) {
        status = complain(&error, EXIT_TRIAL_FAILED);
    }
    if (!run->request->is_part && measured > 0)
        results_link_latest(run->dir);
    free(times);
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
    const size_t count = method_keep_supported(request->methods, request->method_count, run->data);
    if (count == 0)
        return EXIT_MISSING;
    plan_make(&run->plan, request->methods, count, request->mode, run->options->runs,
              run->machine.seed);
    run->output = (struct output){.trials_fd = -1, .loop_delay_fd = -1};
    if (prepare(run, &error) != 0)
        status = end_early(&error, "preparing the run");
    else if (open_results(run, &error) != 0)
        status = complain(&error, EXIT_MISSING);
    else
        status = measure(run);
    output_close(&run->output);
    plan_free(&run->plan);
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
    free(run->settings);
    run->settings = strdup(emulated_storage_settings(run->emulated));
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

/* In a data folder that is this run's alone. Returns the exit status. */
static int run_in_folder(struct run *run)
{
    struct error error;
    run->settings = read_settings(run->data);
    if (make_data(run, &error) != 0)
        return end_early(&error, "making the data; the files finished so far are kept");
    if (run->options->storage_ms > 0 && start_storage(run, &error) != 0)
        return end_early(&error, "starting the emulated storage");
    run->machine.storage_settings = run->settings;
    int status = stop_storage(run, run_on_files(run));
    if (run->dir != NULL && machine_write(run->dir, &run->machine, &error) != 0)
        status = complain(&error, EXIT_TRIAL_FAILED);
    return status;
}

int run_make(const struct run_request *request, char **dir)
{
    struct error error;
    struct run run = {
        .request = request,
        .options = request->options,
        .data = request->data,
    };
    run.machine = (struct machine_run){
        .began = time(NULL),
        .storage = &run.storage,
        .seed = request->options->seed,
        .pool_warm_up_s = NAN,
        .device = {.read_latency_s = NAN, .read_bandwidth_bytes_per_s = NAN},
        .idle = trial_unknown(),
        .noise = NOISE_UNKNOWN,
        .command_line = request->command_line,
    };
    int status;
    if (data_folder_take(&run.folder, request->data, &error) != 0) {
        status = complain(&error, EXIT_MISSING);
    } else {
        status = run_in_folder(&run);
        data_folder_release(&run.folder);
    }
    free(run.settings);
    free(run.sums);
    *dir = run.dir;
    return status;
}
