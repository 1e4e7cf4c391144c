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
#include "show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

int bench_check(const struct options *options)
{
    struct error error;
    const struct method **selected;
    const int count = method_select(&selected, options->methods, &error);
    if (count < 0) {
        progress_message("%s", error.text);
        return EXIT_WRONG_USAGE;
    }
    free(selected);
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

/* Emulated storage has files of its own, in a folder beside the others. */
static char *choose_data(struct options *settings)
{
    if (settings->storage_ms == 0)
        return strdup(settings->data);
    if ((settings->given & OPTION_SIZE) == 0 && settings->file_bytes == OPTIONS_FILE_BYTES) {
        settings->file_bytes = emulated_size(settings->storage_ms);
        progress_message("emulated storage of %u ms: files of %" PRIu64
                         "MiB, so that a run takes minutes; --size says otherwise",
                         settings->storage_ms, settings->file_bytes >> 20);
    }
    mkdir(settings->data, 0777); /* when it cannot be made, the next one cannot either */
    return files_join(settings->data, "emulated");
}

int bench_run(const struct options *options, const char *name, enum mode mode, bool is_part,
              char **dir)
{
    struct error error;
    const struct method **selected;
    struct options settings = *options;
    *dir = NULL;
    int status = bench_check(options);
    if (status == EXIT_OK && options->storage_ms > 0)
        status = bench_check_storage();
    if (status != EXIT_OK)
        return status;
    const size_t count = (size_t)method_select(&selected, options->methods, &error);
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
    char *data = choose_data(&settings);
    const struct run_request request = {
        .options = &settings,
        .methods = names,
        .method_count = method_keep_supported(names, count, data),
        .mode = mode,
        .data = data,
        .results = options->results,
        .name = name,
        .is_part = is_part,
        .command_line = command_line(),
    };
    status = request.method_count > 0 ? run_make(&request, dir) : EXIT_MISSING;
    free(data);
    free(names);
    free(selected);
    return status;
}

/* Runs, and shows what came of it. */
static int run_and_show(const struct options *options, const char *name, enum mode mode)
{
    char *dir;
    int status = bench_run(options, name, mode, false, &dir);
    if (dir != NULL && status >= EXIT_SIGNALLED) {
        progress_message("./run_bench.sh plot %s shows what is finished", dir);
    } else if (dir != NULL) {
        const int shown = show_results(dir, dir);
        status = status == EXIT_OK ? shown : status;
    }
    free(dir);
    return status;
}

static int run_cold(const struct command *command, const struct options *options)
{
    return run_and_show(options, command->name, MODE_COLD);
}

static int run_warm(const struct command *command, const struct options *options)
{
    return run_and_show(options, command->name, MODE_WARM);
}

static int run_both(const struct command *command, const struct options *options)
{
    return run_and_show(options, command->name, MODE_BOTH);
}

static int run_remedies(const struct command *command, const struct options *options)
{
    static const char *const names[] = {"cold", "warm", "both"};
    struct options settings = *options;
    enum mode mode = MODE_BOTH;
    if (options->word_count > 0) {
        size_t i = 0;
        while (i < sizeof names / sizeof names[0] && strcmp(options->words[0], names[i]) != 0)
            i++;
        if (i == sizeof names / sizeof names[0]) {
            progress_message("unknown word '%s' after 'remedies': give cold, warm or both",
                             options->words[0]);
            return EXIT_WRONG_USAGE;
        }
        mode = (enum mode)i;
    }
    if (settings.methods == NULL)
        settings.methods = METHOD_ALL;
    return run_and_show(&settings, command->name, mode);
}

#define OPTIONS_OF_A_RUN (OPTIONS_OF_TRIALS | OPTION_STORAGE)

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
