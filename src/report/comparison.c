// SPDX-License-Identifier: MIT
#include "comparison.h"

#include "core/files.h"
#include "policy.h"
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The first known value of a column, or -1. */
static int64_t setting(const struct comparison_result *result, size_t offset)
{
    for (size_t i = 0; i < result->trials.count; i++) {
        const int64_t value = *(const int64_t *)((const char *)&result->trials.rows[i] + offset);
        if (value >= 0)
            return value;
    }
    return -1;
}

int comparison_check(const struct comparison_result *results, size_t count, struct error *error)
{
    static const struct {
        const char *name;
        size_t offset;
    } settings[] = {
        {"files", offsetof(struct trial, files)},
        {"file_bytes", offsetof(struct trial, file_bytes)},
        {"stride_bytes", offsetof(struct trial, stride_bytes)},
    };
    for (size_t k = 0; k < sizeof settings / sizeof settings[0]; k++) {
        const int64_t first = setting(&results[0], settings[k].offset);
        for (size_t i = 1; i < count; i++) {
            const int64_t other = setting(&results[i], settings[k].offset);
            if (first >= 0 && other >= 0 && first != other)
                return error_set(error, -EINVAL,
                                 "different work: %s is %" PRId64 " in %s and %" PRId64
                                 " in %s; --anyway compares them all the same",
                                 settings[k].name, first, results[0].dir, other, results[i].dir);
        }
    }
    return 0;
}

struct stats_estimate comparison_ratio(const struct summary_row *row,
                                       const struct summary_row *base)
{
    double *times = malloc(row->count * sizeof *times);
    double *base_times = malloc(base->count * sizeof *base_times);
    if (times == NULL || base_times == NULL)
        abort();
    for (size_t i = 0; i < row->count; i++)
        times[i] = row->trials[i]->elapsed_s;
    for (size_t i = 0; i < base->count; i++)
        base_times[i] = base->trials[i]->elapsed_s;
    const struct stats_estimate estimate =
        stats_estimate_ratio(times, row->count, base_times, base->count, POLICY_SEED);
    free(times);
    free(base_times);
    return estimate;
}

static void print_method(const struct comparison_result *results, size_t count,
                         const struct summary_row *first, const char *cache, FILE *out)
{
    fprintf(out, "%-22s", first->method);
    table_number(out, 10, 4, first->median_s.value);
    for (size_t i = 1; i < count; i++) {
        const struct summary_row *row = summary_find(&results[i].summary, first->method, cache);
        table_number(out, 12, 4, row != NULL ? row->median_s.value : NAN);
        if (row == NULL) {
            fprintf(out, "%22s", "-");
            continue;
        }
        const struct stats_estimate times = comparison_ratio(row, first);
        fprintf(out, "%7.2f [%5.2f,%6.2f]", times.value, times.low, times.high);
    }
    fprintf(out, "\n");
}

static void print_cache_state(const struct comparison_result *results, size_t count,
                              const char *cache, FILE *out)
{
    fprintf(out,
            "\n%s page cache: medians in seconds, and their ratio to 1 with its 95 %% interval\n\n",
            cache);
    fprintf(out, "%-22s%10s", "method", "1");
    for (size_t i = 1; i < count; i++)
        fprintf(out, "%12zu%14zu / 1%4s", i + 1, i + 1, "");
    fprintf(out, "\n");
    for (size_t i = 0; i < results[0].summary.count; i++) {
        const struct summary_row *row = &results[0].summary.rows[i];
        if (row->count > 0 && strcmp(row->cache, cache) == 0)
            print_method(results, count, row, cache, out);
    }
}

/* Keys of the run itself, which differ between any two runs and say nothing of the machine. */
static bool is_of_the_run(const char *key)
{
    return strcmp(key, "key") == 0 || strcmp(key, "time_utc") == 0 || strcmp(key, "seed") == 0 ||
           strcmp(key, "pool_warm_up_s") == 0 || strncmp(key, "idle_", 5) == 0;
}

/* Prints a key whose value differs between the results. */
static bool print_difference(const struct comparison_result *results, size_t count, const char *key,
                             FILE *out)
{
    bool differs = false;
    for (size_t i = 1; i < count; i++)
        differs = differs || strcmp(machine_text(&results[0].machine, key),
                                    machine_text(&results[i].machine, key)) != 0;
    if (!differs || is_of_the_run(key))
        return false;
    fprintf(out, "  %-34s", key);
    for (size_t i = 0; i < count; i++) {
        const char *value = machine_text(&results[i].machine, key);
        fprintf(out, "%s%s", i > 0 ? "  |  " : "", value[0] != '\0' ? value : "unknown");
    }
    fprintf(out, "\n");
    return true;
}

static void print_differences(const struct comparison_result *results, size_t count, FILE *out)
{
    bool any = false;
    fprintf(out, "\nWhat differs in their machine.csv:\n");
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < results[i].machine.count; k++) {
            const char *key = results[i].machine.facts[k].key;
            bool seen = false; /* in a result before this one */
            for (size_t before = 0; before < i; before++)
                seen = seen || machine_text(&results[before].machine, key)[0] != '\0';
            if (!seen)
                any = print_difference(results, count, key, out) || any;
        }
    }
    if (!any)
        fprintf(out, "  nothing\n");
}

void comparison_print(const struct comparison_result *results, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%zu: %s\n", i + 1, results[i].dir);
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        if (summary_has_cache(&results[0].summary, cache_state_name(cache)))
            print_cache_state(results, count, cache_state_name(cache), out);
    }
    print_differences(results, count, out);
}

static void write_real(FILE *file, double value)
{
    fputc(',', file);
    if (!isnan(value))
        fprintf(file, "%.9g", value);
}

int comparison_write(const struct comparison_result *results, size_t count, const char *dir,
                     struct error *error)
{
    char *path = files_join(dir, "compare.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fprintf(file, "result,label,method,cache,n,median_s,median_low_s,median_high_s,"
                      "loop_delay_p99_s\n");
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < results[i].summary.count; k++) {
                const struct summary_row *row = &results[i].summary.rows[k];
                fprintf(file, "%zu,", i + 1);
                files_print_csv(file, results[i].dir);
                fprintf(file, ",%s,%s,%zu", row->method, row->cache, row->count);
                write_real(file, row->median_s.value);
                write_real(file, row->median_s.low);
                write_real(file, row->median_s.high);
                write_real(file, row->loop_delay_p99_s);
                fputc('\n', file);
            }
        }
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}

int comparison_load(struct comparison_result *result, const char *dir, struct error *error)
{
    struct error no_machine; /* old results have none: then nothing of it is known */
    char *path = files_join(dir, "trials.csv");
    *result = (struct comparison_result){.dir = dir};
    const int code = trials_read(&result->trials, path, error);
    free(path);
    if (code != 0)
        return code;
    machine_read(&result->machine, dir, &no_machine);
    summary_make(&result->summary, &result->trials);
    return 0;
}

void comparison_unload(struct comparison_result *result)
{
    summary_free(&result->summary);
    machine_free(&result->machine);
    trials_free(&result->trials);
}
