// SPDX-License-Identifier: MIT
/* What is summed up of made-up trials, and what is said of it. */
#include "report/advice.h"
#include "report/comparison.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/verdict.h"

#include "made_trials.h"

static void only_ok_trials_count_and_the_others_are_told(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add(&made, "single-read", "cold", 0, 1.0);
    add(&made, "single-read", "cold", 1, 2.0);
    snprintf(add(&made, "single-read", "cold", 2, 0.1)->status, TRIAL_TEXT, STATUS_NOT_COLD);
    snprintf(add(&made, "single-read", "cold", 3, NAN)->status, TRIAL_TEXT, STATUS_ERROR);
    snprintf(add(&made, "single-mmap", "cold", 0, 9.0)->status, TRIAL_TEXT, STATUS_WRONG_SUM);
    summary_make(&summary, &made.trials);
    const struct summary_row *row = summary_find(&summary, "single-read", "cold");
    assert_non_null(row);
    assert_int_equal(row->count, 2);
    assert_int_equal(row->left_out, 2);
    assert_float_equal(row->min_s, 1.0, 0);
    assert_float_equal(row->median_s.value, 1.5, 0);
    assert_float_equal(row->mean_s, 1.5, 0);
    assert_float_equal(row->max_s, 2.0, 0);
    assert_null(summary_find(&summary, "single-mmap", "cold"));
    SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
    assert_said("2 left out, not ok");
    assert_said("1 left out, not ok");
    assert_not_said("nan");
    summary_free(&summary);
}

static void rows_are_in_the_order_of_the_list_and_cold_comes_first(void **state)
{
    static const char *const expected[] = {"async-read cold", "single-mmap cold", "zzz cold",
                                           "async-read warm"};
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add(&made, "zzz", "cold", 0, 4);
    add(&made, "async-read", "warm", 0, 1);
    add(&made, "single-mmap", "cold", 0, 2);
    add(&made, "async-read", "cold", 0, 3);
    summary_make(&summary, &made.trials);
    assert_int_equal(summary.count, LENGTH(expected));
    for (size_t i = 0; i < summary.count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s %s", summary.rows[i].method, summary.rows[i].cache);
        assert_string_equal(name, expected[i]);
    }
    /* The fastest is that of the same cache state. */
    assert_float_equal(summary.rows[0].median_ratio, 1.5, 1e-12);
    assert_float_equal(summary.rows[3].median_ratio, 1, 0);
    summary_free(&summary);
}

static void ratios_are_of_the_repeats_that_both_have(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    struct stats_estimate ratio;
    (void)state;
    for (int64_t i = 0; i < REPEATS; i++) {
        add(&made, "async-mmap", "cold", i, 2.0 * (double)(i + 1));
        struct trial *base = add(&made, "single-mmap", "cold", i, (double)(i + 1));
        if (i == 0)
            snprintf(base->status, sizeof base->status, STATUS_ERROR);
    }
    summary_make(&summary, &made.trials);
    const size_t pairs = summary_ratio(summary_find(&summary, "async-mmap", "cold"),
                                       summary_find(&summary, "single-mmap", "cold"), &ratio);
    assert_int_equal(pairs, REPEATS - 1);
    assert_float_equal(ratio.low, 2, 0);
    assert_float_equal(ratio.high, 2, 0);
    summary_free(&summary);
}

static void unknown_figures_are_empty_fields(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    struct error error;
    (void)state;
    add(&made, "single-read", "cold", 0, 1.25);
    summary_make(&summary, &made.trials);
    assert_int_equal(summary_write(&summary, *state, &error), 0);
    size_t length;
    char *text = file_read(*state, "summary.csv", &length);
    assert_non_null(
        strstr(text, "\nsingle-read,cold,1,0,0,1.25,1.25,1.25,1.25,1.25,1.25,1,,,,,,,,\n"));
    free(text);
    summary_free(&summary);
}

