// SPDX-License-Identifier: MIT
#include "summary.h"

#include "core/files.h"
#include "methods/method.h"
#include "policy.h"

#include <math.h>
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
    *row = (struct summary_row){
        .method = trial->method, .work = trial_work(trial), .cache = trial->cache};
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

/* The largest value of a column, without trials that do not know it. */
static double column_max(const struct summary_row *row, size_t offset)
{
    double max = NAN;
    for (size_t i = 0; i < row->count; i++)
        max = fmax(max, real_of(row->trials[i], offset));
    return max;
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

/* Beats fell due, but nothing is known of them. */
static bool has_overflowed(const struct trial *trial)
{
    return trial->beats > 0 && isnan(trial->loop_delay_max_s);
}

static void add_setting(int64_t *setting, int64_t value)
{
    if (*setting < 0)
        *setting = value;
}

double summary_median(const struct summary_row *row, double (*figure)(const struct trial *trial))
{
    double *values = malloc((row->count + 1) * sizeof *values);
    size_t count = 0;
    if (values == NULL)
        abort();
    for (size_t i = 0; i < row->count; i++) {
        const double value = figure(row->trials[i]);
        if (!isnan(value))
            values[count++] = value;
    }
    stats_sort(values, count);
    const double median = count > 0 ? stats_median(values, count) : NAN;
    free(values);
    return median;
}

static double fsync_of(const struct trial *trial)
{
    return trial->fsync_s;
}

static double destination_resident_of(const struct trial *trial)
{
    return trial->destination_resident_after;
}

static double minor_faults_of(const struct trial *trial)
{
    return trial->minor_faults >= 0 ? (double)trial->minor_faults : NAN;
}

static double system_of(const struct trial *trial)
{
    return trial->system_s;
}

static void work_out_costs(struct summary_row *row)
{
    row->fsync_s = summary_median(row, fsync_of);
    row->destination_resident_after = summary_median(row, destination_resident_of);
    row->minor_faults = summary_median(row, minor_faults_of);
    row->system_s = summary_median(row, system_of);
    row->cloned = -1;
    for (size_t i = 0; i < row->count; i++) {
        if (row->trials[i]->cloned >= 0)
            row->cloned = (row->cloned > 0 ? row->cloned : 0) + row->trials[i]->cloned;
    }
}

static void work_out_times(struct summary_row *row)
{
    size_t count;
    double *times = sorted_column(row, offsetof(struct trial, elapsed_s), &count);
    const bool any = count > 0;
    row->min_s = any ? times[0] : NAN;
    row->mean_s = any ? stats_mean(times, count) : NAN;
    row->max_s = any ? times[count - 1] : NAN;
    row->slow = any ? stats_count_slow(times, count) : 0;
    row->median_s = any ? stats_estimate_median(times, count, row->level)
                        : (struct stats_estimate){.value = NAN, .low = NAN, .high = NAN};
    free(times);
}

static void work_out(struct summary_row *row)
{
    work_out_times(row);
    work_out_costs(row);
    row->chunk_bytes = row->depth = -1;
    for (size_t i = 0; i < row->count; i++) {
        row->overflowed += has_overflowed(row->trials[i]);
        add_setting(&row->chunk_bytes, row->trials[i]->chunk_bytes);
        add_setting(&row->depth, row->trials[i]->depth);
    }
    row->loop_delay_p50_s = row->loop_delay_p99_s = NAN;
    row->client_p50_s = row->client_p99_s = NAN;
    row->loop_delay_max_s =
        row->overflowed > 0 ? NAN : column_max(row, offsetof(struct trial, loop_delay_max_s));
    row->client_max_s = column_max(row, offsetof(struct trial, client_max_s));
    row->loop_poll_share = share(row, offsetof(struct trial, loop_poll_s));
    row->loop_cpu_share = share(row, offsetof(struct trial, loop_cpu_s));
    row->loop_stalled_share = share(row, offsetof(struct trial, loop_stalled_s));
    row->loop_queued_share = share(row, offsetof(struct trial, loop_queued_s));
    row->loop_poll_range =
        (struct summary_range){share(row, offsetof(struct trial, loop_poll_low_s)),
                               share(row, offsetof(struct trial, loop_poll_high_s))};
    row->loop_stalled_range =
        (struct summary_range){share(row, offsetof(struct trial, loop_stalled_low_s)),
                               share(row, offsetof(struct trial, loop_stalled_high_s))};
    row->inline_share = inline_share(row);
}

static void compare_with_fastest(struct summary *summary, struct summary_row *row)
{
    const struct summary_row *fastest = row;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *other = &summary->rows[i];
        if (strcmp(other->cache, row->cache) == 0 &&
            other->median_s.value < fastest->median_s.value)
            fastest = other;
    }
    row->fastest_ratio = summary_ratio(row, fastest);
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
    for (size_t i = 0; i < summary->count; i++) {
        summary->rows[i].level = trials->interval_level > 0 ? trials->interval_level : STATS_LEVEL;
        work_out(&summary->rows[i]);
    }
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

const char *summary_work(const struct summary *summary)
{
    return summary->count > 0 ? summary->rows[0].work : "scan";
}

int summary_has_cache(const struct summary *summary, const char *cache)
{
    for (size_t i = 0; i < summary->count; i++) {
        if (strcmp(summary->rows[i].cache, cache) == 0)
            return true;
    }
    return false;
}

/* The trial of that repeat, looked for from `*at` on: repeats most often come in the same order. */
static const struct trial *trial_of_repeat(const struct summary_row *row, int64_t repeat,
                                           size_t *at)
{
    for (size_t i = 0; i < row->count; i++) {
        const size_t place = (*at + i) % row->count;
        if (row->trials[place]->repeat == repeat) {
            *at = place + 1;
            return row->trials[place];
        }
    }
    return NULL;
}

struct ratio summary_ratio(const struct summary_row *row, const struct summary_row *base)
{
    double *times = malloc((row->count + 1) * sizeof *times);
    double *base_times = malloc((row->count + 1) * sizeof *base_times);
    size_t pairs = 0;
    size_t at = 0;
    if (times == NULL || base_times == NULL)
        abort();
    for (size_t i = 0; i < row->count; i++) {
        const struct trial *partner = trial_of_repeat(base, row->trials[i]->repeat, &at);
        if (partner == NULL)
            continue;
        times[pairs] = row->trials[i]->elapsed_s;
        base_times[pairs++] = partner->elapsed_s;
    }
    const struct ratio ratio = ratio_of_pairs(times, base_times, pairs, row->level);
    free(times);
    free(base_times);
    return ratio;
}

/* ---- Delays -----------------------------------------------------------------------------------
 */

struct span {
    size_t first;
    size_t count;
};

/* Where the beats of each trial are, by its order: those of one are together. */
struct spans {
    struct span *list;
    size_t count;
};

static size_t count_orders(const struct summary *summary)
{
    int64_t last = -1;
    for (size_t i = 0; i < summary->count; i++) {
        for (size_t k = 0; k < summary->rows[i].count; k++) {
            const int64_t order = summary->rows[i].trials[k]->order;
            last = order > last ? order : last;
        }
    }
    return (size_t)(last + 1);
}

static struct spans spans_of(const struct summary *summary, const struct beats *beats)
{
    struct spans spans = {.count = count_orders(summary)};
    spans.list = calloc(spans.count + 1, sizeof *spans.list);
    if (spans.list == NULL)
        abort();
    for (size_t i = 0; i < beats->count; i++) {
        const int64_t trial = beats->rows[i].trial;
        if (trial == BEAT_IDLE || (size_t)trial >= spans.count)
            continue;
        if (spans.list[trial].count++ == 0)
            spans.list[trial].first = i;
    }
    return spans;
}

static struct span span_of(const struct spans *spans, const struct trial *trial)
{
    return trial->order >= 0 ? spans->list[trial->order] : (struct span){.count = 0};
}

/* The delays of all beats of the row's trials, sorted. The caller frees. */
static double *delays_of(const struct summary_row *row, const struct beats *beats,
                         const struct spans *spans, size_t *count)
{
    double *delays = NULL;
    *count = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct span span = span_of(spans, row->trials[i]);
        delays = grow(delays, *count + span.count, sizeof *delays);
        for (size_t k = 0; k < span.count; k++)
            delays[(*count)++] = beats->rows[span.first + k].delay_s;
    }
    if (*count > 0)
        stats_sort(delays, *count);
    return delays;
}

