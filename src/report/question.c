// SPDX-License-Identifier: MIT
#include "question.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* A loop is free when 99 of 100 beats waited less. */
#define FREE_LOOP_S 0.002

/* Two methods, or a method in two results. */
struct pair {
    const char *method;
    const char *base;
};

enum { MOST_PAIRS = 5 };

struct question {
    const char *name;
    size_t results;
    struct pair pairs[MOST_PAIRS]; /* ended by NULL */
};

static const struct question questions[] = {
    {"prefetch", 1, {{"async-mmap-prefetch", "async-mmap"}}},
    {"madvise",
     1,
     {{"async-mmap-sequential", "async-mmap"},
      {"async-mmap-random", "async-mmap"},
      {"async-mmap-willneed", "async-mmap"},
      {"async-mmap-populate", "async-mmap"}}},
    {"readahead",
     1,
     {{"async-mmap-readahead", "async-mmap"}, {"async-mmap-readahead", "async-mmap-willneed"}}},
    {"yield",
     1,
     {{"async-mmap", "single-mmap"},
      {"async-mmap-yield", "single-mmap"},
      {"async-mmap-yield", "async-mmap"},
      {"async-mmap-yield", "async-read"}}},
    {"platforms",
     2,
     {{"async-mmap", "single-mmap"}, {"async-mmap", "threads-mmap"}, {"async-mmap", "async-read"}}},
    {"fill", 2, {{"single-mmap", NULL}, {"async-mmap", NULL}, {"single-read", NULL}}},
};

const struct question *question_find(const char *name)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (strcmp(questions[i].name, name) == 0)
            return &questions[i];
    }
    return NULL;
}

size_t question_results(const struct question *question)
{
    return question->results;
}

static const char *change(const struct stats_estimate *ratio)
{
    return ratio->high < 1 ? "faster" : ratio->low > 1 ? "slower" : "no different beyond noise";
}

static void print_loop(const struct summary_row *row, const struct summary_row *base, FILE *out)
{
    if (!isnan(row->loop_delay_p99_s) && !isnan(base->loop_delay_p99_s))
        fprintf(out, "; p99 loop delay %.2f ms against %.2f ms, stalled %.0f %% against %.0f %%",
                row->loop_delay_p99_s * 1e3, base->loop_delay_p99_s * 1e3,
                row->loop_stalled_share * 100, base->loop_stalled_share * 100);
}

static void print_pair(const struct summary *summary, const struct pair *pair, const char *cache,
                       FILE *out)
{
    struct stats_estimate ratio;
    const struct summary_row *row = summary_find(summary, pair->method, cache);
    const struct summary_row *base = summary_find(summary, pair->base, cache);
    if (row == NULL || base == NULL || summary_ratio(row, base, &ratio) == 0)
        return;
    fprintf(out, "- %s, %s against %s: %s, %.2f times [%.2f, %.2f] as long", cache, pair->method,
            pair->base, change(&ratio), ratio.value, ratio.low, ratio.high);
    print_loop(row, base, out);
    fprintf(out, ".\n");
}

/* The methods in question that kept the loop free, or how near the best of them came to it. */
static void print_free_loops(const struct question *question, const struct summary *summary,
                             const char *cache, FILE *out)
{
    const struct summary_row *best = NULL;
    for (size_t i = 0; i < MOST_PAIRS && question->pairs[i].method != NULL; i++) {
        const struct summary_row *row = summary_find(summary, question->pairs[i].method, cache);
        if (row != NULL && !isnan(row->loop_delay_p99_s) &&
            (best == NULL || row->loop_delay_p99_s < best->loop_delay_p99_s))
            best = row;
    }
    if (best == NULL)
        return;
    if (best->loop_delay_p99_s < FREE_LOOP_S)
        fprintf(out, "- %s, %s left the loop free: p99 delay under %.0f ms.\n", cache, best->method,
                FREE_LOOP_S * 1e3);
    else
        fprintf(out,
                "- %s, none of these left the loop free: the least p99 delay was %.1f ms, by %s.\n",
                cache, best->loop_delay_p99_s * 1e3, best->method);
}

/* A ratio within each of two results, side by side. */
static void print_both(const struct comparison_result *results, const struct pair *pair, FILE *out)
{
    struct stats_estimate ratios[2];
    for (size_t i = 0; i < 2; i++) {
        const struct summary_row *row = summary_find(&results[i].summary, pair->method, "cold");
        const struct summary_row *base = summary_find(&results[i].summary, pair->base, "cold");
        if (row == NULL || base == NULL || summary_ratio(row, base, &ratios[i]) == 0)
            return;
    }
    fprintf(out, "- cold, %s / %s is %.2f [%.2f, %.2f] in 1 and %.2f [%.2f, %.2f] in 2.\n",
            pair->method, pair->base, ratios[0].value, ratios[0].low, ratios[0].high,
            ratios[1].value, ratios[1].low, ratios[1].high);
}

/* One method in the second result against the first. */
static void print_between(const struct comparison_result *results, const char *method, FILE *out)
{
    const struct summary_row *base = summary_find(&results[0].summary, method, "warm");
    const struct summary_row *row = summary_find(&results[1].summary, method, "warm");
    if (row == NULL || base == NULL)
        return;
    const struct stats_estimate ratio = comparison_ratio(row, base);
    fprintf(out, "- warm, %s was %s in 2: %.2f times [%.2f, %.2f] as long as in 1.\n", method,
            change(&ratio), ratio.value, ratio.low, ratio.high);
}

void question_print(const struct question *question, const struct comparison_result *results,
                    FILE *out)
{
    static const char *const cache_states[] = {"cold", "warm"};
    for (size_t i = 0; i < MOST_PAIRS && question->pairs[i].method != NULL; i++) {
        const struct pair *pair = &question->pairs[i];
        if (pair->base == NULL)
            print_between(results, pair->method, out);
        else if (question->results == 2)
            print_both(results, pair, out);
        else
            for (size_t k = 0; k < 2; k++)
                print_pair(&results[0].summary, pair, cache_states[k], out);
    }
    for (size_t k = 0; question->results == 1 && k < 2; k++)
        print_free_loops(question, &results[0].summary, cache_states[k], out);
}
