// SPDX-License-Identifier: MIT
/* Curves of percentiles, and values over time, thinned to what a picture can show. */
#include "report/percentiles.h"
#include "report/steps.h"

#include "tests/support.h"

#include <math.h>

static void each_value_has_its_nines(void **state)
{
    static const double values[] = {1, 2, 3, 4};
    static const double below[] = {0, 0.25, 0.5, 0.75};
    struct percentile *points;
    (void)state;
    assert_int_equal(percentiles_make(&points, values, LENGTH(values)), LENGTH(values));
    for (size_t i = 0; i < LENGTH(values); i++) {
        assert_close(points[i].nines, -log10(1 - below[i]), 1e-12);
        assert_close(points[i].value, values[i], 0);
    }
    free(points);
}

static void a_curve_keeps_its_ends_and_about_a_hundred_points_for_each_nine(void **state)
{
    static const size_t counts[] = {0, 1, 2, 100, 12345, 100000};
    (void)state;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        const size_t count = counts[i];
        double *values = calloc(count + 1, sizeof *values);
        struct percentile *points;
        assert_non_null(values);
        for (size_t k = 0; k < count; k++)
            values[k] = (double)k;
        const size_t made = percentiles_make(&points, values, count);
        assert_true(made <= count && (count == 0) == (made == 0));
        assert_true((double)made <= 2 + 125 * log10((double)count + 1));
        for (size_t k = 1; k < made; k++) {
            assert_true(points[k].value > points[k - 1].value);
            assert_true(points[k].nines - points[k - 1].nines >= 0.008 || k + 1 == made);
        }
        if (made > 0) {
            assert_close(points[0].nines, 0, 0);
            assert_close(points[made - 1].nines, log10((double)count), 1e-12);
            assert_close(points[made - 1].value, (double)(count - 1), 0);
        }
        free(points);
        free(values);
    }
}

static void each_step_keeps_its_smallest_and_its_largest_value(void **state)
{
    static const struct step_point points[] = {
        {0.1, 5}, {0.3, 9}, {0.5, 2}, {0.7, 4}, /* the largest one comes first */
        {1.0, 1}, {1.9, 8},                     /* the smallest one does */
        {3.5, 7},                               /* nothing in a step, then one */
        {4.1, 6}, {4.2, 6},                     /* equal ones are one */
    };
    static const struct step_point expected[] = {{0.3, 9}, {0.5, 2}, {1.0, 1},
                                                 {1.9, 8}, {3.5, 7}, {4.1, 6}};
    struct step_point *kept;
    (void)state;
    assert_int_equal(steps_make(&kept, points, LENGTH(points), 1), LENGTH(expected));
    for (size_t i = 0; i < LENGTH(expected); i++) {
        assert_close(kept[i].time_s, expected[i].time_s, 0);
        assert_close(kept[i].value, expected[i].value, 0);
    }
    free(kept);
    assert_int_equal(steps_make(&kept, points, 0, 1), 0);
    free(kept);
}

static void the_median_trial_is_the_lower_of_two(void **state)
{
    static const struct {
        size_t count;
        double elapsed_s[5]; /* in the order of the trials */
        int64_t order;
    } cases[] = {
        {1, {3}, 0},          {2, {3, 2}, 1},       {3, {3, 1, 2}, 2},
        {4, {4, 3, 2, 1}, 2}, {4, {1, 1, 1, 1}, 1}, {5, {5, 5, 1, 9, 8}, 1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct trial trials[5];
        const struct trial *pointers[5];
        for (size_t k = 0; k < cases[i].count; k++) {
            trials[k] = trial_unknown();
            trials[k].order = (int64_t)k;
            trials[k].elapsed_s = cases[i].elapsed_s[k];
            pointers[cases[i].count - 1 - k] = &trials[k];
        }
        assert_int_equal(steps_median_trial(pointers, cases[i].count)->order, cases[i].order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_its_nines),
        cmocka_unit_test(a_curve_keeps_its_ends_and_about_a_hundred_points_for_each_nine),
        cmocka_unit_test(each_step_keeps_its_smallest_and_its_largest_value),
        cmocka_unit_test(the_median_trial_is_the_lower_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
