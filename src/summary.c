// SPDX-License-Identifier: MIT
#include "summary.h"

#include "files.h"
#include "method.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct summary_row *row_of(struct summary *summary, const struct trial *trial)
{
    for (size_t i = 0; i < summary->count; i++) {
        struct summary_row *row = &summary->rows[i];
        if (strcmp(row->method, trial->method) == 0 && strcmp(row->cache, trial->cache) == 0)
            return row;
    }
    struct summary_row *grown =
        realloc(summary->rows, (summary->count + 1) * sizeof *summary->rows);
    if (grown == NULL)
        abort();
    summary->rows = grown;
    grown[summary->count] = (struct summary_row){
        .method = trial->method,
        .cache = trial->cache,
        .min_s = NAN,
        .median_s = NAN,
        .mean_s = NAN,
        .max_s = NAN,
        .median_ratio = NAN,
    };
    return &grown[summary->count++];
}

static void add_trial(struct summary_row *row, const struct trial *trial)
{
    if (!trial_is_ok(trial) || isnan(trial->elapsed_s)) {
        row->left_out++;
        return;
    }
    double *grown = realloc(row->times, (row->count + 1) * sizeof *row->times);
    if (grown == NULL)
        abort();
    row->times = grown;
    row->times[row->count++] = trial->elapsed_s;
}

static void work_out(struct summary_row *row)
{
    if (row->count == 0)
        return;
    stats_sort(row->times, row->count);
    row->min_s = row->times[0];
    row->median_s = stats_median(row->times, row->count);
    row->mean_s = stats_mean(row->times, row->count);
    row->max_s = row->times[row->count - 1];
}

static void compare_with_fastest(struct summary *summary, struct summary_row *row)
{
    double fastest = row->median_s;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *other = &summary->rows[i];
        if (strcmp(other->cache, row->cache) == 0 && other->median_s < fastest)
            fastest = other->median_s;
    }
    row->median_ratio = row->median_s / fastest;
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
        free(summary->rows[i].times);
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

/* Prints a number in a field `width` wide, or a dash when it is unknown. */
static void print_number(FILE *out, int width, int digits, double value)
{
    if (isnan(value))
        fprintf(out, " %*s", width, "-");
    else
        fprintf(out, " %*.*f", width, digits, value);
}

void summary_print(const struct summary *summary, const char *cache, FILE *out)
{
    fprintf(out, "%-24s %4s %9s %9s %9s %9s %10s\n", "method", "n", "min (s)", "median", "mean",
            "max", "x fastest");
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) != 0)
            continue;
        fprintf(out, "%-24s %4zu", row->method, row->count);
        print_number(out, 9, 4, row->min_s);
        print_number(out, 9, 4, row->median_s);
        print_number(out, 9, 4, row->mean_s);
        print_number(out, 9, 4, row->max_s);
        print_number(out, 10, 2, row->median_ratio);
        if (row->left_out > 0)
            fprintf(out, "  (%zu more left out: not ok)", row->left_out);
        fprintf(out, "\n");
    }
}

static void write_real(FILE *file, double value)
{
    if (isnan(value))
        fprintf(file, ",");
    else
        fprintf(file, ",%.9g", value);
}

int summary_write(const struct summary *summary, const char *dir, struct error *error)
{
    char *path = files_join(dir, "summary.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fprintf(file, "method,cache,n,left_out,min_s,median_s,mean_s,max_s,median_ratio\n");
        for (size_t i = 0; i < summary->count; i++) {
            const struct summary_row *row = &summary->rows[i];
            fprintf(file, "%s,%s,%zu,%zu", row->method, row->cache, row->count, row->left_out);
            write_real(file, row->min_s);
            write_real(file, row->median_s);
            write_real(file, row->mean_s);
            write_real(file, row->max_s);
            write_real(file, row->median_ratio);
            fprintf(file, "\n");
        }
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}
