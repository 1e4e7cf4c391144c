// SPDX-License-Identifier: MIT
/* Against published or exactly computable values. */
#include "core/stats.h"

#include "tests/support.h"

#include <math.h>

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
        assert_float_equal(stats_quantile(values, 10, cases[i].fraction), cases[i].expected, 1e-12);
}

static void the_median_and_mean_of_few_values(void **state)
{
    const double values[] = {1, 2, 4, 9};
    (void)state;
    assert_float_equal(stats_median(values, 1), 1, 0);
    assert_float_equal(stats_median(values, 3), 2, 0);
    assert_float_equal(stats_median(values, 4), 3, 0);
    assert_float_equal(stats_mean(values, 4), 4, 0);
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

static void a_median_without_spread_has_no_interval(void **state)
{
    const double values[] = {7, 7, 7, 7};
    (void)state;
    for (size_t count = 1; count <= 4; count++) {
        const struct stats_estimate median = stats_estimate_median(values, count, 1);
        assert_float_equal(median.value, 7, 0);
        assert_float_equal(median.low, 7, 0);
        assert_float_equal(median.high, 7, 0);
    }
}

/* The median of a resample of 7 is at most the k-th smallest value with the probability that a
 * binomial (7, k / 7) is 4 or more: 0.010 for k = 1, 0.108 for k = 2. So 2.5 % lie at the second.
 */
static void the_interval_of_seven_values_is_from_the_second_to_the_sixth(void **state)
{
    const double values[] = {70, 10, 60, 20, 50, 30, 40};
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const struct stats_estimate median = stats_estimate_median(values, 7, seed);
        assert_float_equal(median.value, 40, 0);
        assert_float_equal(median.low, 20, 0);
        assert_float_equal(median.high, 60, 0);
    }
}

static void pairs_take_the_common_noise_out_of_a_ratio(void **state)
{
    const double b[] = {1, 2, 4, 8, 16, 32, 64};
    double a[LENGTH(b)];
    (void)state;
    for (size_t i = 0; i < LENGTH(b); i++)
        a[i] = 3 * b[i];
    const struct stats_estimate paired = stats_estimate_paired_ratio(a, b, LENGTH(b), 1);
    assert_float_equal(paired.value, 3, 0);
    assert_float_equal(paired.low, 3, 0);
    assert_float_equal(paired.high, 3, 0);
    const struct stats_estimate unpaired = stats_estimate_ratio(a, LENGTH(b), b, LENGTH(b), 1);
    assert_float_equal(unpaired.value, 3, 0);
    assert_true(unpaired.low < 1 && unpaired.high > 9);
}

static void the_same_seed_gives_the_same_interval(void **state)
{
    double values[50];
    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++)
        values[i] = sqrt((double)(i * i * 7919 % 101));
    const struct stats_estimate one = stats_estimate_median(values, LENGTH(values), 5);
    const struct stats_estimate same = stats_estimate_median(values, LENGTH(values), 5);
    assert_memory_equal(&one, &same, sizeof one);
    assert_true(one.low <= one.value && one.value <= one.high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_definition_7),
        cmocka_unit_test(the_median_and_mean_of_few_values),
        cmocka_unit_test(slow_values_lie_beyond_the_upper_fence),
        cmocka_unit_test(a_median_without_spread_has_no_interval),
        cmocka_unit_test(the_interval_of_seven_values_is_from_the_second_to_the_sixth),
        cmocka_unit_test(pairs_take_the_common_noise_out_of_a_ratio),
        cmocka_unit_test(the_same_seed_gives_the_same_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
