// SPDX-License-Identifier: MIT
#include "table.h"

#include "recommendation.h"
#include "wording.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Whether some row in the cache state has what only some results have. */
static bool knows(const struct summary *summary, const char *cache,
                  bool (*has)(const struct summary_row *row))
{
    for (size_t i = 0; i < summary->count; i++) {
        if (strcmp(summary->rows[i].cache, cache) == 0 && has(&summary->rows[i]))
            return true;
    }
    return false;
}

static bool has_depth(const struct summary_row *row)
{
    return row->depth >= 0;
}

static bool has_inline(const struct summary_row *row)
{
    return !isnan(row->inline_share);
}

static bool has_loop(const struct summary_row *row)
{
    return !isnan(row->loop_cpu_share) || !isnan(row->loop_delay_max_s) ||
           !isnan(row->client_max_s);
}

static bool has_costs(const struct summary_row *row)
{
    return strcmp(row->work, "copy") == 0 &&
           (!isnan(row->fsync_s) || !isnan(row->destination_resident_after) || row->cloned >= 0 ||
            !isnan(row->minor_faults) || !isnan(row->system_s));
}

static bool has_clients(const struct summary_row *row)
{
    return !isnan(row->client_max_s);
}

void table_number(FILE *out, int width, int digits, double value)
{
    if (isnan(value))
        fprintf(out, "%*s", width, "-");
    else
        fprintf(out, "%*.*f", width, digits, value);
}

/* What a method reads at a time, and how many such reads it has in flight. */
static void print_chunks(const struct summary_row *row, FILE *out)
{
    struct words words = wording_format("-");
    if (row->chunk_bytes > 0)
        words = wording_bytes((double)row->chunk_bytes);
    if (row->chunk_bytes > 0 && row->depth > 0)
        words = wording_format("%s x %" PRId64, words.text, row->depth);
    fprintf(out, "%15s", words.text);
}

static void print_times_row(const struct summary_row *row, bool with_chunks, bool is_recommended,
                            FILE *out)
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
    table_number(out, 10, 2, row->fastest_ratio.estimate.value);
    if (with_chunks)
        print_chunks(row, out);
    if (is_recommended)
        fprintf(out, "  recommended");
    if (row->slow > 0)
        fprintf(out, "  %zu slow", row->slow);
    if (row->left_out > 0)
        fprintf(out, "  %zu left out, not ok", row->left_out);
    if (row->overflowed > 0)
        fprintf(out, "  %zu with more beats than could be kept", row->overflowed);
    fprintf(out, "\n");
}

/* Whether the trial read all pages: a scan may pass over some, and a clone reads none. */
static bool reads_all(const struct trial *trial)
{
    const bool is_scan = strcmp(trial_work(trial), "scan") == 0;
    return is_scan ? trial->stride_bytes <= 4096 : trial->cloned != 1;
}

/* Whether some trial read all its pages faster than the device was found to be. */
static bool some_were_faster(const struct summary *summary, const char *cache, double bandwidth)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        for (size_t k = 0; strcmp(row->cache, cache) == 0 && k < row->count; k++) {
            if (reads_all(row->trials[k]) &&
                (double)row->trials[k]->bytes > bandwidth * row->trials[k]->elapsed_s)
                return true;
        }
    }
    return false;
}

/* The time that the device alone would need, read past the page cache. */
static void print_device_limit(const struct summary *summary, const struct machine *machine,
                               const char *cache, FILE *out)
{
    const double bandwidth = machine_number(machine, "device_read_bandwidth_bytes_per_s");
    const double depth = machine_number(machine, "device_read_bandwidth_depth");
    const double block_bytes = machine_number(machine, "device_read_bandwidth_block_bytes");
    const double latency_s = machine_number(machine, "device_read_latency_s");
    if (strcmp(cache, "cold") != 0)
        return;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (row->count == 0 || row->trials[0]->bytes < 0 || isnan(bandwidth))
            continue;
        fprintf(out, "%-22s %4s%9.4f  %.0f MB/s past the page cache", "device limit", "",
                (double)row->trials[0]->bytes / bandwidth, bandwidth / 1e6);
        if (!isnan(depth) && !isnan(block_bytes))
            fprintf(out, " at %.0f x %s", depth, wording_bytes(block_bytes).text);
        if (!isnan(latency_s))
            fprintf(out, "; 4 KiB at random in %.3f ms", latency_s * 1e3);
        if (some_were_faster(summary, cache, bandwidth))
            fprintf(out, "; some trials were faster: its speed varies");
        fprintf(out, "\n");
        return;
    }
}

static void print_times(const struct summary *summary, const struct machine *machine,
                        const char *cache, FILE *out)
{
    const bool with_chunks = knows(summary, cache, has_depth);
    const double level = summary->count > 0 ? summary->rows[0].level : STATS_LEVEL;
    fprintf(out, "%-22s %4s%9s  %6.0f %% interval%9s%9s%9s%10s%s\n", "method", "n", "median",
            level * 100, "min", "mean", "max", "x fastest", with_chunks ? "  chunk x depth" : "");
    fprintf(out, "%-22s %4s%9s  %17s%9s%9s%9s%10s\n", "", "", "(s)", "(s)", "(s)", "(s)", "(s)",
            "(pairs)");
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) == 0)
            print_times_row(row, with_chunks,
                            recommendation_of(summary, row->method) == RECOMMENDED, out);
    }
    print_device_limit(summary, machine, cache, out);
}

