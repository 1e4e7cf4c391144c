// SPDX-License-Identifier: MIT
#include "summary.h"

#include "core/files.h"
#include "methods/method.h"
#include "policy.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *array, size_t count, size_t size)
{
    void *grown = realloc(array, (count + 1) * size);
    if (grown == NULL)
        abort();
    return grown;
}

static struct summary_row *row_of(struct summary *summary, const struct trial *trial)
{
    for (size_t i = 0; i < summary->count; i++) {
        struct summary_row *row = &summary->rows[i];
        if (strcmp(row->method, trial->method) == 0 && strcmp(row->cache, trial->cache) == 0)
            return row;
    }
    summary->rows = grow(summary->rows, summary->count, sizeof *summary->rows);
    struct summary_row *row = &summary->rows[summary->count++];
    *row = (struct summary_row){.method = trial->method, .cache = trial->cache};
    return row;
}

static void add_trial(struct summary_row *row, const struct trial *trial)
{
    if (!trial_is_ok(trial) || isnan(trial->elapsed_s)) {
        row->left_out++;
        return;
    }
    row->trials = grow(row->trials, row->count, sizeof(const struct trial *));
    row->trials[row->count++] = trial;
}

/* A real column of a trial, by its place in the struct. */
static double real_of(const struct trial *trial, size_t offset)
{
    double value;
    memcpy(&value, (const char *)trial + offset, sizeof value);
    return value;
}

/* Takes one column of the row's trials, without those that do not know it, sorted; the caller
 * frees. */
static double *sorted_column(const struct summary_row *row, size_t offset, size_t *count)
{
    double *values = malloc((row->count + 1) * sizeof *values);
    if (values == NULL)
        abort();
    *count = 0;
    for (size_t i = 0; i < row->count; i++) {
        const double value = real_of(row->trials[i], offset);
        if (!isnan(value))
            values[(*count)++] = value;
    }
    stats_sort(values, *count);
    return values;
}

static double column_median(const struct summary_row *row, size_t offset)
{
    size_t count;
    double *values = sorted_column(row, offset, &count);
    const double median = count > 0 ? stats_median(values, count) : NAN;
    free(values);
    return median;
}

/* What share of the elapsed time of all trials a part of it is. NAN when some trial does not know
 * it. */
static double share(const struct summary_row *row, size_t offset)
{
    double part_s = 0;
    double elapsed_s = 0;
    for (size_t i = 0; i < row->count; i++) {
        part_s += real_of(row->trials[i], offset);
        elapsed_s += row->trials[i]->elapsed_s;
    }
    return part_s / elapsed_s; /* without trials 0 / 0, which is NAN */
}

/* Without a trial that counts its chunks, NAN. What only one of the two is counted of, it is all
 * of.
 */
static double inline_share(const struct summary_row *row)
{
    int64_t inline_chunks = 0;
    int64_t offloaded_chunks = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct trial *trial = row->trials[i];
        inline_chunks += trial->inline_chunks > 0 ? trial->inline_chunks : 0;
        offloaded_chunks += trial->offloaded_chunks > 0 ? trial->offloaded_chunks : 0;
    }
    return (double)inline_chunks / (double)(inline_chunks + offloaded_chunks);
}

static void work_out(struct summary_row *row)
{
    size_t count;
    double *times = sorted_column(row, offsetof(struct trial, elapsed_s), &count);
    const bool any = count > 0;
    row->min_s = any ? times[0] : NAN;
    row->mean_s = any ? stats_mean(times, count) : NAN;
    row->max_s = any ? times[count - 1] : NAN;
    row->slow = any ? stats_count_slow(times, count) : 0;
    row->median_s = any ? stats_estimate_median(times, count, POLICY_SEED)
                        : (struct stats_estimate){.value = NAN, .low = NAN, .high = NAN};
    free(times);
    row->loop_delay_p50_s = column_median(row, offsetof(struct trial, loop_delay_p50_s));
    row->loop_delay_p99_s = column_median(row, offsetof(struct trial, loop_delay_p99_s));
    row->loop_delay_max_s = column_median(row, offsetof(struct trial, loop_delay_max_s));
    row->loop_poll_share = share(row, offsetof(struct trial, loop_poll_s));
    row->loop_cpu_share = share(row, offsetof(struct trial, loop_cpu_s));
    row->loop_stalled_share = share(row, offsetof(struct trial, loop_stalled_s));
    row->loop_runqueue_share = share(row, offsetof(struct trial, loop_runqueue_s));
    row->inline_share = inline_share(row);
}

