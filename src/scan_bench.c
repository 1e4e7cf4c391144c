// SPDX-License-Identifier: MIT
/* scan_bench: options -> file set -> plan -> run each trial -> rows. Prints the results folder. */
#include "core/error.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/options.h"
#include "core/process.h"
#include "core/progress.h"
#include "core/stats.h"
#include "data-gen/file_set.h"
#include "measure/device.h"
#include "measure/limits.h"
#include "measure/machine.h"
#include "measure/output.h"
#include "measure/pool.h"
#include "measure/protocol.h"
#include "measure/results.h"
#include "methods/method.h"
#include "platform/polling.h"
#include "platform/storage.h"
#include "platform/tie.h"
#include "probes/loop_delay.h"
#include "probes/noise.h"
#include "record/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

/* The beats that a trial may have: 35 minutes of them at the default interval, in 8 MiB. */
enum { MOST_BEATS = 1 << 21 };

static int complain(const struct error *error, int status)
{
    progress_message("%s", error->text);
    return status;
}

static void list_methods(const char *data)
{
    for (size_t i = 0; methods[i] != NULL; i++) {
        const struct method *method = methods[i];
        const char *reason = method_unsupported(method, data);
        printf("%-24s %s\n", method->name, method->about);
        if (method->chunk_bytes != 0)
            printf("%-24s in chunks of %zu KiB, unless --chunk says otherwise\n", "",
                   method->chunk_bytes / 1024);
        if (reason != NULL)
            printf("%-24s cannot run here: %s\n", "", reason);
    }
}

/* Leaves out the methods that cannot run here, and says so. Returns how many remain. */
static int keep_supported(const struct method **selected, int count, const char *data)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        const char *reason = method_unsupported(selected[i], data);
        if (reason == NULL)
            selected[kept++] = selected[i];
        else
            progress_message("%s is left out: %s", selected[i]->name, reason);
    }
    return kept;
}

/* Takes the file set and makes sure that it is the one asked for, on storage that can be cold. */
static int load_files(struct file_set *files, const struct options *options,
                      struct storage *storage, struct error *error)
{
    int code = file_set_load(files, options->data, options->stride_bytes, error);
    if (code != 0)
        return code;
    bool same = files->count == options->files;
    for (size_t i = 0; i < files->count; i++)
        same = same && files->files[i].bytes == options->file_bytes;
    /* Of a file and not of the folder: each may be a mount of its own. */
    *storage = storage_describe(files->count > 0 ? files->files[0].path : options->data);
    if (!same)
        code =
            error_set(error, -ENOENT,
                      "%s does not hold %zu files of %" PRIu64 " bytes: ./run_bench.sh makes them",
                      options->data, options->files, options->file_bytes);
    else
        code = file_set_check_folder(options->data, error);
    if (code != 0)
        file_set_free(files);
    return code;
}

static void note_settings(struct trial *trial, const struct options *options, size_t order)
{
    trial->order = (int64_t)order;
    trial->files = (int64_t)options->files;
    trial->file_bytes = (int64_t)options->file_bytes;
    trial->stride_bytes = (int64_t)options->stride_bytes;
    trial->pool_threads = (int64_t)options->pool_threads;
    trial->heartbeat_s = options->heartbeat_ms / 1e3;
}

static void report(const struct trial *trial, const struct error *error)
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

/* What a run works with, from the options to the rows. */
struct run {
    const struct options *options;
    struct file_set files;
    struct storage storage;
    struct plan plan;
    struct protocol protocol;
    struct output output;
    struct machine_run machine;
    char *dir; /* the results folder */
};

/* Everything that can be refused is asked for before the results folder is made. */
static int prepare(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    progress_step("preparing");
    int code = limits_check(options->files, options->files + options->pool_threads, error);
    if (code == 0)
        code = load_files(&run->files, options, &run->storage, error);
    if (code != 0)
        return code;
    const uint64_t warm_up_ns = uv_hrtime();
    code = pool_warm_up(options->pool_threads, run->files.files[0].path);
    if (code != 0)
        return error_set_call(error, code, "warm up the libuv pool on", run->files.files[0].path);
    run->machine.pool_warm_up_s = (double)(uv_hrtime() - warm_up_ns) / 1e9;
    if (options->heartbeat_ms > 0 && !polling_is_seen())
        return error_set(error, -ENOTSUP,
                         "this libuv (%s) does not wait by epoll_wait or epoll_pwait of the C "
                         "library, so that its loop cannot be observed: give --heartbeat 0",
                         uv_version_string());

    progress_step("measuring the storage");
    run->machine.device = device_measure(&run->files);
    run->protocol = (struct protocol){
        .files = &run->files,
        .stride_bytes = options->stride_bytes,
        .chunk_bytes = options->chunk_bytes,
        .prime = options->prime_pages ? PRIME_PAGES : PRIME_READ,
        .counts_reads = run->storage.counts_reads,
    };
    if (options->heartbeat_ms > 0)
        run->protocol.loop_delay =
            loop_delay_new((uint64_t)(options->heartbeat_ms * 1e6), MOST_BEATS);
    return 0;
}

