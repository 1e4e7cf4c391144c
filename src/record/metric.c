// SPDX-License-Identifier: MIT
#include "metric.h"

#include "core/csv.h"
#include "core/files.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[METRIC_KINDS] = {"timer", "turn", "utilization", "sleeper", "beats"};

const char *metric_name(enum metric_kind kind)
{
    return names[kind];
}

void metric_print(const struct metric *metric, FILE *out)
{
    const double values[] = {metric->p50_s, metric->p99_s, metric->max_s, metric->share};
    fprintf(out, "%" PRId64 ",%s,", metric->trial, metric_name(metric->kind));
    if (metric->samples >= 0)
        fprintf(out, "%" PRId64, metric->samples);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (isnan(values[i]))
            fputc(',', out);
        else
            fprintf(out, ",%.6g", values[i]);
    }
    fputc('\n', out);
}

enum { TRIAL, METRIC, SAMPLES, P50, P99, MAX, SHARE, COLUMNS };
static const char *const columns[COLUMNS] = {"trial", "metric", "samples", "p50_s",
                                             "p99_s", "max_s",  "share"};

static bool parse_kind(enum metric_kind *kind, const char *text)
{
    for (*kind = 0; *kind < METRIC_KINDS; ++*kind) {
        if (strcmp(text, names[*kind]) == 0)
            return true;
    }
    return false;
}

/* An empty field is unknown. */
static bool parse_value(double *value, const char *text)
{
    *value = NAN;
    return text[0] == '\0' || csv_number(value, text);
}

static bool take_row(void *context, char *const *fields)
{
    struct metric_list *list = context;
    struct metric *grown = realloc(list->rows, (list->count + 1) * sizeof *list->rows);
    double trial;
    double samples;
    if (grown == NULL)
        abort();
    list->rows = grown;
    struct metric *metric = &list->rows[list->count++];
    const bool is_whole =
        csv_number(&trial, fields[TRIAL]) && trial >= 0 &&
        parse_kind(&metric->kind, fields[METRIC]) && parse_value(&samples, fields[SAMPLES]) &&
        parse_value(&metric->p50_s, fields[P50]) && parse_value(&metric->p99_s, fields[P99]) &&
        parse_value(&metric->max_s, fields[MAX]) && parse_value(&metric->share, fields[SHARE]);
    if (!is_whole)
        return false;
    metric->trial = (int64_t)trial;
    metric->samples = isnan(samples) ? -1 : (int64_t)samples;
    return true;
}

int metric_list_read(struct metric_list *list, const char *dir, struct error *error)
{
    char *path = files_join(dir, "metrics.csv");
    *list = (struct metric_list){.count = 0};
    const int code = csv_read(path, columns, COLUMNS, take_row, list, error);
    free(path);
    if (code != 0)
        metric_list_free(list);
    return code;
}

void metric_list_free(struct metric_list *list)
{
    free(list->rows);
    *list = (struct metric_list){.count = 0};
}
