// SPDX-License-Identifier: MIT
#include "experiment.h"

#include "bench.h"
#include "command.h"
#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/progress.h"
#include "data-gen/kept_readahead.h"
#include "measure/results.h"
#include "platform/storage.h"
#include "report/one_call_text.h"
#include "report/readahead_levels.h"
#include "show.h"
#include "work/scan.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Running ----------------------------------------------------------------------------------
 */

/* The folder of the parts in `dir`. */
static char *folder_of(const struct experiment *experiment, const char *dir)
{
    const bool own = experiment->range != NULL && strcmp(experiment->range, ".") != 0;
    return own ? files_join(dir, experiment->range) : strdup(dir);
}

static int run_part(const struct experiment_part *part, const struct options *given,
                    const char *folder)
{
    struct options options = *given;
    char *data = part->data != NULL ? files_join(given->data, part->data) : strdup(given->data);
    char *dir;
    const struct bench bench = {
        .name = part->name, .kind = &scan_kind, .mode = part->mode, .is_part = true};
    mkdir(given->data, 0777); /* when it cannot be made, the next one cannot either */
    options.data = data;
    options.results = folder;
    options.storage_ms = part->storage_ms;
    options.prime_pages = part->prime_pages;
    options.metrics = part->metrics;
    if ((given->given & OPTION_RUNS) == 0)
        options.runs = part->runs;
    if ((given->given & OPTION_FILES) == 0 && part->files > 0)
        options.files = part->files;
    if ((given->given & OPTION_SIZE) == 0 && part->file_bytes > 0)
        options.file_bytes = part->file_bytes;
    if ((given->given & OPTION_METHODS) == 0)
        options.methods = part->methods;
    const int status = bench_run(&options, &bench, &dir);
    free(dir);
    free(data);
    return status;
}

/* Sets the readahead of the device for a part and puts it back, whatever became of the part.
 * Returns the exit status; `*may` tells whether it could be set. */
static int run_level(const struct experiment_part *part, const struct options *given,
                     const char *folder, bool *may)
{
    struct options options = *given;
    struct kept_readahead kept;
    struct error error;
    mkdir(given->data, 0777); /* as in run_part */
    const struct storage storage = storage_describe(given->data);
    *may = kept_readahead_set(&kept, given->data, storage.readahead_setting, part->readahead_bytes,
                              &error) == 0;
    if (!*may) {
        progress_message(
            "levels of readahead are left out from %s on: %s; they need root, a writable "
            "data folder, and a disk whose read_ahead_kb in /sys may be written",
            part->name, error.text);
        return EXIT_OK;
    }
    progress_message("the readahead of the device is %" PRIu64 " KiB for %s, and then %" PRIu64
                     " KiB again",
                     part->readahead_bytes / 1024, part->name, kept.before_bytes / 1024);
    options.sets_readahead = true;
    options.readahead_bytes = part->readahead_bytes;
    const int status = run_part(part, &options, folder);
    if (kept_readahead_put_back(&kept, &error) == 0)
        return status;
    progress_message("%s", error.text);
    return status == EXIT_OK ? EXIT_TRIAL_FAILED : status;
}

/* Whether what was measured leaves the question open, and it can be asked on emulated storage. */
static bool is_open(const struct experiment *experiment, const char *folder)
{
    if (experiment->emulated.name == NULL)
        return false;
    char *path = files_join(folder, experiment->parts[0].name);
    struct comparison_result *results = show_load((const char *const *)&path, 1);
    const bool open = results != NULL && question_is_open(&experiment->question, results);
    if (results != NULL)
        show_unload(results, 1);
    free(path);
    return open;
}

int experiment_run(const struct experiment *experiment, const struct options *options,
                   const char *out)
{
    char *folder = folder_of(experiment, out);
    int status = EXIT_OK;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        progress_message("make the results folder %s: %s", folder, strerror(errno));
        status = EXIT_MISSING;
    }
    for (size_t i = 0; i < EXPERIMENT_PARTS && experiment->parts[i].name != NULL; i++) {
        if (status > EXIT_TRIAL_FAILED)
            break;
        bool may = true;
        const int part = experiment->parts[i].sets_readahead
                             ? run_level(&experiment->parts[i], options, folder, &may)
                             : run_part(&experiment->parts[i], options, folder);
        status = part > status ? part : status;
        if (!may)
            break; /* nor may it for the next */
    }
    if (status <= EXIT_TRIAL_FAILED && is_open(experiment, folder)) {
        progress_message("this storage does not tell: the same on emulated storage of %u ms",
                         experiment->emulated.storage_ms);
        const int emulated = run_part(&experiment->emulated, options, folder);
        status = emulated > status ? emulated : status;
    }
    free(folder);
    return status;
}

