// SPDX-License-Identifier: MIT
/* Against published or exactly computable values. */
#include "core/stats.h"

#include "tests/noises.h"
#include "tests/support.h"

#include <math.h>

/* cmocka's own is of floats, and passes over NAN. */
static void assert_near(double value, double expected, double epsilon)
{
    if (!(fabs(value - expected) <= epsilon))
        fail_msg("%.15g is not %.15g", value, expected);
}

static void quantiles_are_those_of_definition_7(void **state)
{
    /* R: quantile(1:10, c(0, .25, .5, .99, 1)). */
    const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const struct {
        double fraction;
        double expected;
    } cases[] = {{0, 1}, {0.25, 3.25}, {0.5, 5.5}, {0.99, 9.91}, {1, 10}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_near(stats_quantile(values, 10, cases[i].fraction), cases[i].expected, 1e-12);
}

static void the_median_and_mean_of_few_values(void **state)
{
    const double values[] = {1, 2, 4, 9};
    (void)state;
    assert_near(stats_median(values, 1), 1, 0);
    assert_near(stats_median(values, 3), 2, 0);
    assert_near(stats_median(values, 4), 3, 0);
    assert_near(stats_mean(values, 4), 4, 0);
}

static void slow_values_lie_beyond_the_upper_fence(void **state)
{
    /* Quartiles 2 and 4: the fence is at 7. */
    const double at_the_fence[] = {1, 2, 3, 4, 7};
    const double beyond[] = {1, 2, 3, 4, 7.001};
    (void)state;
    assert_int_equal(stats_count_slow(at_the_fence, 5), 0);
    assert_int_equal(stats_count_slow(beyond, 5), 1);
    assert_int_equal(stats_count_slow(beyond, 1), 0);
}

static void assert_no_interval(const struct stats_estimate *estimate)
{
    assert_true(isnan(estimate->low) && isnan(estimate->high));
}

static void fewer_than_six_values_have_no_interval(void **state)
{
    const double values[] = {5, 1, 4, 2, 3, 6};
    const double ones[] = {1, 1, 1, 1, 1, 1};
    (void)state;
    for (size_t count = 1; count < STATS_FEWEST; count++) {
        const struct stats_estimate estimates[] = {
            stats_estimate_median(values, count, 0.5),
            stats_estimate_paired_ratio(values, ones, count, 0.5),
            stats_estimate_ratio(values, count, ones, 6, 0.5),
            stats_estimate_ratio(ones, 6, values, count, 0.5),
        };
        for (size_t i = 0; i < LENGTH(estimates); i++)
            assert_no_interval(&estimates[i]);
    }
    assert_near(stats_estimate_median(values, 5, STATS_LEVEL).value, 3, 0);
    assert_near(stats_estimate_paired_ratio(values, ones, 5, STATS_LEVEL).value, 3, 1e-12);
    assert_near(stats_estimate_ratio(values, 5, ones, 6, STATS_LEVEL).value, 3, 1e-12);
}

/* Of n values the probability that the median lies between the k-th from either side is that of a
 * binomial (n, 1/2) from k to n - k, in every table of it. */
static void intervals_end_at_the_orders_that_have_the_level(void **state)
{
    static const struct {
        size_t count;
        double level;
        double low; /* of the values 1, 2, 3, ...; NAN for none */
    } cases[] = {
        {6, 0.95, 1},   /* 96.9 % */
        {6, 0.97, NAN}, /* it has no more */
        {7, 0.95, 1},   /* 98.4 % */
        {9, 0.95, 2},   /* 96.1 % */
        {10, 0.95, 2},  /* 97.9 % */
        {10, 0.98, 1},  /* 99.8 % would be too far: see below */
        {20, 0.95, 6},  /* 95.9 % */
        {30, 0.95, 10}, /* 95.7 % */
        {100, 0.95, 40} /* 96.5 % */
    };
    double values[100];
    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++)
        values[i] = (double)(i + 1);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct stats_estimate median =
            stats_estimate_median(values, cases[i].count, cases[i].level);
        const double sum = (double)cases[i].count + 1;
        assert_near(median.value, sum / 2, 0);
        if (isnan(cases[i].low)) {
            assert_no_interval(&median);
        } else if (cases[i].level == 0.98) {
            assert_true(median.low > 1 && median.low < 2);
        } else {
            assert_near(median.low, cases[i].low, 1e-12);
        }
        if (!isnan(cases[i].low))
            assert_near(median.high, sum - median.low, 1e-12);
    }
}

/* From 99.2 % of the first order and 93.0 % of the second; worked out by hand. */
static void where_no_order_is_near_the_interval_ends_between_two(void **state)
{
    const double values[] = {8, 7, 6, 5, 4, 3, 2, 1};
    const double way = (0.04 - 2.0 / 256) / (18.0 / 256 - 2.0 / 256);
    const double inward = 7 * way / (1 + 6 * way);
    (void)state;
    const struct stats_estimate median = stats_estimate_median(values, 8, STATS_LEVEL);
    assert_near(median.low, 1 + inward, 1e-12);
    assert_near(median.high, 8 - inward, 1e-12);
}