static void compare_with_fastest(struct summary *summary, struct summary_row *row)
{
    double fastest = row->median_s.value;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *other = &summary->rows[i];
        if (strcmp(other->cache, row->cache) == 0 && other->median_s.value < fastest)
            fastest = other->median_s.value;
    }
    row->median_ratio = row->median_s.value / fastest;
}

/* Cold before warm, then as the methods are listed; unlisted ones by name. */
static int compare_rows(const void *left, const void *right)
{
    const struct summary_row *a = left;
    const struct summary_row *b = right;
    const int by_cache = strcmp(a->cache, b->cache);
    if (by_cache != 0)
        return by_cache;
    const size_t a_rank = method_rank(a->method);
    const size_t b_rank = method_rank(b->method);
    return a_rank != b_rank ? (a_rank > b_rank) - (a_rank < b_rank) : strcmp(a->method, b->method);
}

void summary_make(struct summary *summary, const struct trials *trials)
{
    *summary = (struct summary){.count = 0};
    for (size_t i = 0; i < trials->count; i++)
        add_trial(row_of(summary, &trials->rows[i]), &trials->rows[i]);
    for (size_t i = 0; i < summary->count; i++)
        work_out(&summary->rows[i]);
    for (size_t i = 0; i < summary->count; i++)
        compare_with_fastest(summary, &summary->rows[i]);
    if (summary->count > 0)
        qsort(summary->rows, summary->count, sizeof *summary->rows, compare_rows);
}

void summary_free(struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++)
        free(summary->rows[i].trials);
    free(summary->rows);
    *summary = (struct summary){.count = 0};
}

const struct summary_row *summary_find(const struct summary *summary, const char *method,
                                       const char *cache)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (row->count > 0 && strcmp(row->method, method) == 0 && strcmp(row->cache, cache) == 0)
            return row;
    }
    return NULL;
}

int summary_has_cache(const struct summary *summary, const char *cache)
{
    for (size_t i = 0; i < summary->count; i++) {
        if (strcmp(summary->rows[i].cache, cache) == 0)
            return true;
    }
    return false;
}

static const struct trial *trial_of_repeat(const struct summary_row *row, int64_t repeat)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->trials[i]->repeat == repeat)
            return row->trials[i];
    }
    return NULL;
}

size_t summary_ratio(const struct summary_row *row, const struct summary_row *base,
                     struct stats_estimate *ratio)
{
    double *times = malloc((row->count + 1) * sizeof *times);
    double *base_times = malloc((row->count + 1) * sizeof *base_times);
    size_t pairs = 0;
    if (times == NULL || base_times == NULL)
        abort();
    for (size_t i = 0; i < row->count; i++) {
        const struct trial *partner = trial_of_repeat(base, row->trials[i]->repeat);
        if (partner == NULL)
            continue;
        times[pairs] = row->trials[i]->elapsed_s;
        base_times[pairs++] = partner->elapsed_s;
    }
    if (pairs > 0)
        *ratio = stats_estimate_paired_ratio(times, base_times, pairs, POLICY_SEED);
    free(times);
    free(base_times);
    return pairs;
}

static void write_row(FILE *file, const struct summary_row *row)
{
    const double figures[] = {
        row->min_s,
        row->median_s.value,
        row->median_s.low,
        row->median_s.high,
        row->mean_s,
        row->max_s,
        row->median_ratio,
        row->loop_delay_p50_s,
        row->loop_delay_p99_s,
        row->loop_delay_max_s,
        row->loop_poll_share,
        row->loop_cpu_share,
        row->loop_stalled_share,
        row->loop_runqueue_share,
        row->inline_share,
    };
    fprintf(file, "%s,%s,%zu,%zu,%zu", row->method, row->cache, row->count, row->left_out,
            row->slow);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        fputc(',', file);
        if (!isnan(figures[i]))
            fprintf(file, "%.9g", figures[i]);
    }
    fputc('\n', file);
}

int summary_write(const struct summary *summary, const char *dir, struct error *error)
{
    char *path = files_join(dir, "summary.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fprintf(file, "method,cache,n,left_out,slow,min_s,median_s,median_low_s,median_high_s,"
                      "mean_s,max_s,median_ratio,loop_delay_p50_s,loop_delay_p99_s,"
                      "loop_delay_max_s,loop_poll_share,loop_cpu_share,loop_stalled_share,"
                      "loop_runqueue_share,inline_share\n");
        for (size_t i = 0; i < summary->count; i++)
            write_row(file, &summary->rows[i]);
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}
