// SPDX-License-Identifier: MIT
/* The table, the sentences and the picture of what other metrics told, from made-up rows. */
#include "report/metric_summary.h"

#include "made_results.h"

enum { ROWS = 2 * 3 * METRIC_KINDS };

/* Three trials of two methods: async-mmap holds its loop, which the timer and the turns have in
 * their maximum only, and the sleeper not at all. */
static struct made made;
static struct comparison_result result;
static struct metric rows[ROWS];
static struct metric_list told;
static struct metric_summary summary;

static struct metric *row_of(int64_t trial, enum metric_kind kind)
{
    return &rows[trial * METRIC_KINDS + kind];
}

static void set(int64_t trial, enum metric_kind kind, int64_t samples, double p50_s, double p99_s,
                double max_s)
{
    *row_of(trial, kind) = (struct metric){.trial = trial,
                                           .kind = kind,
                                           .samples = samples,
                                           .p50_s = p50_s,
                                           .p99_s = p99_s,
                                           .max_s = max_s,
                                           .share = NAN};
}

static int make(void **state)
{
    made.trials.count = 0;
    for (int64_t i = 0; i < 6; i++) {
        const bool is_held = i % 2 == 0;
        const int64_t repeat = i / 2;
        const double more = 1 + (double)repeat;
        struct trial *trial =
            add(&made, is_held ? "async-mmap" : "async-read", "cold", repeat, is_held ? 0.8 : 0.1);
        trial->files = 8;
        trial->file_bytes = 1 << 20;
        set(i, METRIC_TIMER, 150, 1e-5 * more, 0.0007, is_held ? 0.7 + 0.01 * more : 0.001);
        set(i, METRIC_TURN, is_held ? 153 : 600, 1e-5, 0.0001, is_held ? 0.8 : 0.001);
        set(i, METRIC_UTILIZATION, -1, NAN, NAN, NAN);
        row_of(i, METRIC_UTILIZATION)->share = is_held ? 0.35 : 0.02;
        set(i, METRIC_SLEEPER, 2000, 1e-4, 0.0002, 0.003);
        set(i, METRIC_BEATS, 2300, 3e-5, is_held ? 0.7 * more : 0.0005, is_held ? 0.8 : 0.001);
    }
    told = (struct metric_list){.count = ROWS, .rows = rows};
    result = result_made(&made, *state, NULL, 0);
    return 0;
}

static void sum_up_metrics(void)
{
    metric_summary_make(&summary, &result, &told);
}

static int folder_and_results(void **state)
{
    return folder_make(state) != 0 ? -1 : make(state);
}

static int forget(void **state)
{
    metric_summary_free(&summary);
    summary_free(&result.summary);
    return folder_remove(state);
}

static void a_method_has_the_medians_of_its_ok_trials_but_the_largest_maximum(void **state)
{
    (void)state;
    sum_up_metrics();
    assert_int_equal(summary.count, 2);
    const struct metric_method *mmap = &summary.methods[1];
    assert_string_equal(summary.methods[0].method, "async-read");
    assert_string_equal(mmap->method, "async-mmap");
    assert_int_equal(mmap->trials, 3);
    assert_int_equal(mmap->metrics[METRIC_TIMER].samples, 150);
    assert_float_equal(mmap->metrics[METRIC_TIMER].p50_s, 2e-5, 1e-12);
    assert_float_equal(mmap->metrics[METRIC_TIMER].max_s, 0.73, 1e-12);
    assert_float_equal(mmap->metrics[METRIC_BEATS].p99_s, 1.4, 1e-12);
    assert_float_equal(mmap->metrics[METRIC_UTILIZATION].share, 0.35, 1e-12);
    assert_int_equal(mmap->metrics[METRIC_UTILIZATION].samples, -1);
    assert_true(isnan(mmap->metrics[METRIC_UTILIZATION].max_s));
    assert_float_equal(summary.methods[0].metrics[METRIC_BEATS].p99_s, 0.0005, 1e-12);
}

