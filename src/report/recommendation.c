// SPDX-License-Identifier: MIT
#include "recommendation.h"

#include "methods/method.h"
#include "policy.h"
#include "wording.h"

#include <math.h>
#include <string.h>

/* What is known of one method in both cache states. */
enum standing {
    GOOD,
    MAY_BE_GOOD,
    TOO_FEW, /* pairs */
    BEYOND,  /* it takes too long in one of them */
    NOT_FREE /* or is not known to be */
};

const struct recommendation_bar *recommendation_bar(const struct summary *summary)
{
    static const struct recommendation_bar bars[] = {
        {"scan", POLICY_FREE_LOOP_S, {POLICY_COLD_AT_MOST, POLICY_WARM_AT_MOST}},
        {"copy", POLICY_FREE_TRANSFER_LOOP_S, {POLICY_COPY_AT_MOST, POLICY_COPY_AT_MOST}},
        {"send", POLICY_FREE_TRANSFER_LOOP_S, {POLICY_SEND_AT_MOST, POLICY_SEND_AT_MOST}},
    };
    size_t i = sizeof bars / sizeof bars[0] - 1;
    while (i > 0 && strcmp(bars[i].work, summary_work(summary)) != 0)
        i--;
    return &bars[i];
}

static bool is_of_scans(const struct summary *summary)
{
    return strcmp(summary_work(summary), "scan") == 0;
}

/* Whether the cache state counts: of scans both do, and a method has to have been run in both. */
static bool counts(const struct summary *summary, enum cache_state cache)
{
    return is_of_scans(summary) || summary_has_cache(summary, cache_state_name(cache));
}

static enum standing standing_in(const struct summary *summary, const char *method,
                                 enum cache_state cache)
{
    const struct recommendation_bar *bar = recommendation_bar(summary);
    const struct summary_row *row = summary_find(summary, method, cache_state_name(cache));
    if (row == NULL || !(summary_free_p99_s(row) < bar->free_loop_s))
        return NOT_FREE;
    const struct stats_estimate *estimate = &row->fastest_ratio.estimate;
    if (ratio_kind(&row->fastest_ratio) == RATIO_TOO_FEW)
        return TOO_FEW;
    if (estimate->low > bar->at_most[cache])
        return BEYOND;
    return estimate->high <= bar->at_most[cache] ? GOOD : MAY_BE_GOOD;
}

/* The worse of both. */
static enum standing standing_of(const struct summary *summary, const char *method)
{
    enum standing worst = GOOD;
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        if (counts(summary, cache) && standing_in(summary, method, cache) > worst)
            worst = standing_in(summary, method, cache);
    }
    return worst;
}

/* By how much the worse of its times is over what is wanted. */
static double distance(const struct summary *summary, const char *method)
{
    double most = 0;
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        const struct summary_row *row = summary_find(summary, method, cache_state_name(cache));
        if (row != NULL)
            most = fmax(most, row->fastest_ratio.estimate.value /
                                  recommendation_bar(summary)->at_most[cache]);
    }
    return most;
}

/* The nearest one among those of that standing, or NULL. */
static const char *best_of(const struct summary *summary, enum standing standing)
{
    const char *best = NULL;
    for (size_t i = 0; i < summary->count; i++) {
        const char *method = summary->rows[i].method;
        if (standing_of(summary, method) == standing &&
            (best == NULL || distance(summary, method) < distance(summary, best)))
            best = method;
    }
    return best;
}

/* In some cache state. */
static bool is_slower(const struct summary *summary, const char *method, const char *base)
{
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        const struct summary_row *row = summary_find(summary, method, cache_state_name(cache));
        const struct summary_row *base_row = summary_find(summary, base, cache_state_name(cache));
        if (row == NULL || base_row == NULL)
            continue;
        const struct ratio ratio = summary_ratio(row, base_row);
        if (ratio_kind(&ratio) == RATIO_SLOWER)
            return true;
    }
    return false;
}

enum recommendation recommendation_of(const struct summary *summary, const char *method)
{
    const enum standing standing = standing_of(summary, method);
    if (standing != MAY_BE_GOOD)
        return standing == GOOD ? RECOMMENDED : RECOMMENDATION_NONE;
    const char *best = best_of(summary, GOOD);
    if (best == NULL)
        return RECOMMENDATION_OPEN;
    return is_slower(summary, method, best) ? RECOMMENDATION_NONE : RECOMMENDED;
}