static int open_results(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    int code = results_create(&run->dir, options->results, options->name, error);
    if (code == 0)
        code = machine_write(run->dir, &run->machine, error);
    if (code == 0)
        code = output_open(&run->output, run->dir, run->protocol.loop_delay != NULL, error);
    if (code != 0)
        return code;
    printf("%s\n", run->dir);
    fflush(stdout);
    progress_message("results in %s; --seed %" PRIu64 " repeats this order of trials", run->dir,
                     run->machine.seed);
    return 0;
}

/* Runs one trial of the plan and writes its row. Returns 0, or a negative errno when there is no
 * row: -ECANCELED after an interrupt, else `error` says why. */
static int run_one(const struct run *run, size_t order, struct trial *trial, struct error *error)
{
    const struct plan_entry *entry = &run->plan.entries[order];
    struct error cause;
    char what[64];
    snprintf(what, sizeof what, "%s %s", entry->method, cache_state_name(entry->cache));
    progress_trial(order + 1, run->plan.count, what);
    int code =
        protocol_trial(&run->protocol, method_find(entry->method), entry->cache, trial, &cause);
    if (code != 0)
        return code;
    trial->repeat = (int64_t)entry->repeat;
    note_settings(trial, run->options, order);
    code = output_trial(&run->output, trial, run->protocol.loop_delay, error);
    if (code == 0)
        report(trial, &cause);
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
    if (run->protocol.loop_delay == NULL || measured == 0)
        return 0;
    stats_sort(times, measured);
    const double seconds = fmin(fmax(stats_median(times, measured), 0.05), 10);
    progress_step("idle control");
    struct trial idle;
    const int code = protocol_idle(&run->protocol, (unsigned)(seconds * 1e3), &idle, error);
    progress_clear();
    if (code != 0 || interrupt_signal() != 0)
        return code;
    run->machine.idle = idle;
    return output_beats(&run->output, "idle", run->protocol.loop_delay, error);
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
    if ((status == EXIT_OK && measure_idle(run, times, measured, &error) != 0) ||
        machine_write(run->dir, &run->machine, &error) != 0)
        status = complain(&error, EXIT_TRIAL_FAILED);
    if (status == EXIT_OK && interrupt_signal() != 0) {
        progress_message("interrupted in the idle control; all trials are finished and kept");
        status = interrupt_status();
    }
    free(times);
    return status;
}

static int bench(struct run *run, const struct method *const *selected, size_t count)
{
    const struct options *options = run->options;
    struct error error;
    if (prepare(run, &error) != 0 || open_results(run, &error) != 0)
        return complain(&error, EXIT_MISSING);
    const char **names = calloc(count, sizeof *names);
    if (names == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        names[i] = selected[i]->name;
    plan_make(&run->plan, names, count, options->mode, options->runs, run->machine.seed);
    free(names);
    const int status = measure(run);
    output_close(&run->output);
    plan_free(&run->plan);
    loop_delay_free(run->protocol.loop_delay);
    file_set_free(&run->files);
    free(run->dir);
    return status;
}

/* The command line up to the methods that can run. Returns their number, or 0 with the exit status
 * in
 * `*status` when there is nothing to run. */
static size_t read_command_line(struct options *options, const struct method ***selected, int argc,
                                char **argv, int *status)
{
    struct error error;
    *status = EXIT_OK;
    if (options_parse(options, argc, argv, &error) != 0)
        *status = complain(&error, EXIT_WRONG_USAGE);
    else if (options->help)
        fputs(options_help, stdout);
    else if (options->list)
        list_methods(options->data);
    if (*status != EXIT_OK || options->help || options->list)
        return 0;
    const int count = method_select(selected, options->methods, &error);
    if (count < 0) {
        *status = complain(&error, EXIT_WRONG_USAGE);
        return 0;
    }
    const int kept = keep_supported(*selected, count, options->data);
    if (kept == 0) {
        progress_message("none of the methods asked for can run here: --list shows the others");
        free(*selected);
        *status = EXIT_MISSING;
    }
    return (size_t)kept;
}

int main(int argc, char **argv)
{
    struct options options;
    const struct method **selected;
    int status;

    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    process_set_self(argv[0]);
    interrupt_catch();
    /* Taken first: reading the options puts the words into another order. */
    char *command_line = machine_command_line(argc, argv);
    const size_t count = read_command_line(&options, &selected, argc, argv, &status);
    if (count > 0) {
        if (!options.seed_given)
            uv_random(NULL, NULL, &options.seed, sizeof(uint32_t), 0, NULL);
        struct run run = {.options = &options};
        run.machine = (struct machine_run){
            .began = time(NULL),
            .data = options.data,
            .storage = &run.storage,
            .seed = options.seed,
            .idle = trial_unknown(),
            .noise = NOISE_UNKNOWN,
            .command_line = command_line,
        };
        status = bench(&run, selected, count);
        free(selected);
    }
    free(command_line);
    return status;
}
