// SPDX-License-Identifier: MIT
/* summarize DIR                           trials.csv -> tables, verdict, summary.csv
 * summarize --compare OUT DIR DIR...      several of them -> one table, OUT/compare.csv
 * summarize --compare-anyway OUT DIR DIR...   the same of different work
 * summarize --latencies OUT DIR...        storage of several latencies -> tables, OUT/storage.csv
 * summarize --question NAME DIR [DIR]     tables, and the answer to a question */
#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "record/machine_facts.h"
#include "record/trial.h"
#include "report/advice.h"
#include "report/comparison.h"
#include "report/latency_range.h"
#include "report/question.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/verdict.h"

#include <errno.h>
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
static void print_work(const struct trials *trials, const struct machine *machine)
{
    const struct trial *trial = &trials->rows[0];
    if (strcmp(machine_text(machine, "storage"), "emulated") == 0)
        printf(", on emulated storage of %g ms",
               machine_number(machine, "storage_latency_s") * 1e3);
    if (trials->count == 0 || trial->files <= 0 || trial->file_bytes < 0 || trial->stride_bytes < 0)
        return;
    printf(": %" PRId64 " files of %.4g MiB, one byte in %" PRId64, trial->files,
           (double)trial->file_bytes / (1 << 20), trial->stride_bytes);
}

static const char *const cache_states[] = {"cold", "warm"};

static void print_tables(const struct comparison_result *result, const char *cache)
{
    printf("\n%s page cache", cache);
    print_work(&result->trials, &result->machine);
    printf("\n\n");
    table_print(&result->summary, &result->machine, cache, stdout);
    printf("\n");
}

static int summarize(const char *dir)
{
    struct comparison_result result = {.dir = dir};
    struct error error;
    if (load(&result, dir, &error) != 0)
        return complain(&error, EXIT_MISSING);
    for (size_t i = 0; i < sizeof cache_states / sizeof cache_states[0]; i++) {
        if (!summary_has_cache(&result.summary, cache_states[i]))
            continue;
        print_tables(&result, cache_states[i]);
        verdict_print(&result.summary, &result.machine, cache_states[i], stdout);
    }
    verdict_print_cold_and_warm(&result.summary, stdout);
    verdict_print_recommendation(&result.summary, stdout);
    advice_print(&result.summary, &result.machine, stdout);
    const int code = summary_write(&result.summary, dir, &error);
    unload(&result);
    return code != 0 ? complain(&error, EXIT_MISSING) : EXIT_OK;
}

/* What is done with several results, given the folder to write to. Returns an exit status. */
typedef int over_several(const struct comparison_result *results, size_t count, const char *out,
                         struct error *error);

static int with_all(size_t count, char *const *dirs, const char *out, over_several *act)
{
    struct comparison_result *results = calloc(count, sizeof *results);
    struct error error = {.code = 0};
    int status = EXIT_MISSING;
    size_t loaded = 0;
    if (results == NULL)
        abort();
    while (loaded < count && load(&results[loaded], dirs[loaded], &error) == 0)
        loaded++;
    if (loaded == count)
        status = act(results, count, out, &error);
    if (error.code != 0)
        complain(&error, status);
    for (size_t i = 0; i < loaded; i++)
        unload(&results[i]);
    free(results);
    return status;
}

static int compare_anyway(const struct comparison_result *results, size_t count, const char *out,
                          struct error *error)
{
    comparison_print(results, count, stdout);
    return comparison_write(results, count, out, error) != 0 ? EXIT_MISSING : EXIT_OK;
}

static int compare(const struct comparison_result *results, size_t count, const char *out,
                   struct error *error)
{
    if (comparison_check(results, count, error) != 0)
        return EXIT_WRONG_USAGE;
    return compare_anyway(results, count, out, error);
}

static int show_latencies(const struct comparison_result *results, size_t count, const char *out,
                          struct error *error)
{
    if (comparison_check(results, count, error) != 0)
        return EXIT_WRONG_USAGE;
    printf("\ncold page cache");
    print_work(&results[0].trials, &(struct machine){.count = 0});
    printf("\n");
    latency_range_print(results, count, stdout);
    return latency_range_write(results, count, out, error) != 0 ? EXIT_MISSING : EXIT_OK;
}

/* `name` takes the place of the folder: nothing is written. */
static int answer(const struct comparison_result *results, size_t count, const char *name,
                  struct error *error)
{
    const struct question *question = question_find(name);
    if (question == NULL || question_results(question) != count) {
        error_set(error, -EINVAL, "no question '%s' about %zu results", name, count);
        return EXIT_WRONG_USAGE;
    }
    for (size_t i = 0; count == 1 && i < sizeof cache_states / sizeof cache_states[0]; i++) {
        if (summary_has_cache(&results[0].summary, cache_states[i]))
            print_tables(&results[0], cache_states[i]);
    }
    question_print(question, results, stdout);
    return EXIT_OK;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *option;
        over_several *act;
        int fewest;
    } acts[] = {
        {"--compare", compare, 2},
        {"--compare-anyway", compare_anyway, 2},
        {"--latencies", show_latencies, 1},
        {"--question", answer, 1},
    };
    if (argc == 2)
        return summarize(argv[1]);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (argc >= 3 + acts[i].fewest && strcmp(argv[1], acts[i].option) == 0)
            return with_all((size_t)argc - 3, &argv[3], argv[2], acts[i].act);
    }
    fprintf(stderr, "scan_bench: summarize takes a results folder; see the top of summarize.c\n");
    return EXIT_WRONG_USAGE;
}
