// SPDX-License-Identifier: MIT
/* scan_bench: options -> file set -> plan -> run each trial -> rows. Prints the results folder. */
#include "error.h"
#include "exit_status.h"
#include "file_set.h"
#include "files.h"
#include "interrupt.h"
#include "limits.h"
#include "machine.h"
#include "manifest.h"
#include "method.h"
#include "options.h"
#include "plan.h"
#include "platform/storage.h"
#include "pool.h"
#include "progress.h"
#include "results.h"
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

static int complain(const struct error *error, enum exit_status status)
{
    progress_message("%s", error->text);
    return status;
}

static int list_methods(void)
{
    for (size_t i = 0; methods[i] != NULL; i++) {
        const struct method *method = methods[i];
        const char *reason = method_unsupported(method);
        printf("%-24s %s\n", method->name, method->about);
        if (reason != NULL)
            printf("%-24s cannot run here: %s\n", "", reason);
    }
    return EXIT_OK;
}

/* Leaves out the methods that cannot run here, and says so. Returns how many remain. */
static int keep_supported(const struct method **selected, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        const char *reason = method_unsupported(selected[i]);
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
    *storage = storage_describe(options->data);
    if (!same)
        code =
            error_set(error, -ENOENT,
                      "%s does not hold %zu files of %" PRIu64 " bytes: ./run_bench.sh makes them",
                      options->data, options->files, options->file_bytes);
    else if (storage->memory_only)
        code =
            error_set(error, -ENOTSUP,
                      "%s is on %s, which is nothing but page cache and never cold: give --data a "
                      "folder on a disk",
                      options->data, storage->file_system);
    if (code != 0)
        file_set_free(files);
    return code;
}

/* Starts what a run writes: the folder, machine.csv, and trials.csv with its header. */
static int open_results(char **dir, int *trials_fd, const struct options *options,
                        const struct machine_run *machine, struct error *error)
{
    int code = results_create(dir, options->results, options->mode, error);
    if (code != 0)
        return code;
    char *path = files_join(*dir, "trials.csv");
    code = machine_write(*dir, machine, error);
    if (code == 0) {
        *trials_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        code = *trials_fd < 0 ? -errno : trial_write_header(*trials_fd);
        if (code != 0)
            error_set_call(error, code, "write", path);
    }
    free(path);
    if (code != 0)
        free(*dir);
    return code;
}

static void note_settings(struct trial *trial, const struct options *options, size_t order)
{
    trial->order = (int64_t)order;
    trial->files = (int64_t)options->files;
    trial->file_bytes = (int64_t)options->file_bytes;
    trial->stride_bytes = (int64_t)options->stride_bytes;
    trial->chunk_bytes = (int64_t)options->chunk_bytes;
    trial->pool_threads = (int64_t)options->pool_threads;
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

/* Runs the plan to its end or to an interrupt. Returns the exit status. */
static int run_plan(const struct plan *plan, const struct runner *runner,
                    const struct options *options, int trials_fd)
{
    size_t failed = 0;
    for (size_t order = 0; order < plan->count; order++) {
        const struct plan_entry *entry = &plan->entries[order];
        struct trial trial;
        struct error error;
        char what[64];
        snprintf(what, sizeof what, "%s %s", entry->method->name, cache_state_name(entry->cache));
        progress_trial(order + 1, plan->count, what);
        if (runner_trial(runner, entry, &trial, &error) != 0) {
            progress_message("interrupted; %zu of %zu trials are finished and kept", order,
                             plan->count);
            return interrupt_status();
        }
        note_settings(&trial, options, order);
        const int code = trial_write_row(trials_fd, &trial);
        if (code != 0) {
            progress_message("write trials.csv: %s; the %zu trials before are on disk",
                             strerror(-code), order);
            return EXIT_TRIAL_FAILED;
        }
        report(&trial, &error);
        failed += trial_is_ok(&trial) ? 0 : 1;
    }
    progress_clear();
    if (failed > 0)
        progress_message("%zu of %zu trials failed; their rows say so and no summary counts them",
                         failed, plan->count);
    return failed > 0 ? EXIT_TRIAL_FAILED : EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error;
    struct file_set files;
    struct storage storage;
    struct plan plan;
    const struct method **selected;
    char *dir;
    int trials_fd;

    interrupt_catch();
    /* Taken first: reading the options puts the words into another order. */
    char *command_line = machine_command_line(argc, argv);
    struct machine_run machine = {.storage = &storage, .command_line = command_line};
    if (options_parse(&options, argc, argv, &error) != 0)
        return complain(&error, EXIT_WRONG_USAGE);
    if (options.help)
        return fputs(options_help, stdout) < 0 ? EXIT_TRIAL_FAILED : EXIT_OK;
    if (options.list)
        return list_methods();
    int count = method_select(&selected, options.methods, &error);
    if (count < 0)
        return complain(&error, EXIT_WRONG_USAGE);
    count = keep_supported(selected, count);
    if (count == 0) {
        progress_message("none of the methods asked for can run here: --list shows the others");
        return EXIT_MISSING;
    }

    progress_step("preparing");
    if (limits_check(options.files, options.files + options.pool_threads, &error) != 0 ||
        load_files(&files, &options, &storage, &error) != 0)
        return complain(&error, EXIT_MISSING);
    const uint64_t warm_up_ns = uv_hrtime();
    const int pool = pool_warm_up(options.pool_threads, files.files[0].path);
    if (pool != 0) {
        error_set_call(&error, pool, "warm up the libuv pool on", files.files[0].path);
        return complain(&error, EXIT_MISSING);
    }
    machine.pool_warm_up_s = (double)(uv_hrtime() - warm_up_ns) / 1e9;
    if (!options.seed_given)
        uv_random(NULL, NULL, &options.seed, sizeof(uint32_t), 0, NULL);
    machine.seed = options.seed;
    if (open_results(&dir, &trials_fd, &options, &machine, &error) != 0)
        return complain(&error, EXIT_MISSING);

    printf("%s\n", dir);
    fflush(stdout);
    progress_message("seed %" PRIu64 " (--seed repeats this order); results in %s", options.seed,
                     dir);
    plan_make(&plan, selected, (size_t)count, options.mode, options.runs, options.seed);
    const struct runner runner = {
        .files = &files,
        .stride_bytes = options.stride_bytes,
        .chunk_bytes = options.chunk_bytes,
        .counts_reads = storage.counts_reads,
    };
    const int status = run_plan(&plan, &runner, &options, trials_fd);
    close(trials_fd);
    plan_free(&plan);
    file_set_free(&files);
    free(selected);
    free(command_line);
    free(dir);
    return status;
}
