// SPDX-License-Identifier: MIT
/* Results side by side: whether they can be compared, the ratios of their times, and all that is
 * different. */
#include "report/comparison.h"

#include "made_results.h"

enum { RESULTS = 3 };

static struct comparison_result result_of(const char *dir, struct made *made,
                                          struct machine_fact *facts, size_t fact_count)
{
    struct comparison_result result = {
        .dir = dir,
        .trials = made->trials,
        .machine = {.count = fact_count, .facts = fact_count > 0 ? facts : NULL}};
    summary_make(&result.summary, &result.trials);
    return result;
}

static void add_times(struct made *made, const char *method, const char *cache, size_t count,
                      double first_s, double step_s)
{
    for (size_t i = 0; i < count; i++)
        add(made, method, cache, (int64_t)i, first_s + step_s * (double)i);
}

/* ---- Whether they can be compared -------------------------------------------------------------
 */

static void times_of_other_work_are_not_compared(void **state)
{
    static const struct {
        const char *work[2];
        size_t offset; /* of a setting */
        int64_t values[2];
        const char *message; /* NULL: they can be compared */
    } cases[] = {
        {{"", ""}, offsetof(struct trial, files), {8, 8}, NULL},
        {{"", "scan"}, offsetof(struct trial, files), {8, 8}, NULL},
        {{"", "copy"},
         offsetof(struct trial, files),
         {8, 8},
         "different work: work is scan in a and copy in b; --anyway compares them all the same"},
        {{"", ""},
         offsetof(struct trial, files),
         {8, 4},
         "different work: files is 8 in a and 4 in b; --anyway compares them all the same"},
        {{"", ""},
         offsetof(struct trial, file_bytes),
         {1, 0},
         "different work: file_bytes is 1 in a and 0 in b; --anyway compares them all the same"},
        {{"", ""},
         offsetof(struct trial, stride_bytes),
         {512, 4096},
         "different work: stride_bytes is 512 in a and 4096 in b; --anyway compares them all the "
         "same"},
        {{"", ""}, offsetof(struct trial, files), {-1, 4}, NULL}, /* one does not tell */
        {{"", ""}, offsetof(struct trial, files), {8, -1}, NULL},
        {{"", ""}, offsetof(struct trial, pool_threads), {8, 4}, NULL},
        {{"", ""}, offsetof(struct trial, clients), {0, 4}, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made[2] = {{.trials.count = 0}, {.trials.count = 0}};
        struct error error = {.text = ""};
        struct comparison_result results[RESULTS];
        for (size_t k = 0; k < 2; k++) {
            struct trial *trial = add(&made[k], "async-read", "cold", 0, 1);
            snprintf(trial->work, sizeof trial->work, "%s", cases[i].work[k]);
            memcpy((char *)trial + cases[i].offset, &cases[i].values[k], sizeof(int64_t));
            results[k] =
                (struct comparison_result){.dir = k == 0 ? "a" : "b", .trials = made[k].trials};
        }
        assert_int_equal(comparison_check(results, 1, &error), 0);
        assert_int_equal(comparison_check(results, 2, &error),
                         cases[i].message != NULL ? -EINVAL : 0);
        assert_string_equal(error.text, cases[i].message != NULL ? cases[i].message : "");
        /* The third is held against the first, too. */
        results[2] = results[1];
        results[1] = results[0];
        assert_int_equal(comparison_check(results, 3, &error),
                         cases[i].message != NULL ? -EINVAL : 0);
    }
}

/* The first trial that knows a setting tells it. */
static void a_setting_is_the_first_that_is_known(void **state)
{
    struct made made[2] = {{.trials.count = 0}, {.trials.count = 0}};
    struct comparison_result results[2];
    struct error error;
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        add(&made[k], "async-read", "cold", 0, 1);
        struct trial *trial = add(&made[k], "async-read", "cold", 1, 1);
        trial->pool_threads = k == 0 ? 8 : 2;
        trial->heartbeat_s = k == 0 ? 0.001 : 0;
        trial->file_bytes = k == 0 ? -1 : 4096;
        add(&made[k], "async-read", "cold", 2, 1)->pool_threads = 99;
        results[k] = result_of(k == 0 ? "a" : "b", &made[k], NULL, 0);
    }
    assert_int_equal(comparison_check(results, 2, &error), 0); /* these are no work */
    SAID(comparison_print(results, 2, out));
    assert_non_null(strstr(said, "\nWhat differs in their settings and their machine.csv:\n"
                                 "  file_bytes                        unknown  |  4096\n"
                                 "  pool_threads                      8  |  2\n"
                                 "  heartbeat_s                       0.001  |  0\n"));
    summary_free(&results[0].summary);
    summary_free(&results[1].summary);
}