/* The last trial of async-mmap has the largest figures. */
static void a_trial_that_is_not_ok_does_not_count(void **state)
{
    (void)state;
    summary_free(&result.summary);
    snprintf(made.rows[4].status, TRIAL_TEXT, STATUS_NOT_COLD);
    summary_make(&result.summary, &result.trials);
    sum_up_metrics();
    assert_int_equal(summary.methods[1].trials, 2);
    assert_float_equal(summary.methods[1].metrics[METRIC_TIMER].max_s, 0.72, 1e-12);
    assert_float_equal(summary.methods[1].metrics[METRIC_BEATS].p99_s, 1.05, 1e-12);
}

static void the_table_has_a_row_for_each_metric(void **state)
{
    (void)state;
    sum_up_metrics();
    SAID(metric_summary_print(&summary, out));
    assert_said("left alone for 1.5 s");
    assert_said("\nasync-mmap, n = 3       samples        p50        p99        max    share\n"
                "re-arming timer             150      0.020      0.700    730.000        -\n"
                "each turn                   153      0.010      0.100    800.000        -\n"
                "loop utilization              -          -          -          -     35 %\n"
                "sleeper thread             2000      0.100      0.200      3.000        -\n"
                "every beat due             2300      0.030   1400.000    800.000        -\n");
}

static void two_sentences_say_what_shows_the_stall_and_what_hides_it(void **state)
{
    struct statements all = {.count = 0};
    (void)state;
    sum_up_metrics();
    metric_summary_say(&all, &summary);
    assert_int_equal(all.count, 2);
    const struct statement *p99 = statements_find(&all, "metrics-p99");
    const struct statement *max = statements_find(&all, "metrics-max");
    assert_string_equal(
        p99->text,
        "async-mmap: of the 2300 beats that were due in a trial, 1 in 100 waited 1.4 s or longer; "
        "by p99 that is shown by nothing else, and hidden by the re-arming timer (0.7 ms), the "
        "time of each turn (0.1 ms) and the sleeper thread (0.2 ms).");
    assert_string_equal(
        max->text,
        "async-mmap: its longest wait, 800 ms, is shown by the max of the re-arming timer (730 ms) "
        "and the time of each turn (800 ms), and hidden by that of the sleeper thread (3 ms); "
        "libuv's idle time tells that the loop was busy for 35 % of the time, and of no delay.");
    assert_float_equal(statement_value(p99, "beats_p99_s"), 1.4, 1e-12);
    assert_float_equal(statement_value(p99, "beats"), 2300, 0);
    assert_float_equal(statement_value(p99, "timer_p99_s"), 0.0007, 1e-12);
    assert_float_equal(statement_value(max, "beats_max_s"), 0.8, 1e-12);
    assert_float_equal(statement_value(max, "sleeper_max_s"), 0.003, 1e-12);
    assert_float_equal(statement_value(max, "utilization"), 0.35, 1e-12);
    statements_free(&all);
}

/* At half of the beats' figure a metric shows the stall, just below it does not. */
static void a_metric_that_tells_half_of_a_stall_shows_it(void **state)
{
    static const struct {
        double p99_s;
        const char *said;
    } cases[] = {
        {0.7, "by p99 that is shown by the re-arming timer (700 ms), and hidden by the time of "
              "each turn (0.1 ms) and the sleeper thread (0.2 ms)."},
        {0.69, "by p99 that is shown by nothing else, and hidden by the re-arming timer (690 ms)"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int64_t trial = 0; trial < 6; trial += 2)
            row_of(trial, METRIC_TIMER)->p99_s = cases[i].p99_s;
        metric_summary_free(&summary);
        sum_up_metrics();
        STATED(metric_summary_say(all, &summary));
        assert_said(cases[i].said);
    }
}

