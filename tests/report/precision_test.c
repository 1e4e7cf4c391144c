// SPDX-License-Identifier: MIT
#include "report/precision.h"

#include "report/advice.h"
#include "report/comparison.h"
#include "report/policy.h"

#include "made_results.h"
#include "tests/noises.h"

static void an_interval_is_narrow_when_both_its_ends_are_near_the_median(void **state)
{
    static const struct {
        struct stats_estimate median;
        bool holds;
    } cases[] = {
        {{10, 9, 11}, true},      /* each end is 10 % away */
        {{10, 9, 11.01}, false},  /* the upper one is too far */
        {{10, 8.99, 11}, false},  /* the lower one is */
        {{10, 9.9, 11.9}, false}, /* as wide as the first, but to one side */
        {{0.001, 0.001, 0.001}, true}, {{10, NAN, NAN}, false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(precision_holds(&cases[i].median, 0.1), cases[i].holds);
}

static void looks_are_half_as_far_again(void **state)
{
    static const size_t looks[] = {1, 2, 3, 4, 6, 9, 13, 19, 28};
    (void)state;
    for (size_t i = 1; i < LENGTH(looks); i++)
        assert_int_equal(precision_next_look(looks[i - 1]), looks[i]);
    assert_int_equal(precision_next_look(10), 15);
}

/* ---- How often the intervals at the end hold the true value -----------------------------------
 */

enum { SIMULATIONS = 4000, MOST_REPEATS = 120 };

/* A run that goes on as --precision has it, or until its time is over. */
static bool run_holds(const struct noise *noise, double precision, size_t most, uint64_t *random)
{
    double times[MOST_REPEATS];
    struct stats_estimate median = {NAN, NAN, NAN};
    size_t count = 0;
    for (size_t look = 10; count < most; look = precision_next_look(look)) {
        while (count < look && count < most)
            times[count++] = noise->draw(random);
        median = stats_estimate_median(times, count, POLICY_LOOK_LEVEL);
        if (precision_holds(&median, precision))
            break;
    }
    return median.low <= noise->median && noise->median <= median.high;
}

/* Whatever ends the run: soon, late, or the time. */
static void intervals_that_ended_a_run_hold_the_true_value_as_often_as_others(void **state)
{
    static const double precisions[] = {0.02, 0.04, 0.07, 0.1, 0.15, 0.25, 0.4};
    static const size_t most[] = {12, 20, MOST_REPEATS};
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < LENGTH(noises); i++) {
        for (size_t k = 0; k < LENGTH(precisions) * LENGTH(most); k++) {
            const double precision = precisions[k / LENGTH(most)];
            int held = 0;
            for (int run = 0; run < SIMULATIONS; run++)
                held += run_holds(&noises[i], precision, most[k % LENGTH(most)], &random);
            const double percent = 100.0 * held / SIMULATIONS;
            if (percent < 94 || percent > 98.5)
                fail_msg("%s noise, to %g, at most %zu: %.2f %% of the intervals hold the value",
                         noises[i].name, precision, most[k % LENGTH(most)], percent);
        }
    }
}

/* ---- What is said -----------------------------------------------------------------------------
 */

static struct made made;

/* A method whose times are spread evenly by so much to either side. */
static void add_spread(const char *method, int repeats, double spread)
{
    for (int i = 0; i < repeats; i++)
        add(&made, method, "cold", i, 1 - spread + 2 * spread * i / (repeats - 1));
}

static struct machine_fact precise[] = {
    {.key = "precision", .value = "0.1"},
    {.key = "at_most_s", .value = "300"},
    {.key = "precision_end", .value = "time"},
};

/* What is said of the trials that were made up; with `facts` of the machine's. */
static void say(size_t facts)
{
    struct comparison_result result = result_made(&made, "none", precise, facts);
    STATED(precision_say(all, &result.summary, &result.machine));
    summary_free(&result.summary);
    made.trials.count = 0;
}

static void a_run_that_reached_it_says_after_how_many_repeats(void **state)
{
    (void)state;
    add_spread("async-read", 10, 0.05);
    add_spread("async-mmap", 10, 0.01);
    say(2);
    assert_said("All intervals lie within 10 % of their medians after 10 repeats.");
    assert_not_said("is over");
}

static void a_run_whose_time_is_over_names_what_is_wide(void **state)
{
    (void)state;
    add_spread("async-read", 10, 0.05);
    add_spread("async-mmap", 10, 0.9); /* the second of ten is 0.7 away */
    say(3);
    assert_said("The time of 5min is over after 10 repeats: 1 of the intervals is not within "
                "10 % of its median: async-mmap cold (70 %); give a longer --at-most");
    assert_not_said("async-read");
}

static void a_run_that_was_interrupted_does_not_speak_of_time(void **state)
{
    (void)state;
    add_spread("async-read", 4, 0.01);
    say(2);
    assert_said("The run was ended after 4 repeats: 1 of the intervals is not within 10 % of "
                "its median: async-read cold (no interval)");
    assert_not_said("The time");
    add(&made, "async-read", "cold", 0, 1);
    say(2);
    assert_said("The run was ended after 1 repeat: 1 of");
}

static void a_long_list_is_cut_and_counted(void **state)
{
    static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        add_spread(names[i], 7, 0.9);
    say(3);
    assert_said("8 of the intervals are not within 10 % of their medians: m0");
    assert_said("m5 cold (90 %) and 2 more;");
    assert_not_said("m6");
}

static void methods_that_never_worked_are_not_waited_for(void **state)
{
    (void)state;
    add_spread("async-read", 10, 0.05);
    snprintf(add(&made, "async-mmap", "cold", 0, 1)->status, TRIAL_TEXT, "error");
    say(3);
    assert_said("All intervals lie within 10 %");
    snprintf(add(&made, "async-mmap", "cold", 0, 1)->status, TRIAL_TEXT, "error");
    say(3);
    assert_string_equal(said, "");
}

static void of_a_run_without_the_option_nothing_is_said(void **state)
{
    (void)state;
    add_spread("async-read", 10, 0.9);
    say(0);
    assert_string_equal(said, "");
}

/* Not to who gave it already, and knows. */
static void the_advice_on_wide_intervals_names_the_option(void **state)
{
    (void)state;
    for (size_t facts = 0; facts <= 3; facts += 3) {
        add_spread("async-mmap", 10, 0.9);
        struct comparison_result result = result_made(&made, "none", precise, facts);
        STATED(advice_say(all, &result.summary, &result.machine));
        summary_free(&result.summary);
        made.trials.count = 0;
        if (facts == 0)
            assert_said("Wide intervals: async-mmap cold: give --precision 10%, and");
        else
            assert_not_said("Wide intervals");
    }
    assert_said("give a longer --at-most");
}

/* ---- What was looked at is shown as such -------------------------------------------------------
 */

/* Where the interval of a median begins, and that of a ratio to what takes 1 s, of results that are
 * read back. Of 10 values the second and the ninth have 97.9 %, the first and the last 99.8 %. */
static double read_low(const char *dir, const char *machine)
{
    static const char trials[] = "method,cache,repeat,elapsed_s\n"
                                 "a,cold,0,1\na,cold,1,2\na,cold,2,3\na,cold,3,4\n"
                                 "a,cold,4,5\na,cold,5,6\na,cold,6,7\na,cold,7,8\n"
                                 "a,cold,8,9\na,cold,9,10\n"
                                 "b,cold,0,1\nb,cold,1,1\nb,cold,2,1\nb,cold,3,1\n"
                                 "b,cold,4,1\nb,cold,5,1\nb,cold,6,1\nb,cold,7,1\n"
                                 "b,cold,8,1\nb,cold,9,1\n";
    struct comparison_result result;
    struct error error;
    file_write(dir, "trials.csv", trials, strlen(trials));
    file_write(dir, "machine.csv", machine, strlen(machine));
    assert_int_equal(comparison_load(&result, dir, &error), 0);
    const struct summary_row *row = summary_find(&result.summary, "a", "cold");
    const double low = row->median_s.low;
    const struct ratio ratio = summary_ratio(row, summary_find(&result.summary, "b", "cold"));
    assert_true(isnan(low) ? isnan(ratio.estimate.low) : fabs(ratio.estimate.low - low) < 1e-9);
    comparison_unload(&result);
    return low;
}

static void intervals_have_the_level_that_the_run_says(void **state)
{
    (void)state;
    assert_true(isnan(read_low(*state, "key,value\ninterval_level,0.999\n")));
    assert_true(read_low(*state, "key,value\ninterval_level,0.85\n") == 3); /* 89.1 % */
    assert_true(read_low(*state, "key,value\ninterval_level,\n") == 2);
    assert_true(read_low(*state, "key,value\n") == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_is_narrow_when_both_its_ends_are_near_the_median),
        cmocka_unit_test(looks_are_half_as_far_again),
        cmocka_unit_test(intervals_that_ended_a_run_hold_the_true_value_as_often_as_others),
        cmocka_unit_test(a_run_that_reached_it_says_after_how_many_repeats),
        cmocka_unit_test(a_run_whose_time_is_over_names_what_is_wide),
        cmocka_unit_test(a_run_that_was_interrupted_does_not_speak_of_time),
        cmocka_unit_test(a_long_list_is_cut_and_counted),
        cmocka_unit_test(methods_that_never_worked_are_not_waited_for),
        cmocka_unit_test(of_a_run_without_the_option_nothing_is_said),
        cmocka_unit_test(the_advice_on_wide_intervals_names_the_option),
        FOLDER_TEST(intervals_have_the_level_that_the_run_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