/* The article's figures, roughly; then a machine whose readahead hides the effect. */
static void the_verdict_says_what_the_times_show(void **state)
{
    struct made article = {.trials.count = 0};
    struct made hidden = {.trials.count = 0};
    struct machine_fact facts[] = {{"device_readahead_bytes", "8388608"}, {"cpu_count", "8"}};
    const struct machine machine = {.count = LENGTH(facts), .facts = facts};
    struct summary summary;
    (void)state;
    add_method(&article, "async-read", "cold", 0.6, 0, 0.002);
    add_method(&article, "async-mmap", "cold", 2.7, 0.75, 2.699);
    add_method(&article, "threads-mmap", "cold", 0.8, 0, 0.002);
    add_method(&article, "single-mmap", "cold", 2.7, 0.75, 2.699);
    add_method(&article, "async-mmap", "warm", 0.27, 0, 0.269);
    summary_make(&summary, &article.trials);
    STATED(verdict_say(all, &summary, &machine, "cold"));
    assert_said("gained nothing that can be told from noise: async-mmap / single-mmap = 1.00");
    assert_said("A thread per file gained: threads-mmap / single-mmap = 0.30");
    assert_said("async-mmap let a beat wait up to 2699.0 ms (100 % of its scan");
    assert_said("75 % stalled, 25 % on a CPU, 0 % polling");
    assert_said("The times show the article's effect: async-mmap / threads-mmap = 3.38");
    assert_not_said("Likely");
    STATED(verdict_say_cold_and_warm(all, &summary));
    assert_said("Cold against warm, async-mmap took 10.00 times");
    assert_said("stalled 75 % cold and 0 % warm");
    summary_free(&summary);

    add_method(&hidden, "async-read", "cold", 0.8, 0, 0.002);
    add_method(&hidden, "async-mmap", "cold", 0.4, 0.5, 0.399);
    add_method(&hidden, "threads-mmap", "cold", 0.3, 0, 0.002);
    summary_make(&summary, &hidden.trials);
    STATED(verdict_say(all, &summary, &machine, "cold"));
    assert_said("The times alone do not show the article's effect");
    assert_said("Likely reasons, not measured here: the kernel reads 8 MiB ahead");
    assert_not_said("CPUs leave little");
    assert_not_said("single-mmap");
    summary_free(&summary);
}

/* Cold and warm repeats of a method, with a p99 loop delay. */
static void add_both(struct made *made, const char *method, double cold_s, double warm_s,
                     double delay_p99_s)
{
    const size_t before = made->trials.count;
    add_method(made, method, "cold", cold_s, 0, 1);
    add_method(made, method, "warm", warm_s, 0, 1);
    for (size_t i = before; i < made->trials.count; i++)
        made->rows[i].loop_delay_p99_s = delay_p99_s;
}

static void the_recommendation_is_fast_in_both_states_and_leaves_the_loop_free(void **state)
{
    static const struct {
        double cold_s; /* of async-read-uring, beside 1 s for the fastest */
        double warm_s;
        double delay_s;
        const char *said;
    } rows[] = {
        {1.09, 1.4, 0.001,
         "Recommended here is async-read-uring: 1.09 times the fastest cold and 1.40"},
        {1.2, 1.4, 0.001,
         "No method is near the fastest in both states with a free loop; the nearest is "
         "async-read-uring: 1.20"},
        {1.0, 1.0, 0.003, "No method kept the p99 loop delay under 2 ms"},
        {1.0, 1.0, NAN, "No method kept the p99 loop delay under 2 ms"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_both(&made, "threads-mmap", 1, 1, 0.02);
        add_both(&made, "async-read-uring", rows[i].cold_s, rows[i].warm_s, rows[i].delay_s);
        summary_make(&summary, &made.trials);
        STATED(verdict_say_recommendation(all, &summary));
        assert_said(rows[i].said);
        summary_free(&summary);
    }
}

static void the_six_alone_get_no_recommendation(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_both(&made, "async-read", 1, 1, 0.001);
    summary_make(&summary, &made.trials);
    STATED(verdict_say_recommendation(all, &summary));
    assert_string_equal(said, "");
    summary_free(&summary);
}

static void the_share_of_inline_chunks_stands_where_it_is_counted(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-read", "warm", 1, 0, 1);
    SAID((summary_make(&summary, &made.trials),
          table_print(&summary, &(struct machine){.count = 0}, "warm", out)));
    assert_not_said("inline");
    summary_free(&summary);
    struct trial *trial = add(&made, "async-read-nowait", "warm", 0, 1);
    trial->inline_chunks = 30;
    trial->offloaded_chunks = 10;
    summary_make(&summary, &made.trials);
    assert_true(fabs(summary.rows[1].inline_share - 0.75) < 1e-9);
    SAID(table_print(&summary, &(struct machine){.count = 0}, "warm", out));
    assert_said("inline %");
    assert_said("75.0\n");
    summary_free(&summary);
}

static void too_few_pairs_get_no_verdict(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add(&made, "async-mmap", "cold", 0, 1);
    add(&made, "single-mmap", "cold", 0, 2);
    summary_make(&summary, &made.trials);
    STATED(verdict_say(all, &summary, &(struct machine){.count = 0}, "cold"));
    assert_string_equal(said, "");
    STATED(advice_say(all, &summary, &(struct machine){.count = 0}));
    assert_said("Too few trials to say much of every method:");
    summary_free(&summary);
}

static void noise_is_told_from_its_limit_on(void **state)
{
    static const struct {
        struct machine_fact fact;
        const char *told; /* NULL: nothing */
    } cases[] = {
        {{"cpu_steal_share", "0.02"}, "The host took 2.0 %"},
        {{"cpu_steal_share", "0.005"}, NULL},
        {{"cpu_others_share", "0.2"}, "Other programs used 20 %"},
        {{"cpu_others_share", ""}, NULL},
        {{"device_others_read_bytes", "104857600"}, "Others read 100 MiB"},
        {{"cpu_governor", "powersave"}, "governed by 'powersave'"},
        {{"cpu_governor", "performance"}, NULL},
    };
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-mmap", "cold", 1, 0, 1);
    summary_make(&summary, &made.trials);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact fact = cases[i].fact;
        const struct machine machine = {.count = 1, .facts = &fact};
        STATED(advice_say(all, &summary, &machine));
        if (cases[i].told != NULL)
            assert_said(cases[i].told);
        else
            assert_string_equal(said, "");
    }
    summary_free(&summary);
}