/* What a row of the loop's table tells, besides its name, and what of it only some results have. */
enum { DELAYS = 3, SHARES = 4 };
struct loop_figures {
    double delays_s[DELAYS];
    double client_s[DELAYS];
    struct words shares[SHARES];
    double inline_share;
};
struct loop_columns {
    bool clients;
    bool inlines;
};

static void print_delays(const double delays_s[DELAYS], FILE *out)
{
    for (size_t i = 0; i < DELAYS; i++)
        table_number(out, 10, 3, delays_s[i] * 1e3);
}

static void print_loop_row(const char *name, const struct loop_figures *figures,
                           struct loop_columns columns, FILE *out)
{
    fprintf(out, "%-22s", name);
    print_delays(figures->delays_s, out);
    if (columns.clients)
        print_delays(figures->client_s, out);
    for (size_t i = 0; i < SHARES; i++)
        fprintf(out, "%9s", figures->shares[i].text);
    if (columns.inlines)
        table_number(out, 9, 1, figures->inline_share * 100);
    fprintf(out, "\n");
}

static const struct summary_range unknown = {NAN, NAN};

static struct words idle_share(const struct machine *machine, const char *point, const char *low,
                               const char *high)
{
    const double elapsed_s = machine_number(machine, "idle_elapsed_s");
    const struct summary_range range = {machine_number(machine, low) / elapsed_s,
                                        machine_number(machine, high) / elapsed_s};
    return wording_share(machine_number(machine, point) / elapsed_s, range, 1);
}

static struct loop_figures idle_figures(const struct machine *machine)
{
    return (struct loop_figures){
        .delays_s = {machine_number(machine, "idle_loop_delay_p50_s"),
                     machine_number(machine, "idle_loop_delay_p99_s"),
                     machine_number(machine, "idle_loop_delay_max_s")},
        .client_s = {machine_number(machine, "idle_client_p50_s"),
                     machine_number(machine, "idle_client_p99_s"),
                     machine_number(machine, "idle_client_max_s")},
        .shares = {idle_share(machine, "idle_loop_poll_s", "idle_loop_poll_low_s",
                              "idle_loop_poll_high_s"),
                   idle_share(machine, "idle_loop_cpu_s", "", ""),
                   idle_share(machine, "idle_loop_stalled_s", "idle_loop_stalled_low_s",
                              "idle_loop_stalled_high_s"),
                   idle_share(machine, "idle_loop_queued_s", "", "")},
        .inline_share = NAN,
    };
}

static struct loop_figures row_figures(const struct summary_row *row)
{
    return (struct loop_figures){
        .delays_s = {row->loop_delay_p50_s, row->loop_delay_p99_s, row->loop_delay_max_s},
        .client_s = {row->client_p50_s, row->client_p99_s, row->client_max_s},
        .shares = {wording_share(row->loop_poll_share, row->loop_poll_range, 1),
                   wording_share(row->loop_cpu_share, unknown, 1),
                   wording_share(row->loop_stalled_share, row->loop_stalled_range, 1),
                   wording_share(row->loop_queued_share, unknown, 1)},
        .inline_share = row->inline_share,
    };
}

static void print_loop(const struct summary *summary, const struct machine *machine,
                       const char *cache, FILE *out)
{
    const struct loop_columns columns = {knows(summary, cache, has_clients),
                                         knows(summary, cache, has_inline)};
    const struct loop_figures idle = idle_figures(machine);
    fprintf(out, "\n%-22s%30s%s%36s%s\n", "", "loop delay (ms)",
            columns.clients ? "                  clients (ms)" : "", "the loop thread's time (%)",
            columns.inlines ? "   chunks" : "");
    fprintf(out, "%-22s%10s%10s%10s%s%9s%9s%9s%9s%s\n", "method", "p50", "p99", "max",
            columns.clients ? "       p50       p99       max" : "", "polling", "CPU", "stalled",
            "queued", columns.inlines ? " inline %" : "");
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        const struct loop_figures figures = row_figures(row);
        if (strcmp(row->cache, cache) == 0)
            print_loop_row(row->method, &figures, columns, out);
    }
    if (!isnan(machine_number(machine, "idle_loop_cpu_s")))
        print_loop_row("idle control", &idle, columns, out);
}

/* Medians, but for the trials that shared blocks with their source. */
static void print_costs(const struct summary *summary, const char *cache, FILE *out)
{
    fprintf(out, "\n%-22s%30s%26s\n", "", "after the copy", "in its time");
    fprintf(out, "%-22s%10s%10s%10s%14s%12s\n", "method", "fsync (s)", "cached %", "cloned",
            "minor faults", "system (s)");
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        const struct words cloned =
            row->cloned < 0 ? wording_format("-")
                            : wording_format("%" PRId64 " of %zu", row->cloned, row->count);
        if (strcmp(row->cache, cache) != 0)
            continue;
        fprintf(out, "%-22s", row->method);
        table_number(out, 10, 4, row->fsync_s);
        table_number(out, 10, 1, row->destination_resident_after * 100);
        fprintf(out, "%10s", cloned.text);
        table_number(out, 14, 0, row->minor_faults);
        table_number(out, 12, 4, row->system_s);
        fprintf(out, "\n");
    }
}

void table_print(const struct summary *summary, const struct machine *machine, const char *cache,
                 FILE *out)
{
    print_times(summary, machine, cache, out);
    if (knows(summary, cache, has_loop))
        print_loop(summary, machine, cache, out);
    if (knows(summary, cache, has_costs))
        print_costs(summary, cache, out);
}