/* ---- What differs between their machines ------------------------------------------------------
 */

struct facts {
    struct machine_fact list[5];
};

static size_t count_facts(const struct facts *facts)
{
    size_t count = 0;
    while (count < LENGTH(facts->list) && facts->list[count].key != NULL)
        count++;
    return count;
}

static void each_fact_that_differs_is_listed_once(void **state)
{
    static const struct {
        struct facts facts[RESULTS];
        size_t count;
        const char *listed;
    } cases[] = {
        {{{{{"os", "Linux"}}}, {{{"os", "Linux"}}}}, 2, "  nothing\n"},
        {{{{{"os", "Linux"}}}, {{{"os", "macOS"}}}},
         2,
         "  os                                Linux  |  macOS\n"},
        {{{{{"os", "Linux"}}}}, 2, "  os                                Linux  |  unknown\n"},
        {{{{{NULL, NULL}}}, {{{"os", "macOS"}}}},
         2,
         "  os                                unknown  |  macOS\n"},
        /* Known of the second alone, while the first has the key without a value. */
        {{{{{"os", ""}}}, {{{"os", "macOS"}}}},
         2,
         "  os                                unknown  |  macOS\n"},
        {{{{{"os", ""}}}, {{{"os", ""}}}}, 2, "  nothing\n"},
        {{{{{"os", ""}}}, {{{"os", "macOS"}}}, {{{"os", "Linux"}}}},
         3,
         "  os                                unknown  |  macOS  |  Linux\n"},
        {{{{{"os", "Linux"}}}, {{{"os", "Linux"}}}, {{{"os", "macOS"}}}},
         3,
         "  os                                Linux  |  Linux  |  macOS\n"},
        {{{{{NULL, NULL}}}, {{{"os", "macOS"}}}, {{{"os", "macOS"}}}},
         3,
         "  os                                unknown  |  macOS  |  macOS\n"},
        /* A file that has a key twice: the first of them counts. */
        {{{{{"os", "a"}, {"cpu", "x"}, {"os", "b"}}}, {{{"os", "c"}, {"cpu", "x"}}}},
         2,
         "  os                                a  |  c\n"},
        {{{{{"cpu", "x"}}}, {{{"cpu", "x"}, {"os", "c"}, {"os", "d"}}}},
         2,
         "  os                                unknown  |  c\n"},
        {{{{{"a", "1"}, {"b", "2"}}}, {{{"c", "3"}, {"b", "4"}, {"a", "5"}}}},
         2,
         "  a                                 1  |  5\n"
         "  b                                 2  |  4\n"
         "  c                                 unknown  |  3\n"},
        /* Of the run and not of the machine. */
        {{{{{"key", "value"},
            {"time_utc", "1"},
            {"seed", "1"},
            {"pool_warm_up_s", "1"},
            {"idle_loop_cpu_s", "1"}}}},
         2,
         "  nothing\n"},
        {{{{{"idle", "1"}, {"seeds", "2"}, {"keys", "3"}}}},
         2,
         "  idle                              1  |  unknown\n"
         "  seeds                             2  |  unknown\n"
         "  keys                              3  |  unknown\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made[RESULTS] = {{.trials.count = 0}};
        struct facts facts[RESULTS];
        struct comparison_result results[RESULTS];
        char expected[1024] = "";
        memcpy(facts, cases[i].facts, sizeof facts);
        for (size_t k = 0; k < cases[i].count; k++) {
            add_times(&made[k], "async-read", "cold", 1, 1, 0);
            results[k] = result_of("a", &made[k], facts[k].list, count_facts(&facts[k]));
        }
        snprintf(expected, sizeof expected,
                 "\nWhat differs in their settings and their machine.csv:\n%s", cases[i].listed);
        SAID(comparison_print(results, cases[i].count, out));
        const char *differences = strstr(said, "\nWhat differs");
        assert_non_null(differences);
        assert_string_equal(differences, expected);
        for (size_t k = 0; k < cases[i].count; k++)
            summary_free(&results[k].summary);
    }
}

/* ---- The table and the file -------------------------------------------------------------------
 */

/* Seven trials have an interval, one has none; the third result lacks a method, and the others a
 * cache state. */
static void make_three(struct made made[RESULTS], struct comparison_result results[RESULTS])
{
    for (size_t k = 0; k < RESULTS; k++)
        made[k].trials = (struct trials){.interval_level = STATS_LEVEL};
    add_times(&made[0], "async-read", "cold", 7, 1, 0);
    add_times(&made[0], "single-mmap", "cold", 1, 4, 0);
    add_times(&made[0], "async-read", "warm", 1, 0.25, 0);
    add(&made[0], "single-read", "cold", 0, NAN); /* without an ok trial */
    add_times(&made[1], "async-read", "cold", 7, 2, 0);
    add_times(&made[1], "single-mmap", "cold", 1, 1, 0);
    add_times(&made[1], "async-read", "warm", 1, 0.5, 0);
    add_times(&made[2], "async-read", "cold", 7, 0.5, 0);
    results[0] = result_of("a", &made[0], NULL, 0);
    results[1] = result_of("b", &made[1], NULL, 0);
    results[2] = result_of("c,d", &made[2], NULL, 0);
}

static void all_are_held_against_the_first(void **state)
{
    struct made made[RESULTS];
    struct comparison_result results[RESULTS];
    (void)state;
    make_three(made, results);
    SAID(comparison_print(results, RESULTS, out));
    assert_string_equal(
        said,
        "1: a\n"
        "2: b\n"
        "3: c,d\n"
        "\n"
        "cold page cache: medians in seconds, and how many times as long as in 1, with the 95 % "
        "interval\n"
        "\n"
        "method                         1           2             2 / 1                          "
        "           3             3 / 1\n"
        "async-read                1.0000      2.0000   2.00 [ 2.00,  2.00]  slower              "
        "      0.5000   0.50 [ 0.50,  0.50]  faster\n"
        "single-mmap               4.0000      1.0000   0.25              -  too few             "
        "           -                                           -\n"
        "\n"
        "warm page cache: medians in seconds, and how many times as long as in 1, with the 95 % "
        "interval\n"
        "\n"
        "method                         1           2             2 / 1                          "
        "           3             3 / 1\n"
        "async-read                0.2500      0.5000   2.00              -  too few             "
        "           -                                           -\n"
        "\n"
        "What differs in their settings and their machine.csv:\n"
        "  nothing\n");
    for (size_t k = 0; k < RESULTS; k++)
        summary_free(&results[k].summary);
}

static void every_row_of_every_result_is_in_the_file(void **state)
{
    struct made made[RESULTS];
    struct comparison_result results[RESULTS];
    struct error error;
    make_three(made, results);
    struct summary_row *first = results[0].summary.rows;
    if (first == NULL)
        abort();
    first->loop_delay_p99_s = 0.125;
    assert_int_equal(comparison_write(results, RESULTS, *state, &error), 0);
    assert_true(file_holds(*state, "compare.csv",
                           "result,label,method,cache,n,median_s,median_low_s,median_high_s,"
                           "loop_delay_p99_s\n"
                           "1,a,async-read,cold,7,1,1,1,0.125\n"
                           "1,a,single-read,cold,0,,,,\n"
                           "1,a,single-mmap,cold,1,4,,,\n"
                           "1,a,async-read,warm,1,0.25,,,\n"
                           "2,b,async-read,cold,7,2,2,2,\n"
                           "2,b,single-mmap,cold,1,1,,,\n"
                           "2,b,async-read,warm,1,0.5,,,\n"
                           "3,\"c,d\",async-read,cold,7,0.5,0.5,0.5,\n"));
    assert_int_equal(comparison_write(results, RESULTS, "/nowhere", &error), -ENOENT);
    for (size_t k = 0; k < RESULTS; k++)
        summary_free(&results[k].summary);
}

/* The interval is of the higher level of both, whichever it is. */
static void a_ratio_is_of_all_trials_of_both(void **state)
{
    struct made made[2] = {{.trials.count = 0}, {.trials.count = 0}};
    double times_s[14];
    double base_times_s[12];
    (void)state;
    for (size_t i = 0; i < 14; i++)
        times_s[i] = add(&made[0], "async-read", "cold", 0, 2 + 0.125 * (double)i)->elapsed_s;
    for (size_t i = 0; i < 12; i++)
        base_times_s[i] = add(&made[1], "async-read", "cold", 0, 1 + 0.0625 * (double)i)->elapsed_s;
    made[0].trials.interval_level = 0.99;
    struct comparison_result results[] = {result_of("a", &made[0], NULL, 0),
                                          result_of("b", &made[1], NULL, 0)};
    const struct summary_row *row = &results[0].summary.rows[0];
    const struct summary_row *base = &results[1].summary.rows[0];
    const struct stats_estimate expected =
        stats_estimate_ratio(times_s, 14, base_times_s, 12, 0.99);
    const struct ratio ratio = comparison_ratio(row, base);
    assert_int_equal(ratio.count, 12);
    assert_true(ratio.estimate.value == expected.value && ratio.estimate.value > 2);
    assert_true(ratio.estimate.low == expected.low && ratio.estimate.high == expected.high);
    const struct stats_estimate inverse = comparison_ratio(base, row).estimate;
    assert_true(fabs(inverse.low * expected.high - 1) < 1e-12);
    assert_true(fabs(inverse.high * expected.low - 1) < 1e-12);
    summary_free(&results[0].summary);
    summary_free(&results[1].summary);
}

/* ---- Reading them back ------------------------------------------------------------------------
 */

static void results_are_read_with_what_there_is(void **state)
{
    static const char trials[] = "method,cache,order,repeat,elapsed_s,loop_delay_max_s\n"
                                 "async-read,cold,0,0,1.5,0.25\n";
    struct comparison_result result;
    struct error error;
    assert_int_equal(comparison_load(&result, *state, &error), -ENOENT);
    file_make(*state, "trials.csv", trials);
    assert_int_equal(comparison_load(&result, *state, &error), 0);
    assert_ptr_equal(result.dir, *state);
    assert_int_equal(result.trials.count, 1);
    assert_int_equal(result.machine.count, 0);
    assert_true(result.summary.rows[0].median_s.value == 1.5);
    assert_true(result.summary.rows[0].level == STATS_LEVEL);
    assert_true(isnan(result.summary.rows[0].loop_delay_p50_s));
    comparison_unload(&result);

    file_make(*state, "machine.csv", "key,value\ninterval_level,0.96\n");
    file_make(*state, "loop_delay.csv", "trial,time_s,delay_s\n0,0.001,0.125\n");
    file_make(*state, "client_delay.csv", "trial,time_s,delay_s\n0,0.001,0.5\n");
    assert_int_equal(comparison_load(&result, *state, &error), 0);
    assert_true(result.summary.rows[0].level == 0.96);
    assert_true(result.summary.rows[0].loop_delay_p50_s == 0.125);
    assert_true(result.summary.rows[0].client_p50_s == 0.5);
    comparison_unload(&result);

    file_make(*state, "machine.csv", "key,value\ninterval_level,-1\n");
    assert_int_equal(comparison_load(&result, *state, &error), 0);
    assert_true(result.summary.rows[0].level == STATS_LEVEL);
    comparison_unload(&result);

    file_make(*state, "client_delay.csv", "trial,time_s,delay_s\n0,0.001\n");
    assert_int_equal(comparison_load(&result, *state, &error), -EINVAL);
    file_make(*state, "client_delay.csv", "trial,time_s,delay_s\n");
    file_make(*state, "loop_delay.csv", "trial,time_s,delay_s\n0,0.001\n");
    assert_int_equal(comparison_load(&result, *state, &error), -EINVAL);
    assert_int_equal(result.trials.count, 0); /* nothing is left to be freed */
    assert_int_equal(result.machine.count, 0);
    assert_int_equal(result.summary.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_other_work_are_not_compared),
        cmocka_unit_test(a_setting_is_the_first_that_is_known),
        cmocka_unit_test(each_fact_that_differs_is_listed_once),
        cmocka_unit_test(all_are_held_against_the_first),
        FOLDER_TEST(every_row_of_every_result_is_in_the_file),
        cmocka_unit_test(a_ratio_is_of_all_trials_of_both),
        FOLDER_TEST(results_are_read_with_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
