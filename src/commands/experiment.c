// SPDX-License-Identifier: MIT
#include "experiment.h"

#include "bench.h"
#include "command.h"
#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/progress.h"
#include "show.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- The tables -------------------------------------------------------------------------------
 */

#define THE_SIX "async-read,async-mmap,threads-read,threads-mmap,single-read,single-mmap"
#define MIB     (UINT64_C(1) << 20)

/* On the native storage and on an emulated one, cold. */
#define RANGE_PART(text, latency_ms, list)                                                         \
    {                                                                                              \
        .name = (text), .storage_ms = (latency_ms), .mode = MODE_COLD, .runs = 3,                  \
        .file_bytes = MIB, .methods = (list), .data = (latency_ms) == 0 ? "emulated" : NULL        \
    }

#define STORAGE_METHODS THE_SIX ",async-mmap-random"
#define DISK_METHODS    "async-read,async-mmap,threads-mmap,single-mmap"

const struct experiment experiment_storage = {
    .name = "storage",
    .range = ".",
    .parts = {RANGE_PART("native", 0, STORAGE_METHODS), RANGE_PART("1ms", 1, STORAGE_METHODS),
              RANGE_PART("2ms", 2, STORAGE_METHODS), RANGE_PART("5ms", 5, STORAGE_METHODS),
              RANGE_PART("10ms", 10, STORAGE_METHODS), RANGE_PART("20ms", 20, STORAGE_METHODS)},
};

const struct experiment experiment_questions[] = {
    {
        .name = "platforms",
        .title = "Other platforms: how does this machine differ from the article's?",
        .has_reference = true,
        .question = {QUESTION_WITHIN,
                     {{"async-mmap", "single-mmap"},
                      {"async-mmap", "threads-mmap"},
                      {"async-mmap", "async-read"}}},
        .parts = {{.name = "platforms", .mode = MODE_BOTH, .runs = 5}},
    },
    {
        .name = "disk",
        .title = "Type of disk: what does the latency of the storage do?",
        .range = "disk",
        .parts = {RANGE_PART("native", 0, DISK_METHODS), RANGE_PART("1ms", 1, DISK_METHODS),
                  RANGE_PART("5ms", 5, DISK_METHODS), RANGE_PART("20ms", 20, DISK_METHODS)},
    },
    {
        .name = "prefetch",
        .title = "CPU prefetch: do prefetch instructions ahead of the touch help?",
        .question = {QUESTION_METHODS, {{"async-mmap-prefetch", "async-mmap"}}},
        .parts = {{.name = "prefetch",
                   .mode = MODE_BOTH,
                   .runs = 10,
                   .methods = "async-mmap,async-mmap-prefetch"}},
    },
    {
        .name = "madvise",
        .title = "Madvise: what do its options do?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap-sequential", "async-mmap"},
                      {"async-mmap-random", "async-mmap"},
                      {"async-mmap-willneed", "async-mmap"},
                      {"async-mmap-populate", "async-mmap"}}},
        .parts = {{.name = "madvise",
                   .mode = MODE_COLD,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .methods = "async-mmap,async-mmap-sequential,async-mmap-random,"
                              "async-mmap-willneed,async-mmap-populate"}},
    },
    {
        .name = "readahead",
        .title = "Readahead: does the system call free the loop?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap-readahead", "async-mmap"},
                      {"async-mmap-readahead", "async-mmap-willneed"}}},
        .parts = {{.name = "readahead",
                   .mode = MODE_COLD,
                   .runs = 10,
                   .methods = "async-mmap,async-mmap-willneed,async-mmap-readahead"}},
    },
    {
        .name = "yield",
        .title = "Yielding: does the kernel overlap the reads of tasks that take turns?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap", "single-mmap"},
                      {"async-mmap-yield", "single-mmap"},
                      {"async-mmap-yield", "async-mmap"},
                      {"async-mmap-yield", "async-read"}}},
        .parts = {{.name = "yield",
                   .storage_ms = 5,
                   .mode = MODE_COLD,
                   .runs = 3,
                   .file_bytes = 8 * MIB,
                   .methods = "async-read,async-mmap,single-mmap,async-mmap-yield"}},
    },
    {
        .name = "fill",
        .title = "Warm is not one state: does it matter how the cache was filled?",
        .question = {QUESTION_BETWEEN,
                     {{"single-mmap", NULL}, {"async-mmap", NULL}, {"single-read", NULL}}},
        .parts = {{.name = "fill-read",
                   .mode = MODE_WARM,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .methods = "async-mmap,single-read,single-mmap"},
                  {.name = "fill-pages",
                   .mode = MODE_WARM,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .prime_pages = true,
                   .methods = "async-mmap,single-read,single-mmap"}},
    },
    {.name = NULL},
};

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
    mkdir(given->data, 0777); /* when it cannot be made, the next one cannot either */
    options.data = data;
    options.results = folder;
    options.storage_ms = part->storage_ms;
    options.prime_pages = part->prime_pages;
    if ((given->given & OPTION_RUNS) == 0)
        options.runs = part->runs;
    if ((given->given & OPTION_FILES) == 0 && part->files > 0)
        options.files = part->files;
    if ((given->given & OPTION_SIZE) == 0 && part->file_bytes > 0)
        options.file_bytes = part->file_bytes;
    if ((given->given & OPTION_METHODS) == 0)
        options.methods = part->methods;
    const int status = bench_run(&options, part->name, part->mode, true, &dir);
    free(dir);
    free(data);
    return status;
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
        const int part = run_part(&experiment->parts[i], options, folder);
        status = part > status ? part : status;
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
static int show_methods(const struct experiment *experiment, const char *dir, const char *out,
                        FILE *page)
{
    const char *part = experiment->parts[0].name;
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
    } else if (experiment->question.kind == QUESTION_METHODS) {
        status = show_methods(experiment, dir, out, page);
    } else {
        status = show_two(experiment, dir, out, page);
    }
    return status;
}
