// SPDX-License-Identifier: MIT
#include "verdict.h"

#include "policy.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The ratio of two methods' times in a cache state; false when one has no ok trial. */
static bool ratio_of(const struct summary *summary, const char *cache, const char *name,
                     const char *base_name, struct ratio *ratio)
{
    const struct summary_row *row = summary_find(summary, name, cache);
    const struct summary_row *base = summary_find(summary, base_name, cache);
    if (row == NULL || base == NULL)
        return false;
    *ratio = summary_ratio(row, base);
    return true;
}

static void say_delays(struct statement *statement, const struct summary_row *row,
                       const struct summary_row *base)
{
    if (!isnan(row->loop_delay_p99_s) && !isnan(base->loop_delay_p99_s))
        statement_say(statement, "; p99 loop delay %.2f ms against %.2f ms",
                      row->loop_delay_p99_s * 1e3, base->loop_delay_p99_s * 1e3);
    if (!isnan(row->client_p99_s) && !isnan(base->client_p99_s))
        statement_say(statement, "; p99 of clients %.2f ms against %.2f ms",
                      row->client_p99_s * 1e3, base->client_p99_s * 1e3);
    if (!isnan(row->loop_stalled_share) && !isnan(base->loop_stalled_share))
        statement_say(statement, "; stalled %.0f %% against %.0f %%", row->loop_stalled_share * 100,
                      base->loop_stalled_share * 100);
}

void verdict_say_pair(struct statements *said, const char *id, const struct summary *summary,
                      const char *cache, const char *method, const char *base_method)
{
    struct ratio ratio;
    if (!ratio_of(summary, cache, method, base_method, &ratio))
        return;
    struct statement *statement = statements_add(said, id);
    statement_say(statement, "%s, %s against %s: ", cache, method, base_method);
    ratio_say(statement, &ratio);
    say_delays(statement, summary_find(summary, method, cache),
               summary_find(summary, base_method, cache));
    statement_say(statement, ".");
}

static void say_gains(struct statements *said, const struct summary *summary, const char *cache)
{
    static const struct {
        const char *id;
        const char *begin;
        const char *method;
    } rows[] = {
        {"loop-gain", "What mmap gained on the loop", "async-mmap"},
        {"threads-gain", "What it gained by a thread per file", "threads-mmap"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ratio ratio;
        if (!ratio_of(summary, cache, rows[i].method, "single-mmap", &ratio))
            continue;
        struct statement *statement = statements_add(said, rows[i].id);
        statement_say(statement, "%s: %s against single-mmap: ", rows[i].begin, rows[i].method);
        ratio_say(statement, &ratio);
        statement_say(statement, ".");
    }
}

static void say_hold(struct statements *said, const struct summary_row *row)
{
    const struct trial *longest = summary_longest_delay(row);
    struct statement *statement = statements_add(said, "hold");
    const struct words queued =
        isnan(row->loop_queued_share)
            ? wording_format("%s", "")
            : wording_format(" %.0f %% queued for one,", row->loop_queued_share * 100);
    statement_say(
        statement,
        "%s let a beat wait up to %.1f ms (%.0f %% of that scan of %.3f s); its loop thread was "
        "%s %% stalled, %.0f %% on a CPU,%s %s %% polling.",
        row->method, row->loop_delay_max_s * 1e3, row->loop_delay_max_s / longest->elapsed_s * 100,
        longest->elapsed_s, wording_share(row->loop_stalled_share, row->loop_stalled_range, 0).text,
        row->loop_cpu_share * 100, queued.text,
        wording_share(row->loop_poll_share, row->loop_poll_range, 0).text);
    statement_figure(statement, "loop_delay_max_s", row->loop_delay_max_s);
    statement_figure(statement, "elapsed_s", longest->elapsed_s);
    statement_figure(statement, "loop_stalled_share", row->loop_stalled_share);
}

static void say_holds(struct statements *said, const struct summary *summary, const char *cache)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *row = summary_find(summary, names[i], cache);
        if (row != NULL && !isnan(row->loop_delay_max_s) && !isnan(row->loop_cpu_share))
            say_hold(said, row);
    }
}

/* Why the times may hide the hazard, among the facts of the machine. */
static void say_likely_reasons(struct statement *statement, const struct machine *machine)
{
    const double readahead_bytes = machine_number(machine, "device_readahead_bytes");
    const double latency_s = machine_number(machine, "device_read_latency_s");
    const double cpus = machine_number(machine, "cpu_count");
    const char *before = "\nLikely reasons, not put to the test here: ";
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
        statement_say(statement, "%s%g %s little to run side by side", before, cpus,
                      cpus == 1 ? "CPU leaves" : "CPUs leave");
        before = "; ";
    }
    if (before[0] == ';')
        statement_say(statement, ".");
}

