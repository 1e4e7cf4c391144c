// SPDX-License-Identifier: MIT
/* cold, warm, both and remedies. */
#include "bench.h"

#include "command.h"
#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/process.h"
#include "core/progress.h"
#include "data-gen/emulated_storage.h"
#include "measure/run.h"
#include "methods/method.h"
#include "platform/polling.h"
#include "show.h"
#include "work/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

int bench_check(const struct options *options, const struct work_kind *kind)
{
    struct error error;
    const struct method **selected;
    const int count = method_select(&selected, kind, options->methods, &error);
    if (count < 0) {
        progress_message("%s", error.text);
        return EXIT_WRONG_USAGE;
    }
    free(selected);
    const char *no_beats = polling_beat_unsupported((uint64_t)(options->heartbeat_ms * 1e6));
    if (no_beats != NULL) {
        progress_message("--heartbeat %g: %s", options->heartbeat_ms, no_beats);
        return EXIT_WRONG_USAGE;
    }
    if (!process_is_found("gnuplot")) {
        progress_message("gnuplot is missing: run ./setup.sh, which installs it");
        return EXIT_MISSING;
    }
    return EXIT_OK;
}

int bench_check_storage(void)
{
    struct error error;
    const int code = emulated_storage_check(&error);
    if (code == 0)
        return EXIT_OK;
    if (interrupt_signal() != 0)
        return interrupt_status();
    progress_message("%s", error.text);
    return EXIT_MISSING;
}

/* The size of each file that keeps a run on storage of that latency within a few minutes. */
static uint64_t emulated_size(unsigned latency_ms)
{
    unsigned mib = 64;
    while (mib * latency_ms > 64 && mib > 1)
        mib /= 2;
    return (uint64_t)mib << 20;
}

/* The data folder, which the caller frees, or NULL when it cannot be made, which is said. Files of
 * another size than usual have a folder of their own, so that the usual ones stay; so do those of
 * emulated storage. */
static char *choose_data(struct options *settings, const struct bench *bench)
{
    const char *folder = settings->storage_ms > 0 ? "emulated" : bench->data;
    if (settings->storage_ms > 0 && (settings->given & OPTION_SIZE) == 0 &&
        settings->file_bytes >= OPTIONS_FILE_BYTES) {
        settings->file_bytes =
            emulated_size(settings->storage_ms) * (settings->file_bytes / OPTIONS_FILE_BYTES);
        progress_message("emulated storage of %u ms: files of %" PRIu64
                         "MiB, so that a run takes minutes; --size says otherwise",
                         settings->storage_ms, settings->file_bytes >> 20);
    }
    if (folder == NULL)
        return strdup(settings->data);
    if (mkdir(settings->data, 0777) != 0 && errno != EEXIST) {
        progress_message(
            "make the data folder %s: %s; give --data a folder that may be written, or "
            "that can be made where it belongs",
            settings->data, strerror(errno));
        return NULL;
    }
    return files_join(settings->data, folder);
}

