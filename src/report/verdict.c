// SPDX-License-Identifier: MIT
#include "verdict.h"

#include "methods/method.h"
#include "policy.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The ratio of two methods' times in a cache state; false when there are too few pairs to tell. */
static bool ratio_of(const struct summary *summary, const char *cache, const char *name,
                     const char *base_name, struct stats_estimate *ratio)
{
    const struct summary_row *row = summary_find(summary, name, cache);
    const struct summary_row *base = summary_find(summary, base_name, cache);
    return row != NULL && base != NULL && summary_ratio(row, base, ratio) >= POLICY_FEWEST_PAIRS;
}

/* A ratio of two methods in words that depend on which side of 1 its interval lies. */
static void say_gain(struct statements *said, const char *id, const char *begin,
                     const char *const words[3], const char *name, const char *base,
                     const struct stats_estimate *ratio)
{
    struct statement *statement = statements_add(said, id);
    statement_say(statement, "%s %s: ", begin,
                  ratio->high < 1  ? words[0]
                  : ratio->low > 1 ? words[1]
                                   : words[2]);
    statement_say_ratio(statement, name, base, ratio);
    statement_say(statement, ".");
}

static void say_gains(struct statements *said, const struct summary *summary, const char *cache)
{
    static const char *const loop[3] = {"was faster than one thread without a loop",
                                        "was slower than one thread without a loop",
                                        "gained nothing that can be told from noise"};
    static const char *const threads[3] = {"gained", "lost",
                                           "gained nothing that can be told from noise"};
    struct stats_estimate ratio;
    if (ratio_of(summary, cache, "async-mmap", "single-mmap", &ratio))
        say_gain(said, "loop-gain", "On the loop mmap", loop, "async-mmap", "single-mmap", &ratio);
    if (ratio_of(summary, cache, "threads-mmap", "single-mmap", &ratio))
        say_gain(said, "threads-gain", "A thread per file", threads, "threads-mmap", "single-mmap",
                 &ratio);
}

static void say_hold(struct statements *said, const struct summary_row *row)
{
    struct statement *statement = statements_add(said, "hold");
    statement_say(
        statement,
        "%s let a beat wait up to %.1f ms (%.0f %% of its scan of %.3f s); its loop thread was "
        "%.0f %% stalled, %.0f %% on a CPU, %.0f %% polling.",
        row->method, row->loop_delay_max_s * 1e3, row->loop_delay_max_s / row->median_s.value * 100,
        row->median_s.value, row->loop_stalled_share * 100, row->loop_cpu_share * 100,
        row->loop_poll_share * 100);
    statement_figure(statement, "loop_delay_max_s", row->loop_delay_max_s);
    statement_figure(statement, "median_s", row->median_s.value);
    statement_figure(statement, "loop_stalled_share", row->loop_stalled_share);
}

static void say_holds(struct statements *said, const struct summary *summary, const char *cache)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *row = summary_find(summary, names[i], cache);
        if (row != NULL && !isnan(row->loop_delay_max_s) && !isnan(row->loop_stalled_share))
            say_hold(said, row);
    }
}

/* Why the times may hide the hazard, among the facts of the machine. */
static void say_likely_reasons(struct statement *statement, const struct machine *machine)
{
    const double readahead_bytes = machine_number(machine, "device_readahead_bytes");
    const double latency_s = machine_number(machine, "device_read_latency_s");
    const double cpus = machine_number(machine, "cpu_count");
    const char *before = "\nLikely reasons, not measured here: ";
    if (readahead_bytes >= POLICY_LARGE_READAHEAD_BYTES) {
        statement_say(
            statement,
            "%sthe kernel reads %.0f MiB ahead of the faults, so that few of them wait for the "
            "device",
            before, readahead_bytes / (1024 * 1024));
        before = "; ";
    }
    if (latency_s < POLICY_FAST_DEVICE_S) {
        statement_say(statement, "%sthe device answers in %.3f ms", before, latency_s * 1e3);
        before = "; ";
    }
    if (cpus <= POLICY_FEW_CPUS) {
        statement_say(statement, "%s%.0f CPU%s leave little to run side by side", before, cpus,
                      cpus > 1 ? "s" : "");
        before = "; ";
    }
    if (before[0] == ';')
        statement_say(statement, ".");
}

/* The article's effect: on the loop as slow as on one thread, and slower than threads and than
 * async-read. Its figures are medians of its own points, plots/reference. */