/* The article's effect is three conditions, each of the interval of a ratio. Its figures are
 * medians of the ratios of its own points, plots/reference. */
static const struct condition {
    const char *base; /* of async-mmap */
    const char *text;
    double from; /* the bounds of the interval */
    double to;
    double article;
} conditions[] = {
    {"single-mmap", "as slow as on one thread", POLICY_ARTICLE_AS_SLOW_FROM,
     POLICY_ARTICLE_AS_SLOW_TO, 1.01},
    {"threads-mmap", "slower than threads", POLICY_ARTICLE_SLOWER, INFINITY, 3.44},
    {"async-read", "slower than reading", POLICY_ARTICLE_SLOWER, INFINITY, 4.28},
};

enum { CONDITIONS = sizeof conditions / sizeof conditions[0] };
enum answer { HOLDS, FAILS, OPEN, ANSWERS };

static enum answer answer_of(const struct condition *condition,
                             const struct stats_estimate *estimate)
{
    if (estimate->low >= condition->from && estimate->high <= condition->to)
        return HOLDS;
    return estimate->high < condition->from || estimate->low > condition->to ? FAILS : OPEN;
}

static void say_condition(struct statement *statement, const struct condition *condition,
                          const struct stats_estimate *estimate)
{
    static const char *const answers[ANSWERS] = {"holds", "does not hold", "cannot be told here"};
    statement_say(statement, "\n%s ", condition->text);
    if (isfinite(condition->to))
        statement_say(statement, "(%g to %g times)", condition->from, condition->to);
    else
        statement_say(statement, "(%g times at least)", condition->from);
    statement_say(statement, " %s: ", answers[answer_of(condition, estimate)]);
    statement_say_ratio(statement, "async-mmap", condition->base, estimate);
    statement_say(statement, ", in the article %.2f", condition->article);
}

static void say_article(struct statements *said, const struct summary *summary,
                        const struct machine *machine, const char *cache)
{
    static const struct {
        const char *id;
        const char *text;
    } verdicts[] = {
        {"article-shown", "The times show the article's effect"},
        {"article-in-part", "The times show the article's effect in part"},
        {"article-not-shown", "The times alone do not show the article's effect"},
        {"article-open", "Whether the times show the article's effect cannot be told here"},
    };
    struct ratio ratios[CONDITIONS];
    size_t counts[ANSWERS] = {0};
    for (size_t i = 0; i < CONDITIONS; i++) {
        if (strcmp(cache, "cold") != 0 ||
            !ratio_of(summary, cache, "async-mmap", conditions[i].base, &ratios[i]) ||
            ratio_kind(&ratios[i]) == RATIO_TOO_FEW)
            return;
        counts[answer_of(&conditions[i], &ratios[i].estimate)]++;
    }
    const size_t verdict = counts[HOLDS] == CONDITIONS ? 0
                           : counts[HOLDS] > 0         ? 1
                           : counts[FAILS] > 0         ? 2
                                                       : 3;
    struct statement *statement = statements_add(said, verdicts[verdict].id);
    statement_say(statement, "%s; on the loop mmap was", verdicts[verdict].text);
    for (size_t i = 0; i < CONDITIONS; i++)
        say_condition(statement, &conditions[i], &ratios[i].estimate);
    if (verdict != 0)
        say_likely_reasons(statement, machine);
}

void verdict_say(struct statements *said, const struct summary *summary,
                 const struct machine *machine, const char *cache)
{
    say_gains(said, summary, cache);
    verdict_say_pair(said, "large-chunks", summary, cache, "async-read-large", "async-read");
    say_holds(said, summary, cache);
    say_article(said, summary, machine, cache);
}

void verdict_say_cold_and_warm(struct statements *said, const struct summary *summary)
{
    static const char *const names[] = {"async-mmap", "async-read"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct summary_row *cold = summary_find(summary, names[i], "cold");
        const struct summary_row *warm = summary_find(summary, names[i], "warm");
        if (cold == NULL || warm == NULL)
            continue;
        const struct ratio ratio = summary_ratio(cold, warm);
        struct statement *statement = statements_add(said, "cold-against-warm");
        statement_say(statement, "Cold against warm, %s: ", names[i]);
        ratio_say(statement, &ratio);
        if (!isnan(cold->loop_cpu_share) && !isnan(warm->loop_cpu_share))
            statement_say(
                statement, "; stalled %s %% cold and %s %% warm",
                wording_share(cold->loop_stalled_share, cold->loop_stalled_range, 0).text,
                wording_share(warm->loop_stalled_share, warm->loop_stalled_range, 0).text);
        if (!isnan(cold->loop_delay_max_s) && !isnan(warm->loop_delay_max_s))
            statement_say(statement, ", longest delay %.1f ms and %.1f ms",
                          cold->loop_delay_max_s * 1e3, warm->loop_delay_max_s * 1e3);
        statement_say(statement, ".");
    }
}
