// SPDX-License-Identifier: MIT
#include "verdict.h"

#include "methods/method.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* An interval from fewer pairs says nothing. */
enum { FEWEST_PAIRS = 3 };

/* Readahead of this size and more goes on while a program touches what is there already. */
#define LARGE_READAHEAD_BYTES (1024.0 * 1024)

#define FAST_DEVICE_S 0.0002

/* The ratio of two methods' times in a cache state; false when there are too few pairs to tell. */
static bool ratio_of(const struct summary *summary, const char *cache, const char *name,
                     const char *base_name, struct stats_estimate *ratio)
{
    const struct summary_row *row = summary_find(summary, name, cache);
    const struct summary_row *base = summary_find(summary, base_name, cache);
    return row != NULL && base != NULL && summary_ratio(row, base, ratio) >= FEWEST_PAIRS;
}

static void print_ratio(FILE *out, const char *name, const char *base_name,
                        const struct stats_estimate *ratio)
{
    fprintf(out, "%s / %s = %.2f [%.2f, %.2f]", name, base_name, ratio->value, ratio->low,
            ratio->high);
}

static void print_gain(const struct summary *summary, const char *cache, FILE *out)
{
    struct stats_estimate loop;
    struct stats_estimate threads;
    if (ratio_of(summary, cache, "async-mmap", "single-mmap", &loop)) {
        const char *gained = loop.high < 1  ? "was faster than one thread without a loop"
                             : loop.low > 1 ? "was slower than one thread without a loop"
                                            : "gained nothing that can be told from noise";
        fprintf(out, "- On the loop mmap %s: ", gained);
        print_ratio(out, "async-mmap", "single-mmap", &loop);
        fprintf(out, ".\n");
    }
    if (ratio_of(summary, cache, "threads-mmap", "single-mmap", &threads)) {
        const char *gained = threads.high < 1  ? "gained"
                             : threads.low > 1 ? "lost"
                                               : "gained nothing that can be told from noise";
        fprintf(out, "- A thread per file %s: ", gained);
        print_ratio(out, "threads-mmap", "single-mmap", &threads);
        fprintf(out, ".\n");
    }
}

static void print_hold(const struct summary_row *row, FILE *out)
{
    fprintf(out,
            "%s let a beat wait up to %.1f ms (%.0f %% of its scan of %.3f s); its loop thread was "
            "%.0f %% stalled, %.0f %% on a CPU, %.0f %% polling",
            row->method, row->loop_delay_max_s * 1e3,
            row->loop_delay_max_s / row->median_s.value * 100, row->median_s.value,
            row->loop_stalled_share * 100, row->loop_cpu_share * 100, row->loop_poll_share * 100);
}

static void print_delays(const struct summary *summary, const char *cache, FILE *out)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *row = summary_find(summary, names[i], cache);
        if (row == NULL || isnan(row->loop_delay_max_s) || isnan(row->loop_stalled_share))
            continue;
        fprintf(out, "- ");
        print_hold(row, out);
        fprintf(out, ".\n");
    }
}

/* Why the times may hide the hazard, among the facts of the machine. */
static void print_likely_reasons(const struct machine *machine, FILE *out)
{
    const double readahead_bytes = machine_number(machine, "device_readahead_bytes");
    const double latency_s = machine_number(machine, "device_read_latency_s");
    const double cpus = machine_number(machine, "cpu_count");
    const char *before = "  Likely reasons, not measured here: ";
    if (readahead_bytes >= LARGE_READAHEAD_BYTES) {
        fprintf(out,
                "%sthe kernel reads %.0f MiB ahead of the faults, so that few of them wait for the "
                "device",
                before, readahead_bytes / LARGE_READAHEAD_BYTES);
        before = "; ";
    }
    if (latency_s < FAST_DEVICE_S) {
        fprintf(out, "%sthe device answers in %.3f ms", before, latency_s * 1e3);
        before = "; ";
    }
    if (cpus <= 2) {
        fprintf(out, "%s%.0f CPU%s leave little to run side by side", before, cpus,
                cpus > 1 ? "s" : "");
        before = "; ";
    }
    if (before[0] == ';')
        fprintf(out, ".\n");
}

/* The article's effect: on the loop as slow as on one thread, and slower than threads and than
 * async-read. Its figures are medians of its own points, plots/reference. */
