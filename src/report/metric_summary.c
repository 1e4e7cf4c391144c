// SPDX-License-Identifier: MIT
#include "metric_summary.h"

#include "core/stats.h"
#include "policy.h"
#include "probes/metrics.h"
#include "table.h"
#include "wording.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const char *metric_label(enum metric_kind kind)
{
    static const char *const labels[METRIC_KINDS] = {
        "re-arming timer", "each turn", "loop utilization", "sleeper thread", "every beat due"};
    return labels[kind];
}

/* ---- Summing up -------------------------------------------------------------------------------
 */

static double samples_of(const struct metric *metric)
{
    return metric->samples < 0 ? NAN : (double)metric->samples;
}

static double p50_of(const struct metric *metric)
{
    return metric->p50_s;
}

static double p99_of(const struct metric *metric)
{
    return metric->p99_s;
}

static double max_of(const struct metric *metric)
{
    return metric->max_s;
}

static double share_of(const struct metric *metric)
{
    return metric->share;
}

/* The quantile of a figure over the trials that have it, or NAN; 1 for the largest. */
static double over_trials(const struct metric *const *metrics, size_t count,
                          double (*figure)(const struct metric *metric), double fraction)
{
    double *values = calloc(count + 1, sizeof *values);
    size_t known = 0;
    if (values == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (!isnan(figure(metrics[i])))
            values[known++] = figure(metrics[i]);
    }
    stats_sort(values, known);
    const double value = known > 0 ? stats_quantile(values, known, fraction) : NAN;
    free(values);
    return value;
}

static struct metric sum_up(const struct metric *const *metrics, size_t count,
                            enum metric_kind kind)
{
    const double samples = over_trials(metrics, count, samples_of, 0.5);
    return (struct metric){
        .trial = -1,
        .kind = kind,
        .samples = isnan(samples) ? -1 : (int64_t)samples,
        .p50_s = over_trials(metrics, count, p50_of, 0.5),
        .p99_s = over_trials(metrics, count, p99_of, 0.5),
        .max_s = over_trials(metrics, count, max_of, 1),
        .share = over_trials(metrics, count, share_of, 0.5),
    };
}

static bool is_of(const struct metric *metric, const struct summary_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (row->trials[i]->order == metric->trial)
            return true;
    }
    return false;
}

static void add_method(struct metric_summary *summary, const struct summary_row *row,
                       const struct metric_list *list)
{
    struct metric_method *method = &summary->methods[summary->count++];
    const struct metric **metrics = calloc(list->count + 1, sizeof *metrics);
    if (metrics == NULL)
        abort();
    *method = (struct metric_method){.method = row->method, .trials = row->count};
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++) {
        size_t count = 0;
        for (size_t i = 0; i < list->count; i++) {
            if (list->rows[i].kind == kind && is_of(&list->rows[i], row))
                metrics[count++] = &list->rows[i];
        }
        method->metrics[kind] = sum_up(metrics, count, kind);
    }
    free(metrics);
}

void metric_summary_make(struct metric_summary *summary, const struct comparison_result *result,
                         const struct metric_list *list)
{
    const struct summary *rows = &result->summary;
    *summary =
        (struct metric_summary){.methods = calloc(rows->count + 1, sizeof *summary->methods)};
    if (summary->methods == NULL)
        abort();
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].count > 0 && strcmp(rows->rows[i].cache, "cold") == 0)
            add_method(summary, &rows->rows[i], list);
    }
}

void metric_summary_free(struct metric_summary *summary)
{
    free(summary->methods);
    *summary = (struct metric_summary){.count = 0};
}

/* ---- The table --------------------------------------------------------------------------------
 */

void metric_summary_print(const struct metric_summary *summary, FILE *out)
{
    fprintf(out,
            "In each trial the loop is left alone for %.1f s, then comes the scan. Delays in ms;",
            METRICS_QUIET_MS / 1e3);
    fprintf(out, " medians of the trials, but max is the largest of all.\n");
    for (size_t i = 0; i < summary->count; i++) {
        const struct metric_method *method = &summary->methods[i];
        const struct words title = wording_format("%s, n = %zu", method->method, method->trials);
        fprintf(out, "\n%-22s%9s%11s%11s%11s%9s\n", title.text, "samples", "p50", "p99", "max",
                "share");
        for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++) {
            const struct metric *metric = &method->metrics[kind];
            fprintf(out, "%-22s", metric_label(kind));
            table_number(out, 9, 0, samples_of(metric));
            table_number(out, 11, 3, metric->p50_s * 1e3);
            table_number(out, 11, 3, metric->p99_s * 1e3);
            table_number(out, 11, 3, metric->max_s * 1e3);
            table_number(out, isnan(metric->share) ? 9 : 7, 0, metric->share * 100);
            fprintf(out, isnan(metric->share) ? "\n" : " %%\n");
        }
    }
}

/* ---- The sentences ----------------------------------------------------------------------------
 */

