// SPDX-License-Identifier: MIT
#include "latency_range.h"

#include "core/files.h"
#include "core/stats.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool latency_range_is_emulated(const struct comparison_result *result)
{
    return strcmp(machine_text(&result->machine, "storage"), "emulated") == 0;
}

double latency_range_latency_s(const struct comparison_result *result)
{
    return machine_number(&result->machine, latency_range_is_emulated(result)
                                                ? "storage_latency_s"
                                                : "device_read_latency_s");
}

static double waits_of(const struct trial *trial)
{
    return trial->voluntary_switches >= 0 ? (double)trial->voluntary_switches : NAN;
}

double latency_range_waits(const struct summary_row *row)
{
    return summary_median(row, waits_of);
}

static double time_of(const struct summary_row *row)
{
    return row->median_s.value;
}

static double delay_ms_of(const struct summary_row *row)
{
    return row->loop_delay_p99_s * 1e3;
}

static void print_table(const struct comparison_result *results, size_t count, const char *title,
                        double (*figure)(const struct summary_row *row), FILE *out)
{
    fprintf(out, "\n%-22s", title);
    for (size_t i = 0; i < count; i++) {
        char text[24] = "native";
        if (latency_range_is_emulated(&results[i]))
            snprintf(text, sizeof text, "%g ms", latency_range_latency_s(&results[i]) * 1e3);
        fprintf(out, "%11s", text);
    }
    fprintf(out, "\n");
    for (size_t k = 0; k < results[0].summary.count; k++) {
        const char *method = results[0].summary.rows[k].method;
        fprintf(out, "%-22s", method);
        for (size_t i = 0; i < count; i++) {
            const struct summary_row *row = summary_find(&results[i].summary, method, "cold");
            table_number(out, 11, 4, row != NULL ? figure(row) : NAN);
        }
        fprintf(out, "\n");
    }
}

/* The result with the highest latency that is known, where the storage hides all else. */
static const struct comparison_result *slowest(const struct comparison_result *results,
                                               size_t count)
{
    const struct comparison_result *found = &results[0];
    for (size_t i = 1; i < count; i++) {
        const double found_s = latency_range_latency_s(found);
        if (isnan(found_s) || latency_range_latency_s(&results[i]) > found_s)
            found = &results[i];
    }
    return found;
}

static void say_ratio(struct statements *said, const struct summary *summary, const char *name,
                      const char *base_name)
{
    const struct summary_row *row = summary_find(summary, name, "cold");
    const struct summary_row *base = summary_find(summary, base_name, "cold");
    if (row == NULL || base == NULL)
        return;
    const struct ratio ratio = summary_ratio(row, base);
    struct statement *statement = statements_add(said, base_name);
    statement_say(statement, "%s against %s: ", name, base_name);
    ratio_say(statement, &ratio);
    statement_say(statement, ".");
}

void latency_range_say(struct statements *said, const struct comparison_result *results,
                       size_t count)
{
    const struct comparison_result *slow = slowest(results, count);
    const struct summary_row *mmap = summary_find(&slow->summary, "async-mmap", "cold");
    const struct summary_row *read = summary_find(&slow->summary, "async-read", "cold");
    say_ratio(said, &slow->summary, "async-mmap", "single-mmap");
    say_ratio(said, &slow->summary, "async-mmap", "threads-mmap");
    say_ratio(said, &slow->summary, "async-mmap", "async-read");
    if (mmap != NULL && !isnan(mmap->loop_delay_max_s) && !isnan(mmap->loop_stalled_share)) {
        struct statement *statement = statements_add(said, "hold");
        statement_say(
            statement,
            "async-mmap held the loop for up to %.3f s at a time, in a scan of %.3f s; its thread "
            "was %.0f %% stalled.",
            mmap->loop_delay_max_s, summary_longest_delay(mmap)->elapsed_s,
            mmap->loop_stalled_share * 100);
        statement_figure(statement, "loop_delay_max_s", mmap->loop_delay_max_s);
        statement_figure(statement, "loop_stalled_share", mmap->loop_stalled_share);
    }
    if (read != NULL && !isnan(read->loop_delay_p99_s)) {
        struct statement *statement = statements_add(said, "read-delay");
        statement_say(
            statement, "async-read's p99 loop delay was %.2f ms, %s the latency of one request.",
            read->loop_delay_p99_s * 1e3,
            read->loop_delay_p99_s < latency_range_latency_s(slow) ? "less than" : "not less than");
        statement_figure(statement, "loop_delay_p99_s", read->loop_delay_p99_s);
    }
}

void latency_range_print(const struct comparison_result *results, size_t count, FILE *out)
{
    print_table(results, count, "median time (s)", time_of, out);
    print_table(results, count, "p99 loop delay (ms)", delay_ms_of, out);
    fprintf(out, "\nAt %g ms, the highest latency:\n",
            latency_range_latency_s(slowest(results, count)) * 1e3);
}

static void write_row(FILE *file, const struct comparison_result *result,
                      const struct summary_row *row)
{
    const double figures[] = {row->median_s.value, row->median_s.low, row->median_s.high,
                              row->loop_delay_p99_s, latency_range_waits(row)};
    fprintf(file, "%.9g,%d,%s,%zu", latency_range_latency_s(result),
            latency_range_is_emulated(result), row->method, row->count);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        fputc(',', file);
        if (!isnan(figures[i]))
            fprintf(file, "%.9g", figures[i]);
    }
    fputc('\n', file);
}

int latency_range_write(const struct comparison_result *results, size_t count, const char *dir,
                        struct error *error)
{
    char *path = files_join(dir, "storage.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fprintf(file, "latency_s,emulated,method,n,median_s,median_low_s,median_high_s,"
                      "loop_delay_p99_s,waits\n");
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < results[i].summary.count; k++) {
                const struct summary_row *row = &results[i].summary.rows[k];
                /* Where the latency of the native storage is unknown, it has no place on a scale.
                 */
                if (strcmp(row->cache, "cold") == 0 && !isnan(latency_range_latency_s(&results[i])))
                    write_row(file, &results[i], row);
            }
        }
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}
