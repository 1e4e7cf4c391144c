// SPDX-License-Identifier: MIT
#include "comparison.h"

#include "core/files.h"
#include "table.h"
#include "wording.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What a run was asked for, as its trials have it. */
static const struct setting {
    const char *name;
    size_t offset;
    enum { WORK, COUNT, REAL } type;
    bool is_work; /* times of other work cannot be compared */
} settings[] = {
    {"work", 0, WORK, true},
    {"files", offsetof(struct trial, files), COUNT, true},
    {"file_bytes", offsetof(struct trial, file_bytes), COUNT, true},
    {"stride_bytes", offsetof(struct trial, stride_bytes), COUNT, true},
    {"pool_threads", offsetof(struct trial, pool_threads), COUNT, false},
    {"heartbeat_s", offsetof(struct trial, heartbeat_s), REAL, false},
    {"clients", offsetof(struct trial, clients), COUNT, false},
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* The first known value, or "unknown". */
static struct words setting_of(const struct comparison_result *result,
                               const struct setting *setting)
{
    for (size_t i = 0; i < result->trials.count; i++) {
        const struct trial *trial = &result->trials.rows[i];
        const void *field = (const char *)trial + setting->offset;
        const double real = setting->type == REAL ? *(const double *)field : NAN;
        const int64_t count = setting->type == COUNT ? *(const int64_t *)field : -1;
        if (setting->type == WORK)
            return wording_format("%s", trial_work(trial));
        if (!isnan(real))
            return wording_format("%g", real);
        if (count >= 0)
            return wording_format("%" PRId64, count);
    }
    return wording_format("unknown");
}

int comparison_check(const struct comparison_result *results, size_t count, struct error *error)
{
    for (size_t k = 0; k < SETTINGS; k++) {
        const struct words first = setting_of(&results[0], &settings[k]);
        for (size_t i = 1; i < count && settings[k].is_work; i++) {
            const struct words other = setting_of(&results[i], &settings[k]);
            if (strcmp(first.text, other.text) != 0 && strcmp(first.text, "unknown") != 0 &&
                strcmp(other.text, "unknown") != 0)
                return error_set(error, -EINVAL,
                                 "different work: %s is %s in %s and %s in %s; --anyway compares "
                                 "them all the same",
                                 settings[k].name, first.text, results[0].dir, other.text,
                                 results[i].dir);
        }
    }
    return 0;
}

struct ratio comparison_ratio(const struct summary_row *row, const struct summary_row *base)
{
    double *times = malloc(row->count * sizeof *times);
    double *base_times = malloc(base->count * sizeof *base_times);
    if (times == NULL || base_times == NULL)
        abort();
    for (size_t i = 0; i < row->count; i++)
        times[i] = row->trials[i]->elapsed_s;
    for (size_t i = 0; i < base->count; i++)
        base_times[i] = base->trials[i]->elapsed_s;
    const struct ratio ratio =
        ratio_of_samples(times, row->count, base_times, base->count, fmax(row->level, base->level));
    free(times);
    free(base_times);
    return ratio;
}

enum { WORD_WIDTH = 20, RATIO_WIDTH = 24 + WORD_WIDTH };

static void print_ratio(struct ratio ratio, bool is_last, FILE *out)
{
    char interval[32] = "-";
    if (!isnan(ratio.estimate.low))
        snprintf(interval, sizeof interval, "[%5.2f,%6.2f]", ratio.estimate.low,
                 ratio.estimate.high);
    fprintf(out, "%7.2f %14s  %-*s", ratio.estimate.value, interval, is_last ? 0 : WORD_WIDTH,
            ratio_word(&ratio));
}

static void print_method(const struct comparison_result *results, size_t count,
                         const struct summary_row *first, const char *cache, FILE *out)
{
    fprintf(out, "%-22s", first->method);
    table_number(out, 10, 4, first->median_s.value);
    for (size_t i = 1; i < count; i++) {
        const struct summary_row *row = summary_find(&results[i].summary, first->method, cache);
        table_number(out, 12, 4, row != NULL ? row->median_s.value : NAN);
        if (row == NULL)
            fprintf(out, "%*s", RATIO_WIDTH, "-");
        else
            print_ratio(comparison_ratio(row, first), i + 1 == count, out);
    }
    fprintf(out, "\n");
}

static void print_cache_state(const struct comparison_result *results, size_t count,
                              const char *cache, FILE *out)
{
    fprintf(out,
            "\n%s page cache: medians in seconds, and how many times as long as in 1, with the %s "
            "interval\n\n",
            cache, wording_level(results, count).text);
    fprintf(out, "%-22s%10s", "method", "1");
    for (size_t i = 1; i < count; i++)
        fprintf(out, "%12zu%14zu / 1%*s", i + 1, i + 1, i + 1 < count ? RATIO_WIDTH - 18 : 0, "");
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

/* Prints what is not the same in all results. */
static bool print_difference(const char *what, const struct words *values, size_t count, FILE *out)
{
    bool differs = false;
    for (size_t i = 1; i < count; i++)
        differs = differs || strcmp(values[i].text, values[0].text) != 0;
    if (!differs)
        return false;
    fprintf(out, "  %-34s", what);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? "  |  " : "", values[i].text);
    fprintf(out, "\n");
    return true;
}

static bool print_fact(const struct comparison_result *results, size_t count, const char *key,
                       struct words *values, FILE *out)
{
    if (is_of_the_run(key))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *value = machine_text(&results[i].machine, key);
        values[i] = wording_format("%s", value[0] != '\0' ? value : "unknown");
    }
    return print_difference(key, values, count, out);
}

