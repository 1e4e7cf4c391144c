// SPDX-License-Identifier: MIT
/* What is told of a ratio, and in which words. */
#include "report/ratio.h"

#include "made_trials.h"

static void words_follow_the_interval(void **state)
{
    /* The base takes 1 each time; of 6 values the interval is from the smallest to the largest. */
    static const struct {
        double times[6];
        size_t count;
        enum ratio_kind kind;
        const char *said;
    } cases[] = {
        {{0.5, 0.6, 0.7, 0.8, 0.9, 0.99},
         6,
         RATIO_FASTER,
         "faster, 0.75 times [0.50, 0.99] as long"},
        {{1.01, 1.1, 1.2, 1.3, 1.4, 1.5},
         6,
         RATIO_SLOWER,
         "slower, 1.25 times [1.01, 1.50] as long"},
        /* A bound is not rounded to 1. */
        {{0.9, 0.95, 0.96, 0.97, 0.98, 0.9991},
         6,
         RATIO_FASTER,
         "faster, 0.965 times [0.900, 0.999] as long"},
        {{0.92, 0.95, 1, 1, 1, 1.04},
         6,
         RATIO_ALIKE,
         "no different by more than 9 %, 1.00 times [0.92, 1.04] as long"},
        {{0.99, 1, 1, 1, 1, 1.1},
         6,
         RATIO_ALIKE,
         "no different by more than 10 %, 1.00 times [0.99, 1.10] as long"},
        {{1, 1, 1, 1, 1, 1},
         6,
         RATIO_ALIKE,
         "no different by more than 1 %, 1.00 times [1.00, 1.00] as long"},
        {{0.99, 1, 1, 1, 1, 1.11},
         6,
         RATIO_OPEN,
         "cannot be told here, 1.00 times [0.99, 1.11] as long: only a difference of more than "
         "1.11 times could have been seen"},
        {{0.9, 1, 1, 1, 1, 1.05},
         6,
         RATIO_OPEN,
         "cannot be told here, 1.00 times [0.90, 1.05] as long: only a difference of more than "
         "1.11 times could have been seen"},
        {{0.65, 1, 1.5, 1.69, 2, 2.3},
         6,
         RATIO_OPEN,
         "cannot be told here, 1.59 times [0.65, 2.30] as long: only a difference of more than "
         "2.30 times could have been seen"},
        {{0.5, 0.6, 0.7, 0.8, 0.9},
         5,
         RATIO_TOO_FEW,
         "too few pairs (5) to compare, the ratio was between 0.50 and 0.90"},
        {{0.5},
         1,
         RATIO_TOO_FEW,
         "too few pairs (1) to compare, the ratio was between 0.50 and 0.50"},
        {{0}, 0, RATIO_TOO_FEW, "too few pairs (0) to compare"},
    };
    static const double base[6] = {1, 1, 1, 1, 1, 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct statement statement = {.id = "made"};
        const struct ratio ratio =
            ratio_of_pairs(cases[i].times, base, cases[i].count, STATS_LEVEL);
        ratio_say(&statement, &ratio);
        assert_string_equal(statement.text, cases[i].said);
        assert_int_equal(ratio_kind(&ratio), cases[i].kind);
        assert_int_equal(statement.figure_count, cases[i].kind == RATIO_TOO_FEW ? 0 : 3);
    }
}

static void what_only_the_pairs_can_tell_is_told(void **state)
{
    static const double base[] = {1, 2, 3, 4, 5, 6};
    static const double slower[] = {1.2, 2.3, 3.9, 4.6, 6.5, 6.6};
    struct statement statement = {.id = "made"};
    (void)state;
    const struct ratio ratio = ratio_of_pairs(slower, base, 6, STATS_LEVEL);
    ratio_say(&statement, &ratio);
    assert_non_null(strstr(statement.text, "slower, 1.17 times [1.10, 1.30] as long (pair by pair; "
                                           "the medians alone leave 0.3"));
    const struct stats_estimate apart = stats_estimate_ratio(slower, 6, base, 6, STATS_LEVEL);
    assert_memory_equal(&ratio.apart, &apart, sizeof apart);
}

static void samples_of_different_runs_are_not_pairs(void **state)
{
    static const double times[] = {2, 3, 2.5, 2.2, 2.7, 2.1, 2.4};
    static const double base[] = {1, 1.2, 1.1, 0.9, 1, 1.3, 1};
    struct statement statement = {.id = "made"};
    struct statement few = {.id = "few"};
    (void)state;
    const struct ratio ratio = ratio_of_samples(times, 7, base, 7, STATS_LEVEL);
    ratio_say(&statement, &ratio);
    assert_memory_equal(statement.text, "slower, 2.40 times [", 20);
    const struct ratio of_few = ratio_of_samples(times, 7, base, 3, STATS_LEVEL);
    ratio_say(&few, &of_few);
    assert_string_equal(few.text,
                        "too few trials (3) to compare, the ratio was between 1.67 and 3.00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_follow_the_interval),
        cmocka_unit_test(what_only_the_pairs_can_tell_is_told),
        cmocka_unit_test(samples_of_different_runs_are_not_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