int bench_run(const struct options *options, const struct bench *bench, char **dir)
{
    struct error error;
    const struct method **selected;
    struct options settings = *options;
    const struct work_kind *kind = bench->kind;
    *dir = NULL;
    int status = bench_check(options, kind);
    if (status == EXIT_OK && options->storage_ms > 0)
        status = bench_check_storage();
    if (status != EXIT_OK)
        return status;
    const size_t count = (size_t)method_select(&selected, kind, options->methods, &error);
    const char **names = calloc(count, sizeof *names);
    if (names == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        names[i] = selected[i]->name;
    if ((options->given & OPTION_SEED) == 0) {
        uint32_t drawn = 1;
        uv_random(NULL, NULL, &drawn, sizeof drawn, 0, NULL);
        settings.seed = drawn;
    }
    char *data = choose_data(&settings, bench);
    char *copies = data != NULL && bench->copies != NULL && settings.to == NULL
                       ? files_join(data, bench->copies)
                       : NULL;
    if (copies != NULL)
        settings.to = copies;
    const struct run_request request = {
        .options = &settings,
        .kind = kind,
        .methods = names,
        .method_count = data != NULL ? method_keep_supported(names, count, data, NULL) : 0,
        .mode = bench->mode,
        .data = data,
        .results = options->results,
        .name = bench->name,
        .is_part = bench->is_part,
        .command_line = command_line(),
    };
    status = data != NULL && request.method_count > 0 ? run_make(&request, dir) : EXIT_MISSING;
    free(copies);
    free(data);
    free(names);
    free(selected);
    return status;
}

int bench_run_and_show(const struct options *options, const struct bench *bench)
{
    char *dir;
    int status = bench_run(options, bench, &dir);
    if (dir != NULL && status >= EXIT_SIGNALLED) {
        progress_message("./run_bench.sh plot %s shows what is finished", dir);
    } else if (dir != NULL) {
        const int shown = show_results(dir, dir);
        status = status == EXIT_OK ? shown : status;
    }
    free(dir);
    return status;
}

int bench_mode(const struct command *command, const struct options *options, enum mode *mode)
{
    static const char *const names[] = {"cold", "warm", "both"};
    const size_t count = sizeof names / sizeof names[0];
    size_t i = 0;
    *mode = MODE_BOTH;
    if (options->word_count == 0)
        return EXIT_OK;
    while (i < count && strcmp(options->words[0], names[i]) != 0)
        i++;
    *mode = (enum mode)i;
    if (i < count)
        return EXIT_OK;
    progress_message("unknown word '%s' after '%s': give cold, warm or both", options->words[0],
                     command->name);
    return EXIT_WRONG_USAGE;
}

static int run_scans(const struct options *options, const char *name, enum mode mode)
{
    const struct bench bench = {.name = name, .kind = &scan_kind, .mode = mode};
    return bench_run_and_show(options, &bench);
}

static int run_cold(const struct command *command, const struct options *options)
{
    return run_scans(options, command->name, MODE_COLD);
}

static int run_warm(const struct command *command, const struct options *options)
{
    return run_scans(options, command->name, MODE_WARM);
}

static int run_both(const struct command *command, const struct options *options)
{
    return run_scans(options, command->name, MODE_BOTH);
}

static int run_remedies(const struct command *command, const struct options *options)
{
    struct options settings = *options;
    enum mode mode;
    const int status = bench_mode(command, options, &mode);
    if (status != EXIT_OK)
        return status;
    if (settings.methods == NULL)
        settings.methods = METHOD_ALL;
    if ((options->given & OPTION_CLIENTS) != 0 && options->clients == 0) {
        progress_message("--clients 0: remedies always has a client: give 1 to %d, or leave it out",
                         OPTIONS_CLIENTS_MOST);
        return EXIT_WRONG_USAGE;
    }
    if (settings.clients == 0)
        settings.clients = 1;
    return run_scans(&settings, command->name, mode);
}

const struct command bench_cold = {
    .name = "cold",
    .usage = "[OPTIONS]",
    .about = "the six, with nothing of the files in the page cache",
    .options = OPTIONS_OF_A_RUN,
    .run = run_cold,
};

const struct command bench_warm = {
    .name = "warm",
    .usage = "[OPTIONS]",
    .about = "the six, with all of them in the page cache",
    .options = OPTIONS_OF_A_RUN,
    .run = run_warm,
};

const struct command bench_both = {
    .name = "both",
    .usage = "[OPTIONS]",
    .about = "cold and warm trials shuffled together",
    .options = OPTIONS_OF_A_RUN,
    .run = run_both,
};

const struct command bench_remedies = {
    .name = "remedies",
    .usage = "[cold | warm | both] [OPTIONS]",
    .about = "all methods, not only the six",
    .options = OPTIONS_OF_A_RUN,
    .most_words = 1,
    .run = run_remedies,
};