/* ---- Showing ----------------------------------------------------------------------------------
 */

/* Collects a text to be printed and to stand on the page. */
struct text {
    char *bytes;
    size_t length;
    FILE *file;
};

static void text_open(struct text *text)
{
    text->file = open_memstream(&text->bytes, &text->length);
    if (text->file == NULL)
        abort();
}

/* On the page a table is a block of code, and statements are a list, as they are printed. */
static void text_close(struct text *text, bool is_table, FILE *page)
{
    fclose(text->file);
    fwrite(text->bytes, 1, text->length, stdout);
    const char *begin = text->bytes + strspn(text->bytes, "\n");
    if (page != NULL && *begin != '\0')
        fprintf(page, is_table ? "```\n%s```\n" : "%s", begin);
    free(text->bytes);
}

static void show_statements(const struct experiment *experiment,
                            const struct comparison_result *results, FILE *page)
{
    struct statements said = {.count = 0};
    struct text text;
    question_say(&said, &experiment->question, results);
    one_call_say(&said, &results[0].summary, &results[0].machine);
    text_open(&text);
    statements_print(&said, text.file);
    text_close(&text, false, page);
    statements_free(&said);
}

static void show_picture(const char *name, FILE *page)
{
    if (page != NULL)
        fprintf(page, "\n![%s](%s)\n", name, name);
}

/* The folders of a range, in order of latency, in memory that the caller frees with free_list. */
static char **list_range(const char *folder, size_t *count)
{
    char **dirs = NULL;
    *count = 0;
    for (unsigned latency_ms = 0; latency_ms < 10000; latency_ms++) {
        char name[16] = "native";
        if (latency_ms > 0)
            snprintf(name, sizeof name, "%ums", latency_ms);
        char *dir = files_join(folder, name);
        if (access(dir, F_OK) != 0) {
            free(dir);
            continue;
        }
        dirs = realloc(dirs, (*count + 1) * sizeof(char *));
        if (dirs == NULL)
            abort();
        dirs[(*count)++] = dir;
    }
    return dirs;
}

static void free_list(char **dirs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(dirs[i]);
    free(dirs);
}

static int show_the_range(const char *dir, const char *out, const char *picture, FILE *page)
{
    size_t count;
    char **dirs = list_range(dir, &count);
    struct text text;
    text_open(&text);
    const int status = count == 0 ? EXIT_MISSING : show_range(dirs, count, out, text.file);
    text_close(&text, true, page);
    show_picture(picture, page);
    free_list(dirs, count);
    return status;
}

/* Methods of one result: its tables, the statements, and the picture of all methods. */
static int show_part(const struct experiment *experiment, const char *part, const char *dir,
                     const char *out, FILE *page)
{
    char *path = files_join(dir, part);
    char picture[64];
    struct text text;
    struct comparison_result *results = show_load((const char *const *)&path, 1);
    int status = EXIT_MISSING;
    if (results != NULL) {
        text_open(&text);
        show_tables(results, text.file);
        text_close(&text, true, page);
        show_statements(experiment, results, page);
        char *to = files_join(out, part);
        mkdir(to, 0777); /* there is one unless the pictures go elsewhere */
        status = show_pictures(results, to);
        free(to);
        show_unload(results, 1);
        snprintf(picture, sizeof picture, "%s/remedies.png", part);
        show_picture(picture, page);
    }
    free(path);
    return status;
}

/* What other metrics told of one result. */
static int show_the_metrics(const struct experiment *experiment, const char *dir, const char *out,
                            FILE *page)
{
    const char *part = experiment->parts[0].name;
    char *path = files_join(dir, part);
    char *to = files_join(out, part);
    char picture[64];
    struct text table;
    struct text sentences;
    int status = EXIT_MISSING;
    struct comparison_result *results = show_load((const char *const *)&path, 1);
    if (results != NULL) {
        mkdir(to, 0777); /* there is one unless the picture goes elsewhere */
        text_open(&table);
        text_open(&sentences);
        status = show_metrics(results, to, table.file, sentences.file);
        text_close(&table, true, page);
        text_close(&sentences, false, page);
        show_unload(results, 1);
        snprintf(picture, sizeof picture, "%s/metrics.png", part);
        show_picture(picture, page);
    }
    free(to);
    free(path);
    return status;
}

/* The native answer, and beside it the one of emulated storage when that was called for. */
static int show_methods(const struct experiment *experiment, const char *dir, const char *out,
                        FILE *page)
{
    const struct experiment_part *emulated = &experiment->emulated;
    int status = show_part(experiment, experiment->parts[0].name, dir, out, page);
    char *path = emulated->name != NULL ? files_join(dir, emulated->name) : NULL;
    if (status <= EXIT_TRIAL_FAILED && path != NULL && access(path, F_OK) == 0) {
        struct text text;
        text_open(&text);
        fprintf(text.file,
                "\nThis storage does not tell all of it. On emulated storage of %u ms:\n\n",
                emulated->storage_ms);
        if (page != NULL)
            fputc('\n', page);
        text_close(&text, false, page);
        const int shown = show_part(experiment, emulated->name, dir, out, page);
        status = shown > status ? shown : status;
    }
    free(path);
    return status;
}