/* ---- Saying it --------------------------------------------------------------------------------
 */

/* Of scans those beyond the six; of copies and sends all that may leave a loop free. */
static bool is_remedy(const struct summary *summary, const char *method)
{
    return is_of_scans(summary) ? method_rank(method) >= METHOD_SIX
                                : strncmp(method, "single-", strlen("single-")) != 0;
}

static bool has_choice(const struct summary *summary)
{
    bool any = false;
    bool all_states = true;
    for (size_t i = 0; i < summary->count; i++)
        any = any || is_remedy(summary, summary->rows[i].method);
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++)
        all_states = all_states && (!counts(summary, cache) ||
                                    summary_has_cache(summary, cache_state_name(cache)));
    return any && all_states;
}

/* "a free loop (p99 delay under 2 ms)". */
static struct words free_loop(const struct summary *summary)
{
    return wording_format("a free loop (p99 delay under %g ms)",
                          recommendation_bar(summary)->free_loop_s * 1e3);
}

/* "1.1 times the fastest cold and 1.5 times warm"; of one state alone "1.15 times the fastest". */
static struct words limits(const struct summary *summary)
{
    const double *at_most = recommendation_bar(summary)->at_most;
    if (counts(summary, CACHE_COLD) && counts(summary, CACHE_WARM))
        return wording_format("%g times the fastest cold and %g times warm", at_most[CACHE_COLD],
                              at_most[CACHE_WARM]);
    return wording_format("%g times the fastest",
                          at_most[counts(summary, CACHE_COLD) ? CACHE_COLD : CACHE_WARM]);
}

static void say_state(struct statement *statement, const struct summary_row *row)
{
    const struct stats_estimate *estimate = &row->fastest_ratio.estimate;
    statement_say(statement, "%s %.2f ", row->cache, estimate->value);
    if (!isnan(estimate->low))
        statement_say(statement, "[%.2f, %.2f] ", estimate->low, estimate->high);
    statement_say(statement, "times the fastest with a p99 delay of %.2f ms",
                  summary_free_p99_s(row) * 1e3);
}

static void say_method(struct statement *statement, const struct summary *summary,
                       const char *method)
{
    const char *before = ": ";
    statement_say(statement, "\n%s", method);
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        const struct summary_row *row = summary_find(summary, method, cache_state_name(cache));
        if (row == NULL)
            continue;
        statement_say(statement, "%s", before);
        say_state(statement, row);
        before = ", ";
    }
}

/* All methods of that recommendation, a line for each. */
static void say_methods(struct statement *statement, const struct summary *summary,
                        enum recommendation recommendation)
{
    const char *first = summary->rows[0].cache; /* a method has a row in each state */
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, first) == 0 &&
            recommendation_of(summary, row->method) == recommendation)
            say_method(statement, summary, row->method);
    }
}

void recommendation_say(struct statements *said, const struct summary *summary)
{
    const char *nearest = best_of(summary, BEYOND);
    if (!has_choice(summary))
        return;
    const struct words loop = free_loop(summary);
    const struct words at_most = limits(summary);
    struct statement *statement = statements_add(said, "recommendation");
    if (best_of(summary, GOOD) != NULL) {
        statement_say(statement,
                      "Recommended here, with %s and within %s, or not to be told from the best "
                      "that is:",
                      loop.text, at_most.text);
        say_methods(statement, summary, RECOMMENDED);
    } else if (best_of(summary, MAY_BE_GOOD) != NULL) {
        statement_say(statement,
                      "No method with %s is known to be within %s; it cannot be told here of:",
                      loop.text, at_most.text);
        say_methods(statement, summary, RECOMMENDATION_OPEN);
    } else if (best_of(summary, TOO_FEW) != NULL) {
        statement_say(statement, "Too few pairs to recommend a method.");
    } else if (nearest != NULL) {
        statement_say(statement, "No method with %s is within %s; the nearest is", loop.text,
                      at_most.text);
        say_method(statement, summary, nearest);
    } else {
        statement_say(statement, "No method is known to have kept the p99 delay under %g ms%s.",
                      recommendation_bar(summary)->free_loop_s * 1e3,
                      counts(summary, CACHE_COLD) && counts(summary, CACHE_WARM)
                          ? " both cold and warm"
                          : "");
    }
}