static void print_article(const struct summary *summary, const struct machine *machine,
                          const char *cache, FILE *out)
{
    struct stats_estimate threads;
    struct stats_estimate read;
    if (strcmp(cache, "cold") != 0 ||
        !ratio_of(summary, cache, "async-mmap", "threads-mmap", &threads) ||
        !ratio_of(summary, cache, "async-mmap", "async-read", &read))
        return;
    const bool shown = threads.low > 1 && read.low > 1;
    fprintf(out, "- The times %s the article's effect: ", shown ? "show" : "alone do not show");
    print_ratio(out, "async-mmap", "threads-mmap", &threads);
    fprintf(out, " and ");
    print_ratio(out, "async-mmap", "async-read", &read);
    fprintf(out, "; the article's are 3.43 and 4.28.\n");
    if (!shown)
        print_likely_reasons(machine, out);
}

void verdict_print(const struct summary *summary, const struct machine *machine, const char *cache,
                   FILE *out)
{
    print_gain(summary, cache, out);
    print_delays(summary, cache, out);
    print_article(summary, machine, cache, out);
}

/* What a method to be recommended keeps to: times the fastest, and a free loop. */
#define COLD_AT_MOST  1.10
#define WARM_AT_MOST  1.5
#define DELAY_AT_MOST 0.002 /* seconds, of the 99th percentile */

/* By how much the worse of its two times is over what is wanted; a method that holds the loop, or
 * of which not all is known, is infinitely far. */
static double distance(const struct summary_row *cold, const struct summary_row *warm)
{
    if (cold == NULL || warm == NULL || !(cold->loop_delay_p99_s < DELAY_AT_MOST) ||
        !(warm->loop_delay_p99_s < DELAY_AT_MOST))
        return INFINITY;
    return fmax(cold->median_ratio / COLD_AT_MOST, warm->median_ratio / WARM_AT_MOST);
}

static bool has_remedies(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        if (method_rank(summary->rows[i].method) >= METHOD_SIX)
            return true;
    }
    return false;
}

void verdict_print_recommendation(const struct summary *summary, FILE *out)
{
    const struct summary_row *best_cold = NULL;
    const struct summary_row *best_warm = NULL;
    double least = INFINITY;
    if (!has_remedies(summary) || !summary_has_cache(summary, "cold") ||
        !summary_has_cache(summary, "warm"))
        return;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *cold = summary_find(summary, summary->rows[i].method, "cold");
        const struct summary_row *warm = summary_find(summary, summary->rows[i].method, "warm");
        const double far = distance(cold, warm);
        if (far < least) {
            least = far;
            best_cold = cold;
            best_warm = warm;
        }
    }
    if (best_cold == NULL) {
        fprintf(out, "- No method kept the p99 loop delay under %.0f ms both cold and warm.\n",
                DELAY_AT_MOST * 1e3);
        return;
    }
    fprintf(out,
            "- %s %s: %.2f times the fastest cold and %.2f times warm, p99 loop delay %.2f ms and "
            "%.2f ms.\n",
            least <= 1 ? "Recommended here is"
                       : "No method is near the fastest in both states with a "
                         "free loop; the nearest is",
            best_cold->method, best_cold->median_ratio, best_warm->median_ratio,
            best_cold->loop_delay_p99_s * 1e3, best_warm->loop_delay_p99_s * 1e3);
}

void verdict_print_cold_and_warm(const struct summary *summary, FILE *out)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *cold = summary_find(summary, names[i], "cold");
        const struct summary_row *warm = summary_find(summary, names[i], "warm");
        struct stats_estimate ratio;
        if (cold == NULL || warm == NULL || summary_ratio(cold, warm, &ratio) < FEWEST_PAIRS)
            continue;
        fprintf(out, "- Cold against warm, %s took %.2f times [%.2f, %.2f] as long", names[i],
                ratio.value, ratio.low, ratio.high);
        if (!isnan(cold->loop_stalled_share) && !isnan(warm->loop_stalled_share))
            fprintf(out,
                    ": stalled %.0f %% cold and %.0f %% warm, longest delay %.1f ms and %.1f ms",
                    cold->loop_stalled_share * 100, warm->loop_stalled_share * 100,
                    cold->loop_delay_max_s * 1e3, warm->loop_delay_max_s * 1e3);
        fprintf(out, ".\n");
    }
}
