// SPDX-License-Identifier: MIT
#include "question.h"

#include "policy.h"
#include "verdict.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* The method that left the loop the freest, or how near it came to that. */
static void say_free_loops(struct statements *said, const struct summary *summary,
                           const char *cache)
{
    const struct summary_row *best = NULL;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) == 0 && !isnan(summary_free_p99_s(row)) &&
            (best == NULL || summary_free_p99_s(row) < summary_free_p99_s(best)))
            best = row;
    }
    if (best == NULL)
        return;
    const double p99_s = summary_free_p99_s(best);
    const char *of = isnan(best->client_max_s) ? " of beats" : "";
    struct statement *statement =
        statements_add(said, summary_is_free(best) ? "free-loop" : "no-free-loop");
    statement_figure(statement, "p99_s", p99_s);
    if (summary_is_free(best))
        statement_say(statement, "%s, %s left the loop free: p99 delay%s %.2f ms, under %.0f ms.",
                      cache, best->method, of, p99_s * 1e3, POLICY_FREE_LOOP_S * 1e3);
    else
        statement_say(
            statement,
            "%s, none of these left the loop free: the least p99 delay%s was %.1f ms, by %s.",
            cache, of, p99_s * 1e3, best->method);
}

/* A ratio within each of two results, side by side. */
static void say_within(struct statements *said, const struct comparison_result *results,
                       const char *method, const char *base_method)
{
    struct ratio ratios[2];
    for (size_t i = 0; i < 2; i++) {
        const struct summary_row *row = summary_find(&results[i].summary, method, "cold");
        const struct summary_row *base = summary_find(&results[i].summary, base_method, "cold");
        if (row == NULL || base == NULL)
            return;
        ratios[i] = summary_ratio(row, base);
    }
    struct statement *statement = statements_add(said, base_method);
    statement_say(statement, "cold, %s against %s: in 1 ", method, base_method);
    ratio_say(statement, &ratios[0]);
    statement_say(statement, "; in 2 ");
    ratio_say(statement, &ratios[1]);
    statement_say(statement, ".");
}

/* One method in the second result against the first. */
static void say_between(struct statements *said, const struct comparison_result *results,
                        const char *method)
{
    const struct summary_row *base = summary_find(&results[0].summary, method, "warm");
    const struct summary_row *row = summary_find(&results[1].summary, method, "warm");
    if (row == NULL || base == NULL)
        return;
    const struct ratio ratio = comparison_ratio(row, base);
    struct statement *statement = statements_add(said, method);
    statement_say(statement, "warm, %s in 2 against 1: ", method);
    ratio_say(statement, &ratio);
    statement_say(statement, ".");
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
                verdict_say_pair(said, method, &results[0].summary, cache_state_name(cache), method,
                                 base);
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
        say_free_loops(said, &results[0].summary, cache_state_name(cache));
}

bool question_is_open(const struct question *question, const struct comparison_result *results)
{
    const struct summary *summary = &results[0].summary;
    for (size_t i = 0; i < QUESTION_PAIRS && question->pairs[i].method != NULL; i++) {
        if (question->kind != QUESTION_METHODS)
            return false;
        const struct summary_row *row = summary_find(summary, question->pairs[i].method, "cold");
        const struct summary_row *base = summary_find(summary, question->pairs[i].base, "cold");
        if (row == NULL || base == NULL)
            continue;
        const struct ratio ratio = summary_ratio(row, base);
        if (ratio_kind(&ratio) == RATIO_OPEN)
            return true;
    }
    return false;
}
