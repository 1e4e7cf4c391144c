// SPDX-License-Identifier: MIT
#include "table.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void table_number(FILE *out, int width, int digits, double value)
{
    if (isnan(value))
        fprintf(out, "%*s", width, "-");
    else
        fprintf(out, "%*.*f", width, digits, value);
}

static void print_times_row(const struct summary_row *row, FILE *out)
{
    fprintf(out, "%-22s %4zu", row->method, row->count);
    table_number(out, 9, 4, row->median_s.value);
    if (isnan(row->median_s.low))
        fprintf(out, " %18s", "-");
    else
        fprintf(out, "  [%7.4f,%7.4f]", row->median_s.low, row->median_s.high);
    table_number(out, 9, 4, row->min_s);
    table_number(out, 9, 4, row->mean_s);
    table_number(out, 9, 4, row->max_s);
    table_number(out, 10, 2, row->median_ratio);
    if (row->slow > 0)
        fprintf(out, "  %zu slow", row->slow);
    if (row->left_out > 0)
        fprintf(out, "  %zu left out, not ok", row->left_out);
    fprintf(out, "\n");
}

/* The time that the device alone would need, read past the page cache. */
static void print_device_limit(const struct summary *summary, const struct machine *machine,
                               const char *cache, FILE *out)
{
    const double bandwidth = machine_number(machine, "device_read_bandwidth_bytes_per_s");
    const double latency_s = machine_number(machine, "device_read_latency_s");
    if (strcmp(cache, "cold") != 0)
        return;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (row->count == 0 || row->trials[0]->bytes < 0 || isnan(bandwidth))
            continue;
        fprintf(out, "%-22s %4s%9.4f  %.0f MB/s past the page cache", "device limit", "",
                (double)row->trials[0]->bytes / bandwidth, bandwidth / 1e6);
        if (!isnan(latency_s))
            fprintf(out, "; 4 KiB at random in %.3f ms", latency_s * 1e3);
        fprintf(out, "\n");
        return;
    }
}

static void print_times(const struct summary *summary, const struct machine *machine,
                        const char *cache, FILE *out)
{
    fprintf(out, "%-22s %4s%9s  %17s%9s%9s%9s%10s\n", "method", "n", "median", "95 % interval",
            "min", "mean", "max", "x fastest");
    fprintf(out, "%-22s %4s%9s  %17s%9s%9s%9s\n", "", "", "(s)", "(s)", "(s)", "(s)", "(s)");
    for (size_t i = 0; i < summary->count; i++) {
        if (strcmp(summary->rows[i].cache, cache) == 0)
            print_times_row(&summary->rows[i], out);
    }
    print_device_limit(summary, machine, cache, out);
}

/* What a row of the loop's table tells, besides its name. */
enum { DELAYS = 3, SHARES = 5 };
struct loop_figures {
    double delays_s[DELAYS];
    double shares[SHARES]; /* the last one only of methods that count their chunks */
};

static void print_loop_row(const char *name, const struct loop_figures *figures, bool with_inline,
                           FILE *out)
{
    fprintf(out, "%-22s", name);
    for (size_t i = 0; i < DELAYS; i++)
        table_number(out, 10, 3, figures->delays_s[i] * 1e3);
    for (int i = 0; i < (with_inline ? SHARES : SHARES - 1); i++)
        table_number(out, 9, 1, figures->shares[i] * 100);
    fprintf(out, "\n");
}

static struct loop_figures idle_figures(const struct machine *machine)
{
    const double elapsed_s = machine_number(machine, "idle_elapsed_s");
    return (struct loop_figures){
        .delays_s = {machine_number(machine, "idle_loop_delay_p50_s"),
                     machine_number(machine, "idle_loop_delay_p99_s"),
                     machine_number(machine, "idle_loop_delay_max_s")},
        .shares = {machine_number(machine, "idle_loop_poll_s") / elapsed_s,
                   machine_number(machine, "idle_loop_cpu_s") / elapsed_s,
                   machine_number(machine, "idle_loop_stalled_s") / elapsed_s,
                   machine_number(machine, "idle_loop_runqueue_s") / elapsed_s, NAN},
    };
}

static struct loop_figures row_figures(const struct summary_row *row)
{
    return (struct loop_figures){
        .delays_s = {row->loop_delay_p50_s, row->loop_delay_p99_s, row->loop_delay_max_s},
        .shares = {row->loop_poll_share, row->loop_cpu_share, row->loop_stalled_share,
                   row->loop_runqueue_share, row->inline_share},
    };
}

/* Whether some row in the cache state knows its share of stalled time, or of inline chunks. */
static bool knows(const struct summary *summary, const char *cache, bool inline_chunks)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) == 0 &&
            !isnan(inline_chunks ? row->inline_share : row->loop_stalled_share))
            return true;
    }
    return false;
}

static void print_loop(const struct summary *summary, const struct machine *machine,
                       const char *cache, FILE *out)
{
    const bool with_inline = knows(summary, cache, true);
    const struct loop_figures idle = idle_figures(machine);
    fprintf(out, "\n%-22s%30s%36s%s\n", "", "loop delay (ms)", "the loop thread's time (%)",
            with_inline ? "   chunks" : "");
    fprintf(out, "%-22s%10s%10s%10s%9s%9s%9s%9s%s\n", "method", "p50", "p99", "max", "polling",
            "CPU", "stalled", "queued", with_inline ? " inline %" : "");
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        const struct loop_figures figures = row_figures(row);
        if (strcmp(row->cache, cache) == 0)
            print_loop_row(row->method, &figures, with_inline, out);
    }
    if (!isnan(idle.shares[0]))
        print_loop_row("idle control", &idle, with_inline, out);
}

void table_print(const struct summary *summary, const struct machine *machine, const char *cache,
                 FILE *out)
{
    print_times(summary, machine, cache, out);
    if (knows(summary, cache, false))
        print_loop(summary, machine, cache, out);
}
