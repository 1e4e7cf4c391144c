// SPDX-License-Identifier: MIT
/* summarize DIR                               trials.csv -> tables, verdict, summary.csv
 * summarize --compare OUT [--anyway] DIR DIR...   several of them -> one table, OUT/compare.csv */
#include "advice.h"
#include "comparison.h"
#include "error.h"
#include "exit_status.h"
#include "files.h"
#include "machine.h"
#include "summary.h"
#include "table.h"
#include "trial.h"
#include "verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const struct error *error, int status)
{
    fprintf(stderr, "scan_bench: %s\n", error->text);
    return status;
}

static int load(struct comparison_result *result, const char *dir, struct error *error)
{
    struct error no_machine; /* old results have none: then nothing of it is known */
    char *path = files_join(dir, "trials.csv");
    result->dir = dir;
    const int code = trials_read(&result->trials, path, error);
    free(path);
    if (code != 0)
        return code;
    machine_read(&result->machine, dir, &no_machine);
    summary_make(&result->summary, &result->trials);
    return 0;
}

static void unload(struct comparison_result *result)
{
    summary_free(&result->summary);
    machine_free(&result->machine);
    trials_free(&result->trials);
}

/* "8 files of 256 MiB, every 512th byte", as far as the rows say. */
static void print_work(const struct trials *trials)
{
    const struct trial *trial = &trials->rows[0];
    if (trials->count == 0 || trial->files <= 0 || trial->file_bytes < 0 || trial->stride_bytes < 0)
        return;
    printf(": %" PRId64 " files of %.4g MiB, one byte in %" PRId64, trial->files,
           (double)trial->file_bytes / (1 << 20), trial->stride_bytes);
}

static int summarize(const char *dir)
{
    static const char *const cache_states[] = {"cold", "warm"};
    struct comparison_result result = {.dir = dir};
    struct error error;
    if (load(&result, dir, &error) != 0)
        return complain(&error, EXIT_MISSING);
    for (size_t i = 0; i < sizeof cache_states / sizeof cache_states[0]; i++) {
        if (!summary_has_cache(&result.summary, cache_states[i]))
            continue;
        printf("\n%s page cache", cache_states[i]);
        print_work(&result.trials);
        printf("\n\n");
        table_print(&result.summary, &result.machine, cache_states[i], stdout);
        printf("\n");
        verdict_print(&result.summary, &result.machine, cache_states[i], stdout);
    }
    verdict_print_cold_and_warm(&result.summary, stdout);
    verdict_print_recommendation(&result.summary, stdout);
    advice_print(&result.summary, &result.machine, stdout);
    const int code = summary_write(&result.summary, dir, &error);
    unload(&result);
    return code != 0 ? complain(&error, EXIT_MISSING) : EXIT_OK;
}

static int compare(const char *out, int anyway, size_t count, char *const *dirs)
{
    struct comparison_result *results = calloc(count, sizeof *results);
    struct error error;
    int status = EXIT_OK;
    size_t loaded = 0;
    if (results == NULL)
        abort();
    while (loaded < count && load(&results[loaded], dirs[loaded], &error) == 0)
        loaded++;
    if (loaded < count) {
        status = complain(&error, EXIT_MISSING);
    } else if (!anyway && comparison_check(results, count, &error) != 0) {
        status = complain(&error, EXIT_WRONG_USAGE);
    } else {
        comparison_print(results, count, stdout);
        if (comparison_write(results, count, out, &error) != 0)
            status = complain(&error, EXIT_MISSING);
    }
    for (size_t i = 0; i < loaded; i++)
        unload(&results[i]);
    free(results);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return summarize(argv[1]);
    if (argc >= 4 && strcmp(argv[1], "--compare") == 0) {
        const int anyway = strcmp(argv[3], "--anyway") == 0;
        const int first = 3 + anyway;
        if (argc - first >= 2)
            return compare(argv[2], anyway, (size_t)(argc - first), argv + first);
    }
    fprintf(stderr, "scan_bench: summarize takes one results folder, or --compare, a folder and at "
                    "least two results folders\n");
    return EXIT_WRONG_USAGE;
}