static struct comparison_result result_of(const char *dir, struct made *made,
                                          struct machine_fact *fact)
{
    struct comparison_result result = {
        .dir = dir, .trials = made->trials, .machine = {.count = 1, .facts = fact}};
    summary_make(&result.summary, &result.trials);
    return result;
}

static void a_comparison_tells_ratios_and_what_differs(void **state)
{
    struct made slow = {.trials.count = 0};
    struct made fast = {.trials.count = 0};
    struct machine_fact facts[] = {{"cpu_model", "old"}, {"cpu_model", "new"}};
    struct error error;
    add_method(&slow, "single-read", "cold", 2, 0, 1);
    add_method(&fast, "single-read", "cold", 1, 0, 1);
    struct comparison_result results[] = {result_of("a", &slow, &facts[0]),
                                          result_of("b,c", &fast, &facts[1])};
    assert_int_equal(comparison_check(results, 2, &error), 0);
    SAID(comparison_print(results, 2, out));
    assert_said("0.50 [");
    assert_said("old  |  new");
    assert_int_equal(comparison_write(results, 2, *state, &error), 0);
    size_t length;
    char *text = file_read(*state, "compare.csv", &length);
    assert_non_null(strstr(text, "\n2,\"b,c\",single-read,cold,7,1.003,"));
    free(text);
    fast.rows[0].stride_bytes = 4096;
    results[1].trials = fast.trials;
    assert_int_equal(comparison_check(results, 2, &error), -EINVAL);
    assert_non_null(strstr(error.text, "stride_bytes is 512 in a and 4096 in b,c"));
    summary_free(&results[0].summary);
    summary_free(&results[1].summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ok_trials_count_and_the_others_are_told),
        cmocka_unit_test(rows_are_in_the_order_of_the_list_and_cold_comes_first),
        cmocka_unit_test(ratios_are_of_the_repeats_that_both_have),
        FOLDER_TEST(unknown_figures_are_empty_fields),
        cmocka_unit_test(the_verdict_says_what_the_times_show),
        cmocka_unit_test(the_recommendation_is_fast_in_both_states_and_leaves_the_loop_free),
        cmocka_unit_test(the_six_alone_get_no_recommendation),
        cmocka_unit_test(the_share_of_inline_chunks_stands_where_it_is_counted),
        cmocka_unit_test(too_few_pairs_get_no_verdict),
        cmocka_unit_test(noise_is_told_from_its_limit_on),
        FOLDER_TEST(a_comparison_tells_ratios_and_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
