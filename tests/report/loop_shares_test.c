// SPDX-License-Identifier: MIT
/* Where the loop's time went, as tables and sentences show it: points, and ranges where two parts
 * could not be told apart. */
#include "report/table.h"
#include "report/verdict.h"

#include "tests/report/made_trials.h"

/* Of two trials of a second in all, one knows its parts and one only the range of two of them. */
static void make_half_known(struct made *made, struct summary *summary)
{
    *made = (struct made){.trials.count = 0};
    for (int64_t i = 0; i < 2; i++) {
        struct trial *trial = add(made, "async-mmap", "cold", i, 0.5);
        trial->loop_delay_max_s = 0.4;
        trial->loop_cpu_s = 0.2;
        trial->loop_queued_s = 0.1;
        trial->loop_poll_s = i == 0 ? 0.05 : NAN;
        trial->loop_poll_low_s = i == 0 ? 0.05 : 0;
        trial->loop_poll_high_s = i == 0 ? 0.05 : 0.15;
        trial->loop_stalled_s = i == 0 ? 0.15 : NAN;
        trial->loop_stalled_low_s = i == 0 ? 0.15 : 0.05;
        trial->loop_stalled_high_s = i == 0 ? 0.15 : 0.2;
    }
    summary_make(summary, &made->trials);
}

static void a_share_that_is_not_known_is_shown_as_a_range(void **state)
{
    struct machine_fact facts[] = {
        {"idle_elapsed_s", "2"},          {"idle_loop_cpu_s", "0.1"},
        {"idle_loop_queued_s", ""},       {"idle_loop_poll_s", ""},
        {"idle_loop_poll_low_s", "1"},    {"idle_loop_poll_high_s", "1.8"},
        {"idle_loop_stalled_s", "0.004"}, {"idle_loop_stalled_low_s", "0"},
    };
    const struct machine machine = {.count = LENGTH(facts), .facts = facts};
    struct made made;
    struct summary summary;
    (void)state;
    make_half_known(&made, &summary);
    assert_true(isnan(summary.rows[0].loop_stalled_share));
    SAID(table_print(&summary, &machine, "cold", out));
    assert_said("  polling      CPU  stalled   queued\n");
    assert_said("     5-20     40.0    20-35     20.0\n");
    assert_said("    50-90      5.0      0.2        -\n");
    STATED(verdict_say(all, &summary, &machine, "cold"));
    assert_said("20-35 % stalled, 40 % on a CPU, 20 % queued for one, 5-20 % polling.");
    summary_free(&summary);
}

static void a_share_that_every_trial_knows_is_a_point(void **state)
{
    const struct machine machine = {.count = 0};
    struct made made;
    struct summary summary;
    (void)state;
    make_half_known(&made, &summary);
    summary_free(&summary);
    made.trials.count = 1;
    summary_make(&summary, &made.trials);
    SAID(table_print(&summary, &machine, "cold", out));
    assert_said("     10.0     40.0     30.0     20.0\n");
    summary_free(&summary);
}

static void the_range_is_in_the_file(void **state)
{
    struct made made;
    struct summary summary;
    struct error error;
    size_t length;
    make_half_known(&made, &summary);
    assert_int_equal(summary_write(&summary, *state, &error), 0);
    char *text = file_read(*state, "summary.csv", &length);
    assert_non_null(strstr(text, ",loop_poll_low_share,loop_poll_high_share,loop_stalled_low_share,"
                                 "loop_stalled_high_share,"));
    assert_non_null(strstr(text, ",0.05,0.2,0.2,0.35,"));
    free(text);
    summary_free(&summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_that_is_not_known_is_shown_as_a_range),
        cmocka_unit_test(a_share_that_every_trial_knows_is_a_point),
        FOLDER_TEST(the_range_is_in_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