static void add_quantiles(const struct summary_row *row, const struct beats *beats,
                          const struct spans *spans, double *p50_s, double *p99_s)
{
    size_t count;
    double *delays = delays_of(row, beats, spans, &count);
    if (count > 0)
        *p50_s = stats_median(delays, count);
    if (count >= BEATS_FOR_P99)
        *p99_s = stats_quantile(delays, count, 0.99);
    free(delays);
}

/* Results of before `beats` was a column have the first part of the beats in the file. */
static void find_old_overflows(struct summary_row *row, const struct spans *spans)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct trial *trial = row->trials[i];
        if (trial->beats < 0 && isnan(trial->loop_delay_max_s) && span_of(spans, trial).count > 0)
            row->overflowed++;
    }
    if (row->overflowed > 0)
        row->loop_delay_max_s = NAN;
}

void summary_add_delays(struct summary *summary, const struct beats *beats,
                        const struct beats *requests)
{
    struct spans beat_spans = spans_of(summary, beats);
    struct spans request_spans = spans_of(summary, requests);
    for (size_t i = 0; i < summary->count; i++) {
        struct summary_row *row = &summary->rows[i];
        find_old_overflows(row, &beat_spans);
        if (row->overflowed == 0)
            add_quantiles(row, beats, &beat_spans, &row->loop_delay_p50_s, &row->loop_delay_p99_s);
        add_quantiles(row, requests, &request_spans, &row->client_p50_s, &row->client_p99_s);
    }
    free(beat_spans.list);
    free(request_spans.list);
}