/* Those that are asked whether they show a stall, and how they are called among words. */
static const struct {
    enum metric_kind kind;
    const char *words;
    const char *p99_name;
    const char *max_name;
} asked[] = {
    {METRIC_TIMER, "the re-arming timer", "timer_p99_s", "timer_max_s"},
    {METRIC_TURN, "the time of each turn", "turn_p99_s", "turn_max_s"},
    {METRIC_SLEEPER, "the sleeper thread", "sleeper_p99_s", "sleeper_max_s"},
};
enum { ASKED = sizeof asked / sizeof asked[0] };

/* Names those that show the stall in the figure, or those that hide it, with what they tell. */
static void say_those(struct statement *statement, const struct metric_method *method,
                      double (*figure)(const struct metric *metric), bool show)
{
    const double stall_s = figure(&method->metrics[METRIC_BEATS]);
    size_t those[ASKED];
    size_t count = 0;
    for (size_t i = 0; i < ASKED; i++) {
        const double s = figure(&method->metrics[asked[i].kind]);
        if (!isnan(s) && (s >= POLICY_SHOWN_SHARE * stall_s) == show)
            those[count++] = i;
    }
    if (count == 0)
        statement_say(statement, "nothing else");
    for (size_t i = 0; i < count; i++)
        statement_say(statement, "%s%s (%s)",
                      i == 0           ? ""
                      : i + 1 == count ? " and "
                                       : ", ",
                      asked[those[i]].words,
                      wording_delay(1e3 * figure(&method->metrics[asked[those[i]].kind])).text);
}

static void add_figures(struct statement *statement, const struct metric_method *method,
                        double (*figure)(const struct metric *metric), bool is_p99)
{
    for (size_t i = 0; i < ASKED; i++) {
        const double s = figure(&method->metrics[asked[i].kind]);
        if (!isnan(s))
            statement_figure(statement, is_p99 ? asked[i].p99_name : asked[i].max_name, s);
    }
}

static void say_p99(struct statements *said, const struct metric_method *method)
{
    const struct metric *beats = &method->metrics[METRIC_BEATS];
    struct statement *statement = statements_add(said, "metrics-p99");
    statement_say(statement,
                  "%s: of the %" PRId64 " beats that were due in a trial, 1 in 100 waited %s or "
                  "longer; by p99 that is shown by ",
                  method->method, beats->samples, wording_delay(1e3 * beats->p99_s).text);
    say_those(statement, method, p99_of, true);
    statement_say(statement, ", and hidden by ");
    say_those(statement, method, p99_of, false);
    for (size_t i = 0; i < ASKED; i++) {
        const struct metric *metric = &method->metrics[asked[i].kind];
        if (isnan(metric->p99_s) && metric->samples >= 0)
            statement_say(statement, "; %s has too few samples for one (%" PRId64 ")",
                          asked[i].words, metric->samples);
    }
    statement_say(statement, ".");
    statement_figure(statement, "beats", (double)beats->samples);
    statement_figure(statement, "beats_p99_s", beats->p99_s);
    add_figures(statement, method, p99_of, true);
}

static void say_max(struct statements *said, const struct metric_method *method)
{
    const struct metric *beats = &method->metrics[METRIC_BEATS];
    const double share = method->metrics[METRIC_UTILIZATION].share;
    struct statement *statement = statements_add(said, "metrics-max");
    statement_say(statement, "%s: its longest wait, %s, is shown by the max of ", method->method,
                  wording_delay(1e3 * beats->max_s).text);
    say_those(statement, method, max_of, true);
    statement_say(statement, ", and hidden by that of ");
    say_those(statement, method, max_of, false);
    if (!isnan(share)) {
        statement_say(statement,
                      "; libuv's idle time tells that the loop was busy for %.0f %% of the time, "
                      "and of no delay",
                      share * 100);
        statement_figure(statement, "utilization", share);
    }
    statement_say(statement, ".");
    statement_figure(statement, "beats_max_s", beats->max_s);
    add_figures(statement, method, max_of, false);
}

/* The method that held its loop for the longest, or NULL when no beats are known. */
static const struct metric_method *find_longest(const struct metric_summary *summary)
{
    const struct metric_method *found = NULL;
    for (size_t i = 0; i < summary->count; i++) {
        const struct metric_method *method = &summary->methods[i];
        const double p99_s = method->metrics[METRIC_BEATS].p99_s;
        if (!isnan(p99_s) && (found == NULL || p99_s > found->metrics[METRIC_BEATS].p99_s))
            found = method;
    }
    return found;
}

void metric_summary_say(struct statements *said, const struct metric_summary *summary)
{
    const struct metric_method *method = find_longest(summary);
    if (method == NULL)
        return;
    if (method->metrics[METRIC_BEATS].p99_s >= POLICY_FREE_LOOP_S) {
        say_p99(said, method);
        say_max(said, method);
        return;
    }
    struct statement *statement = statements_add(said, "no-stall");
    statement_say(statement,
                  "None of these held its loop: 99 of 100 beats waited less than %.0f ms, so that "
                  "there was nothing to hide.",
                  POLICY_FREE_LOOP_S * 1e3);
    statement_figure(statement, "beats_p99_s", method->metrics[METRIC_BEATS].p99_s);
}
