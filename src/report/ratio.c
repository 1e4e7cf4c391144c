// SPDX-License-Identifier: MIT
#include "ratio.h"

#include "policy.h"

#include <math.h>

static const struct ratio nothing = {
    .estimate = {NAN, NAN, NAN}, .least = NAN, .most = NAN, .apart = {NAN, NAN, NAN}};

struct ratio ratio_of_pairs(const double *times, const double *base_times, size_t count,
                            double level)
{
    struct ratio ratio = nothing;
    ratio.is_paired = true;
    ratio.count = count;
    if (count == 0)
        return ratio;
    for (size_t i = 0; i < count; i++) {
        ratio.least = fmin(ratio.least, times[i] / base_times[i]);
        ratio.most = fmax(ratio.most, times[i] / base_times[i]);
    }
    ratio.estimate = stats_estimate_paired_ratio(times, base_times, count, level);
    ratio.apart = stats_estimate_ratio(times, count, base_times, count, level);
    return ratio;
}

struct ratio ratio_of_samples(const double *times, size_t count, const double *base_times,
                              size_t base_count, double level)
{
    struct ratio ratio = nothing;
    ratio.count = count < base_count ? count : base_count;
    ratio.estimate = stats_estimate_ratio(times, count, base_times, base_count, level);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < base_count && ratio.count < STATS_FEWEST; k++) {
            ratio.least = fmin(ratio.least, times[i] / base_times[k]);
            ratio.most = fmax(ratio.most, times[i] / base_times[k]);
        }
    }
    return ratio;
}

/* The largest difference that the interval leaves, as a ratio above 1, whichever way it goes. */
static double bound_of(const struct stats_estimate *estimate)
{
    return fmax(estimate->high, 1 / estimate->low);
}

static enum ratio_kind kind_of(const struct stats_estimate *estimate)
{
    if (isnan(estimate->low) || isnan(estimate->high))
        return RATIO_TOO_FEW;
    if (estimate->high < 1)
        return RATIO_FASTER;
    if (estimate->low > 1)
        return RATIO_SLOWER;
    return bound_of(estimate) <= POLICY_ALIKE ? RATIO_ALIKE : RATIO_OPEN;
}

enum ratio_kind ratio_kind(const struct ratio *ratio)
{
    return kind_of(&ratio->estimate);
}

const char *ratio_word(const struct ratio *ratio)
{
    static const char *const words[] = {
        [RATIO_TOO_FEW] = "too few",
        [RATIO_FASTER] = "faster",
        [RATIO_SLOWER] = "slower",
        [RATIO_ALIKE] = "no different",
        [RATIO_OPEN] = "cannot be told here",
    };
    return words[ratio_kind(ratio)];
}

/* Two, or as many more as keep a bound apart from 1 that is. */
static int decimals_of(const struct stats_estimate *estimate)
{
    int decimals = 2;
    const double off = fmin(fabs(estimate->low - 1), fabs(estimate->high - 1));
    while (off < 0.5 * pow(10, -decimals) && decimals < 5)
        decimals++;
    return decimals;
}

static void say_times(struct statement *statement, const struct stats_estimate *estimate,
                      int decimals)
{
    statement_say(statement, ", %.*f times [%.*f, %.*f] as long", decimals, estimate->value,
                  decimals, estimate->low, decimals, estimate->high);
}

static void say_range(struct statement *statement, const struct ratio *ratio)
{
    statement_say(statement, "too few %s (%zu) to compare", ratio->is_paired ? "pairs" : "trials",
                  ratio->count);
    if (ratio->count > 0)
        statement_say(statement, ", the ratio was between %.2f and %.2f", ratio->least,
                      ratio->most);
}

static void add_figures(struct statement *statement, const struct stats_estimate *estimate)
{
    statement_figure(statement, "ratio", estimate->value);
    statement_figure(statement, "ratio_low", estimate->low);
    statement_figure(statement, "ratio_high", estimate->high);
}

void ratio_say(struct statement *statement, const struct ratio *ratio)
{
    const struct stats_estimate *estimate = &ratio->estimate;
    const enum ratio_kind kind = ratio_kind(ratio);
    if (kind == RATIO_TOO_FEW) {
        say_range(statement, ratio);
        return;
    }
    statement_say(statement, "%s", ratio_word(ratio));
    if (kind == RATIO_ALIKE)
        statement_say(statement, " by more than %.0f %%",
                      fmax(1, ceil((bound_of(estimate) - 1) * 100 - 1e-6)));
    say_times(statement, estimate,
              kind == RATIO_FASTER || kind == RATIO_SLOWER ? decimals_of(estimate) : 2);
    if (kind == RATIO_OPEN)
        statement_say(statement, ": only a difference of more than %.2f times could have been seen",
                      bound_of(estimate));
    else if (ratio->is_paired && kind_of(&ratio->apart) == RATIO_OPEN)
        statement_say(statement, " (pair by pair; the medians alone leave %.2f to %.2f)",
                      ratio->apart.low, ratio->apart.high);
    add_figures(statement, estimate);
}