/* Two results side by side, of which the first may be the article's. */
static int show_two(const struct experiment *experiment, const char *dir, const char *out,
                    FILE *page)
{
    const bool has_reference = experiment->has_reference;
    char *both[2] = {has_reference ? command_home("plots/reference")
                                   : files_join(dir, experiment->parts[0].name),
                     files_join(dir, experiment->parts[has_reference ? 0 : 1].name)};
    char name[64];
    char picture[96];
    struct text text;
    snprintf(name, sizeof name, "%s-compared", experiment->name);
    char *compared = files_join(out, name);
    struct comparison_result *results = show_load((const char *const *)both, 2);
    int status = EXIT_MISSING;
    if (results != NULL && mkdir(compared, 0777) != 0 && errno != EEXIST) {
        progress_message("make the results folder %s: %s", compared, strerror(errno));
    } else if (results != NULL) {
        text_open(&text);
        status = show_comparison((const char *const *)both, 2, false, compared, text.file);
        text_close(&text, true, page);
        show_statements(experiment, results, page);
        snprintf(picture, sizeof picture, "%s/compare.png", name);
        show_picture(picture, page);
    }
    if (results != NULL)
        show_unload(results, 2);
    free(compared);
    free(both[0]);
    free(both[1]);
    return status;
}

/* The levels that were measured side by side; where none may be set there is nothing to show. */
static int show_levels(const struct experiment *experiment, const char *dir, FILE *page)
{
    char *dirs[EXPERIMENT_PARTS];
    size_t count = 0;
    struct statements said = {.count = 0};
    struct text text;
    for (size_t i = 0; i < EXPERIMENT_PARTS && experiment->parts[i].name != NULL; i++) {
        dirs[count] = files_join(dir, experiment->parts[i].name);
        if (access(dirs[count], F_OK) == 0)
            count++;
        else
            free(dirs[count]);
    }
    struct comparison_result *results =
        count > 0 ? show_load((const char *const *)dirs, count) : NULL;
    int status = count > 0 && results == NULL ? EXIT_MISSING : EXIT_OK;
    if (results != NULL) {
        text_open(&text);
        readahead_levels_print(results, count, text.file);
        text_close(&text, true, page);
    }
    readahead_levels_say(&said, results, results == NULL ? 0 : count);
    text_open(&text);
    statements_print(&said, text.file);
    text_close(&text, false, page);
    statements_free(&said);
    if (results != NULL)
        show_unload(results, count);
    for (size_t i = 0; i < count; i++)
        free(dirs[i]);
    return status;
}

int experiment_show(const struct experiment *experiment, const char *dir, const char *out,
                    FILE *page)
{
    int status;
    if (experiment->range != NULL) {
        char *folder = folder_of(experiment, dir);
        char *to = folder_of(experiment, out);
        char picture[64];
        snprintf(picture, sizeof picture, "%s/storage.png", experiment->range);
        mkdir(to, 0777); /* there is one unless the pictures go elsewhere */
        status = show_the_range(folder, to, picture, page);
        free(folder);
        free(to);
    } else if (experiment->parts[0].metrics) {
        status = show_the_metrics(experiment, dir, out, page);
    } else if (experiment->has_levels) {
        status = show_levels(experiment, dir, page);
    } else if (experiment->question.kind == QUESTION_METHODS) {
        status = show_methods(experiment, dir, out, page);
    } else {
        status = show_two(experiment, dir, out, page);
    }
    return status;
}

/* ---- Around it --------------------------------------------------------------------------------
 */

int experiment_command(const char *name, const struct options *options,
                       int (*work)(const struct options *options, const char *out))
{
    struct error error;
    char *out;
    int status = bench_check(options, &scan_kind);
    if (status == EXIT_OK)
        status = bench_check_storage();
    if (status != EXIT_OK)
        return status;
    if (results_create(&out, options->results, name, &error) != 0) {
        progress_message("%s", error.text);
        return EXIT_MISSING;
    }
    status = work(options, out);
    if (status <= EXIT_TRIAL_FAILED) {
        results_link_latest(out);
        printf("\npictures and data: %s\n", out);
    } else if (rmdir(out) != 0) { /* it goes when nothing is in it */
        progress_message("./run_bench.sh plot %s shows what is finished", out);
    }
    free(out);
    return status;
}