double summary_free_p99_s(const struct summary_row *row)
{
    if (isnan(row->client_max_s)) /* nobody asked */
        return row->loop_delay_p99_s;
    return isnan(row->loop_delay_p99_s) || isnan(row->client_p99_s)
               ? NAN
               : fmax(row->loop_delay_p99_s, row->client_p99_s);
}

bool summary_is_free(const struct summary_row *row)
{
    return summary_free_p99_s(row) < POLICY_FREE_LOOP_S;
}

const struct trial *summary_longest_delay(const struct summary_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->trials[i]->loop_delay_max_s == row->loop_delay_max_s)
            return row->trials[i];
    }
    return NULL;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

static void write_row(FILE *file, const struct summary_row *row)
{
    const double figures[] = {
        row->min_s,
        row->median_s.value,
        row->median_s.low,
        row->median_s.high,
        row->mean_s,
        row->max_s,
        row->fastest_ratio.estimate.value,
        row->fastest_ratio.estimate.low,
        row->fastest_ratio.estimate.high,
        row->loop_delay_p50_s,
        row->loop_delay_p99_s,
        row->loop_delay_max_s,
        row->client_p50_s,
        row->client_p99_s,
        row->client_max_s,
        row->loop_poll_share,
        row->loop_cpu_share,
        row->loop_stalled_share,
        row->loop_queued_share,
        row->inline_share,
        row->loop_poll_range.low,
        row->loop_poll_range.high,
        row->loop_stalled_range.low,
        row->loop_stalled_range.high,
        row->chunk_bytes >= 0 ? (double)row->chunk_bytes : NAN,
        row->depth >= 0 ? (double)row->depth : NAN,
        row->fsync_s,
        row->destination_resident_after,
        row->cloned >= 0 ? (double)row->cloned : NAN,
        row->minor_faults,
        row->system_s,
    };
    fprintf(file, "%s,%s,%zu,%zu,%zu,%zu", row->method, row->cache, row->count, row->left_out,
            row->slow, row->overflowed);
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
        fprintf(file, "method,cache,n,left_out,slow,overflowed,min_s,median_s,median_low_s,"
                      "median_high_s,mean_s,max_s,fastest_ratio,fastest_ratio_low,"
                      "fastest_ratio_high,loop_delay_p50_s,loop_delay_p99_s,loop_delay_max_s,"
                      "client_p50_s,client_p99_s,client_max_s,loop_poll_share,loop_cpu_share,"
                      "loop_stalled_share,loop_queued_share,inline_share,loop_poll_low_share,"
                      "loop_poll_high_share,loop_stalled_low_share,loop_stalled_high_share,"
                      "chunk_bytes,depth,fsync_s,destination_resident_after,cloned,"
                      "minor_faults,system_s\n");
        for (size_t i = 0; i < summary->count; i++)
            write_row(file, &summary->rows[i]);
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}