static void pairs_take_the_common_noise_out_of_a_ratio(void **state)
{
    const double b[] = {1, 2, 4, 8, 16, 32, 64};
    double a[LENGTH(b)];
    (void)state;
    for (size_t i = 0; i < LENGTH(b); i++)
        a[i] = 3 * b[i];
    const struct stats_estimate paired = stats_estimate_paired_ratio(a, b, LENGTH(b), STATS_LEVEL);
    assert_near(paired.value, 3, 1e-12);
    assert_near(paired.low, 3, 1e-12);
    assert_near(paired.high, 3, 1e-12);
    /* Both medians lie, in powers of 2, between 0.7 and 5.3 of 0 to 6; errors that know nothing of
     * each other add up by their squares. */
    const double way = (0.05 - 2.0 / 128) / (16.0 / 128 - 2.0 / 128);
    const double inward = 6 * way / (1 + 5 * way);
    const double span = pow(2, sqrt(2) * (3 - inward));
    const struct stats_estimate unpaired =
        stats_estimate_ratio(a, LENGTH(b), b, LENGTH(b), STATS_LEVEL);
    assert_near(unpaired.value, 3, 1e-9);
    assert_near(unpaired.low, 3 / span, 1e-9);
    assert_near(unpaired.high, 3 * span, 1e-9);
}

static void a_ratio_the_other_way_round_is_the_inverse(void **state)
{
    const double a[] = {1, 5, 2, 9, 3, 7, 4, 8};
    const double b[] = {2, 1, 7, 3, 3, 1, 9, 5};
    (void)state;
    const struct stats_estimate ratios[][2] = {
        {stats_estimate_paired_ratio(a, b, 8, STATS_LEVEL),
         stats_estimate_paired_ratio(b, a, 8, STATS_LEVEL)},
        {stats_estimate_ratio(a, 8, b, 8, STATS_LEVEL),
         stats_estimate_ratio(b, 8, a, 8, STATS_LEVEL)},
    };
    for (size_t i = 0; i < LENGTH(ratios); i++) {
        assert_near(ratios[i][0].value * ratios[i][1].value, 1, 1e-9);
        assert_near(ratios[i][0].low * ratios[i][1].high, 1, 1e-9);
        assert_near(ratios[i][0].high * ratios[i][1].low, 1, 1e-9);
    }
}

/* ---- How often intervals hold the true value --------------------------------------------------
 */

enum { SIMULATIONS = 8000, MOST_VALUES = 30 };

static bool holds(const struct stats_estimate *estimate, double truth)
{
    return estimate->low <= truth && truth <= estimate->high;
}

static void assert_level(const char *what, const struct noise *noise, size_t count, int held)
{
    const double percent = 100.0 * held / SIMULATIONS;
    if (percent < 94 || percent > 98.5)
        fail_msg("%s of %zu, %s noise: %.2f %% of the intervals hold the true value", what, count,
                 noise->name, percent);
}

/* The pairs share a disturbance, as neighbours in time do: both are of the same noise, so that the
 * true ratio is 1. */
static void simulate(const struct noise *noise, size_t count, uint64_t *random)
{
    double a[MOST_VALUES];
    double b[MOST_VALUES];
    double paired[MOST_VALUES];
    int median_held = 0;
    int paired_held = 0;
    int ratio_held = 0;
    for (int run = 0; run < SIMULATIONS; run++) {
        for (size_t i = 0; i < count; i++) {
            a[i] = noise->draw(random);
            b[i] = noise->draw(random);
            paired[i] = a[i] * exp(0.1 * normal(random));
        }
        const struct stats_estimate median = stats_estimate_median(a, count, STATS_LEVEL);
        const struct stats_estimate pairs =
            stats_estimate_paired_ratio(a, paired, count, STATS_LEVEL);
        const struct stats_estimate ratio = stats_estimate_ratio(a, count, b, count, STATS_LEVEL);
        median_held += holds(&median, noise->median);
        paired_held += holds(&pairs, 1);
        ratio_held += holds(&ratio, 1);
    }
    assert_level("the median", noise, count, median_held);
    assert_level("the paired ratio", noise, count, paired_held);
    assert_level("the ratio", noise, count, ratio_held);
}

static void intervals_hold_the_true_value_as_often_as_they_say(void **state)
{
    static const size_t counts[] = {6, 10, 20, 30};
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < LENGTH(noises); i++) {
        for (size_t k = 0; k < LENGTH(counts); k++)
            simulate(&noises[i], counts[k], &random);
    }
}

/* The article's 200 trials are calm, a few on a noisy disk are not. */
static void samples_of_a_ratio_need_not_vary_alike(void **state)
{
    static const size_t counts[][2] = {{30, 6}, {6, 30}, {10, 10}, {20, 10}};
    const struct noise *calm = &noises[0];
    const struct noise *noisy = &noises[1];
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        double a[MOST_VALUES];
        double b[MOST_VALUES];
        int held = 0;
        for (int run = 0; run < SIMULATIONS; run++) {
            for (size_t k = 0; k < counts[i][0]; k++)
                a[k] = calm->draw(&random);
            for (size_t k = 0; k < counts[i][1]; k++)
                b[k] = noisy->draw(&random);
            const struct stats_estimate ratio =
                stats_estimate_ratio(a, counts[i][0], b, counts[i][1], STATS_LEVEL);
            held += holds(&ratio, calm->median / noisy->median);
        }
        assert_level("the ratio to another noise", calm, counts[i][0], held);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_definition_7),
        cmocka_unit_test(the_median_and_mean_of_few_values),
        cmocka_unit_test(slow_values_lie_beyond_the_upper_fence),
        cmocka_unit_test(fewer_than_six_values_have_no_interval),
        cmocka_unit_test(intervals_end_at_the_orders_that_have_the_level),
        cmocka_unit_test(where_no_order_is_near_the_interval_ends_between_two),
        cmocka_unit_test(pairs_take_the_common_noise_out_of_a_ratio),
        cmocka_unit_test(a_ratio_the_other_way_round_is_the_inverse),
        cmocka_unit_test(intervals_hold_the_true_value_as_often_as_they_say),
        cmocka_unit_test(samples_of_a_ratio_need_not_vary_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
