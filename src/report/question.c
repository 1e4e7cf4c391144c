// SPDX-License-Identifier: MIT
#include "question.h"

#include "policy.h"

#include <math.h>
#include <stddef.h>

static const char *change(const struct stats_estimate *ratio)
{
    return ratio->high < 1 ? "faster" : ratio->low > 1 ? "slower" : "no different beyond noise";
}

static void say_loop(struct statement *statement, const struct summary_row *row,
                     const struct summary_row *base)
{
    if (!isnan(row->loop_delay_p99_s) && !isnan(base->loop_delay_p99_s))
        statement_say(statement,
                      "; p99 loop delay %.2f ms against %.2f ms, stalled %.0f %% against %.0f %%",
                      row->loop_delay_p99_s * 1e3, base->loop_delay_p99_s * 1e3,
                      row->loop_stalled_share * 100, base->loop_stalled_share * 100);
}

static void say_methods(struct statements *said, const struct summary *summary, const char *method,
                        const char *base_method, const char *cache)
{
    struct stats_estimate ratio;
    const struct summary_row *row = summary_find(summary, method, cache);
    const struct summary_row *base = summary_find(summary, base_method, cache);
    if (row == NULL || base == NULL || summary_ratio(row, base, &ratio) == 0)
        return;
    struct statement *statement = statements_add(said, method);
    statement_say(statement, "%s, %s against %s: %s, %.2f times [%.2f, %.2f] as long", cache,
                  method, base_method, change(&ratio), ratio.value, ratio.low, ratio.high);
    statement_figure(statement, "ratio", ratio.value);
    say_loop(statement, row, base);
    statement_say(statement, ".");
}

/* The methods in question that kept the loop free, or how near the best of them came to it. */
static void say_free_loops(struct statements *said, const struct question *question,
                           const struct summary *summary, const char *cache)
{
    const struct summary_row *best = NULL;
    for (size_t i = 0; i < QUESTION_PAIRS && question->pairs[i].method != NULL; i++) {
        const struct summary_row *row = summary_find(summary, question->pairs[i].method, cache);
        if (row != NULL && !isnan(row->loop_delay_p99_s) &&
            (best == NULL || row->loop_delay_p99_s < best->loop_delay_p99_s))
            best = row;
    }
    if (best == NULL)
        return;
    const bool is_free = best->loop_delay_p99_s < POLICY_FREE_LOOP_S;
    struct statement *statement = statements_add(said, is_free ? "free-loop" : "no-free-loop");
    statement_figure(statement, "loop_delay_p99_s", best->loop_delay_p99_s);
    if (is_free)
        statement_say(statement, "%s, %s left the loop free: p99 delay under %.0f ms.", cache,
                      best->method, POLICY_FREE_LOOP_S * 1e3);
    else
        statement_say(
            statement,
            "%s, none of these left the loop free: the least p99 delay was %.1f ms, by %s.", cache,
            best->loop_delay_p99_s * 1e3, best->method);
}

/* A ratio within each of two results, side by side. */
static void say_within(struct statements *said, const struct comparison_result *results,
                       const char *method, const char *base_method)
{
    struct stats_estimate ratios[2];
    for (size_t i = 0; i < 2; i++) {
        const struct summary_row *row = summary_find(&results[i].summary, method, "cold");
        const struct summary_row *base = summary_find(&results[i].summary, base_method, "cold");
        if (row == NULL || base == NULL || summary_ratio(row, base, &ratios[i]) == 0)
            return;
    }
    struct statement *statement = statements_add(said, base_method);
    statement_say(statement, "cold, %s / %s is %.2f [%.2f, %.2f] in 1 and %.2f [%.2f, %.2f] in 2.",
                  method, base_method, ratios[0].value, ratios[0].low, ratios[0].high,
                  ratios[1].value, ratios[1].low, ratios[1].high);
    statement_figure(statement, "ratio_in_1", ratios[0].value);
    statement_figure(statement, "ratio_in_2", ratios[1].value);
}

/* One method in the second result against the first. */
static void say_between(struct statements *said, const struct comparison_result *results,
                        const char *method)
{
    const struct summary_row *base = summary_find(&results[0].summary, method, "warm");
    const struct summary_row *row = summary_find(&results[1].summary, method, "warm");
    if (row == NULL || base == NULL)
        return;
    const struct stats_estimate ratio = comparison_ratio(row, base);
    struct statement *statement = statements_add(said, method);
    statement_say(statement, "warm, %s was %s in 2: %.2f times [%.2f, %.2f] as long as in 1.",
                  method, change(&ratio), ratio.value, ratio.low, ratio.high);
    statement_figure(statement, "ratio", ratio.value);
}

void question_say(struct statements *said, const struct question *question,
                  const struct comparison_result *results)
{
    for (size_t i = 0; i < QUESTION_PAIRS && question->pairs[i].method != NULL; i++) {
        const char *method = question->pairs[i].method;
        const char *base = question->pairs[i].base;
        switch (question->kind) {
        case QUESTION_METHODS:
            for (enum cache_state cache = 0; cache < CACHE_STATES; cache++)
                say_methods(said, &results[0].summary, method, base, cache_state_name(cache));
            break;
        case QUESTION_WITHIN:
            say_within(said, results, method, base);
            break;
        case QUESTION_BETWEEN:
            say_between(said, results, method);
            break;
        }
    }
    for (enum cache_state cache = 0; question->kind == QUESTION_METHODS && cache < CACHE_STATES;
         cache++)
        say_free_loops(said, question, &results[0].summary, cache_state_name(cache));
}