static void say_article(struct statements *said, const struct summary *summary,
                        const struct machine *machine, const char *cache)
{
    struct stats_estimate threads;
    struct stats_estimate read;
    if (strcmp(cache, "cold") != 0 ||
        !ratio_of(summary, cache, "async-mmap", "threads-mmap", &threads) ||
        !ratio_of(summary, cache, "async-mmap", "async-read", &read))
        return;
    const bool shown = threads.low > 1 && read.low > 1;
    struct statement *statement =
        statements_add(said, shown ? "article-shown" : "article-not-shown");
    statement_say(statement,
                  "The times %s the article's effect: ", shown ? "show" : "alone do not show");
    statement_say_ratio(statement, "async-mmap", "threads-mmap", &threads);
    statement_say(statement, " and ");
    statement_say_ratio(statement, "async-mmap", "async-read", &read);
    statement_say(statement, "; the article's are 3.43 and 4.28.");
    if (!shown)
        say_likely_reasons(statement, machine);
}

void verdict_say(struct statements *said, const struct summary *summary,
                 const struct machine *machine, const char *cache)
{
    say_gains(said, summary, cache);
    say_holds(said, summary, cache);
    say_article(said, summary, machine, cache);
}

/* By how much the worse of its two times is over what is wanted; a method that holds the loop, or
 * of which not all is known, is infinitely far. */
static double distance(const struct summary_row *cold, const struct summary_row *warm)
{
    if (cold == NULL || warm == NULL || !(cold->loop_delay_p99_s < POLICY_FREE_LOOP_S) ||
        !(warm->loop_delay_p99_s < POLICY_FREE_LOOP_S))
        return INFINITY;
    return fmax(cold->median_ratio / POLICY_COLD_AT_MOST, warm->median_ratio / POLICY_WARM_AT_MOST);
}

static bool has_remedies(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        if (method_rank(summary->rows[i].method) >= METHOD_SIX)
            return true;
    }
    return false;
}

void verdict_say_recommendation(struct statements *said, const struct summary *summary)
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
    struct statement *statement = statements_add(said, "recommendation");
    if (best_cold == NULL) {
        statement_say(statement,
                      "No method kept the p99 loop delay under %.0f ms both cold and warm.",
                      POLICY_FREE_LOOP_S * 1e3);
        return;
    }
    statement_say(
        statement,
        "%s %s: %.2f times the fastest cold and %.2f times warm, p99 loop delay %.2f ms and "
        "%.2f ms.",
        least <= 1 ? "Recommended here is"
                   : "No method is near the fastest in both states with a "
                     "free loop; the nearest is",
        best_cold->method, best_cold->median_ratio, best_warm->median_ratio,
        best_cold->loop_delay_p99_s * 1e3, best_warm->loop_delay_p99_s * 1e3);
    statement_figure(statement, "cold_ratio", best_cold->median_ratio);
    statement_figure(statement, "warm_ratio", best_warm->median_ratio);
    statement_figure(statement, "cold_loop_delay_p99_s", best_cold->loop_delay_p99_s);
    statement_figure(statement, "warm_loop_delay_p99_s", best_warm->loop_delay_p99_s);
}

void verdict_say_cold_and_warm(struct statements *said, const struct summary *summary)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *cold = summary_find(summary, names[i], "cold");
        const struct summary_row *warm = summary_find(summary, names[i], "warm");
        struct stats_estimate ratio;
        if (cold == NULL || warm == NULL || summary_ratio(cold, warm, &ratio) < POLICY_FEWEST_PAIRS)
            continue;
        struct statement *statement = statements_add(said, "cold-against-warm");
        statement_say(statement, "Cold against warm, %s took %.2f times [%.2f, %.2f] as long",
                      names[i], ratio.value, ratio.low, ratio.high);
        statement_figure(statement, "ratio", ratio.value);
        if (!isnan(cold->loop_stalled_share) && !isnan(warm->loop_stalled_share))
            statement_say(
                statement,
                ": stalled %.0f %% cold and %.0f %% warm, longest delay %.1f ms and %.1f ms",
                cold->loop_stalled_share * 100, warm->loop_stalled_share * 100,
                cold->loop_delay_max_s * 1e3, warm->loop_delay_max_s * 1e3);
        statement_say(statement, ".");
    }
}