/* Whether the key of the k-th fact of result i stands in a result before it, or earlier in this
 * one, with or without a value. */
static bool is_listed_before(const struct comparison_result *results, size_t i, size_t k)
{
    const char *key = results[i].machine.facts[k].key;
    for (size_t before = 0; before <= i; before++) {
        const struct machine *machine = &results[before].machine;
        for (size_t at = 0; at < (before < i ? machine->count : k); at++) {
            if (strcmp(machine->facts[at].key, key) == 0)
                return true;
        }
    }
    return false;
}

static void print_differences(const struct comparison_result *results, size_t count, FILE *out)
{
    struct words *values = calloc(count + 1, sizeof *values);
    bool any = false;
    if (values == NULL)
        abort();
    fprintf(out, "\nWhat differs in their settings and their machine.csv:\n");
    for (size_t k = 0; k < SETTINGS; k++) {
        for (size_t i = 0; i < count; i++)
            values[i] = setting_of(&results[i], &settings[k]);
        any = print_difference(settings[k].name, values, count, out) || any;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < results[i].machine.count; k++) {
            const char *key = results[i].machine.facts[k].key;
            if (!is_listed_before(results, i, k))
                any = print_fact(results, count, key, values, out) || any;
        }
    }
    if (!any)
        fprintf(out, "  nothing\n");
    free(values);
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

/* The delays of one witness; results without them are nothing wrong. */
static int read_delays(struct beats *beats, const char *dir, const char *name, struct error *error)
{
    const int code = beats_read(beats, dir, name, error);
    return code == -ENOENT ? 0 : code;
}

static int add_delays(struct comparison_result *result, struct error *error)
{
    struct beats beats;
    struct beats requests = {.count = 0};
    int code = read_delays(&beats, result->dir, BEATS_OF_THE_LOOP, error);
    if (code == 0)
        code = read_delays(&requests, result->dir, BEATS_OF_CLIENTS, error);
    if (code == 0)
        summary_add_delays(&result->summary, &beats, &requests);
    beats_free(&beats);
    beats_free(&requests);
    return code;
}

int comparison_load(struct comparison_result *result, const char *dir, struct error *error)
{
    struct error no_machine; /* old results have none: then nothing of it is known */
    char *path = files_join(dir, "trials.csv");
    *result = (struct comparison_result){.dir = dir};
    int code = trials_read(&result->trials, path, error);
    free(path);
    if (code != 0)
        return code;
    machine_read(&result->machine, dir, &no_machine);
    result->trials.interval_level = fmax(machine_number(&result->machine, "interval_level"), 0);
    summary_make(&result->summary, &result->trials);
    code = add_delays(result, error);
    if (code != 0)
        comparison_unload(result);
    return code;
}

void comparison_unload(struct comparison_result *result)
{
    summary_free(&result->summary);
    machine_free(&result->machine);
    trials_free(&result->trials);
}