static void what_is_unknown_is_said_to_be(void **state)
{
    (void)state;
    for (int64_t trial = 0; trial < 6; trial++) {
        set(trial, METRIC_TIMER, 40, 1e-5, NAN, 0.7);
        row_of(trial, METRIC_UTILIZATION)->share = NAN;
    }
    sum_up_metrics();
    STATED(metric_summary_say(all, &summary));
    assert_said("hidden by the time of each turn (0.1 ms) and the sleeper thread (0.2 ms); the "
                "re-arming timer has too few samples for one (40).");
    assert_not_said("idle time");
    SAID(metric_summary_print(&summary, out));
    assert_said("\nre-arming timer              40      0.010          -    700.000        -\n");
    assert_said("\nloop utilization              -          -          -          -        -\n");
}

static void a_loop_that_nobody_held_hides_nothing(void **state)
{
    static const struct {
        double p99_s;
        const char *id; /* NULL: nothing is said */
    } cases[] = {{0.002, "metrics-p99"}, {0.0019, "no-stall"}, {NAN, NULL}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct statements all = {.count = 0};
        for (int64_t trial = 0; trial < 6; trial++)
            row_of(trial, METRIC_BEATS)->p99_s = cases[i].p99_s;
        metric_summary_free(&summary);
        sum_up_metrics();
        metric_summary_say(&all, &summary);
        assert_true(cases[i].id != NULL ? statements_find(&all, cases[i].id) != NULL
                                        : all.count == 0);
        statements_free(&all);
    }
}

static void the_picture_has_a_point_for_each_figure(void **state)
{
    struct pictures pictures;
    struct error error;
    size_t length;
    sum_up_metrics();
    assert_int_equal(pictures_of_metrics(&pictures, &result, &summary, *state, &error), 0);
    assert_int_equal(pictures.count, 1);
    assert_string_equal(pictures.list[0].name, "metrics");
    assert_string_equal(pictures.list[0].csv, "metrics-drawn");
    char *csv = file_read(*state, "metrics-drawn.csv", &length);
    snprintf(said, sizeof said, "%s", csv);
    free(csv);
    assert_said("\n\"async-read, 3 trials\",heading,1,");
    assert_said("\n\"async-mmap, 3 trials\",heading,2,");
    assert_said("\n\"re-arming timer\",row-name,2,");
    assert_said("\n\"730 ms\",note,2,");
    assert_said("\n\"1.4 s\",note,2,"); /* of the beats, whose p99 is the longest here */
    assert_said("\n\"re-arming timer\",p50,2,async-mmap,0.02,1,,,,\n"
                "\"re-arming timer\",p99,2,async-mmap,0.7,1,,,,\n"
                "\"re-arming timer\",max,2,async-mmap,730,1,,,,\n");
    assert_said("\n\"every beat due\",p99,2,async-mmap,1400,4,,,,\n");
    assert_not_said("loop utilization");
    assert_not_said("nan");
}

static void without_metrics_there_is_no_picture(void **state)
{
    struct pictures pictures;
    struct error error;
    told.count = 0;
    sum_up_metrics();
    assert_int_equal(pictures_of_metrics(&pictures, &result, &summary, *state, &error), 0);
    assert_int_equal(pictures.count, 0);
    assert_string_equal(pictures.missing[0], "no picture metrics: no trial has metrics");
    assert_false(file_exists(*state, "metrics-drawn.csv"));
    STATED(metric_summary_say(all, &summary));
    assert_string_equal(said, "");
}

#define METRICS_TEST(test) cmocka_unit_test_setup_teardown(test, folder_and_results, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        METRICS_TEST(a_method_has_the_medians_of_its_ok_trials_but_the_largest_maximum),
        METRICS_TEST(a_trial_that_is_not_ok_does_not_count),
        METRICS_TEST(the_table_has_a_row_for_each_metric),
        METRICS_TEST(two_sentences_say_what_shows_the_stall_and_what_hides_it),
        METRICS_TEST(a_metric_that_tells_half_of_a_stall_shows_it),
        METRICS_TEST(what_is_unknown_is_said_to_be),
        METRICS_TEST(a_loop_that_nobody_held_hides_nothing),
        METRICS_TEST(the_picture_has_a_point_for_each_figure),
        METRICS_TEST(without_metrics_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
