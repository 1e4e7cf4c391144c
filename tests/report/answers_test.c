// SPDX-License-Identifier: MIT
/* What is said of a range of storage latencies, and in answer to the questions. */
#include "report/latency_range.h"
#include "report/question.h"

#include "made_trials.h"

/* A result of made-up trials, on emulated storage of a latency or on native storage. */
struct made_result {
    struct made made;
    struct machine_fact facts[2];
};

static struct comparison_result result_of(struct made_result *made, const char *emulated_s,
                                          const char *native_s)
{
    struct comparison_result result = {.dir = "made", .trials = made->made.trials};
    made->facts[0] = emulated_s != NULL ? (struct machine_fact){"storage", "emulated"}
                                        : (struct machine_fact){"device_read_latency_s", ""};
    if (emulated_s != NULL)
        made->facts[1] = (struct machine_fact){"storage_latency_s", (char *)emulated_s};
    else
        made->facts[0].value = (char *)native_s;
    result.machine = (struct machine){.count = emulated_s != NULL ? 2 : 1, .facts = made->facts};
    sum_up(&result.summary, &made->made);
    return result;
}

/* The methods on storage of that latency: 20 waits one after the other, or 5. */
static void add_on_storage(struct made *made, double latency_s)
{
    add_method(made, "async-read", "cold", 5 * latency_s, 0, latency_s / 100);
    add_method(made, "async-mmap", "cold", 20 * latency_s, 0.75, 20 * latency_s);
    add_method(made, "threads-mmap", "cold", 5 * latency_s, 0, latency_s / 100);
    add_method(made, "single-mmap", "cold", 20 * latency_s, 0.75, 20 * latency_s);
    for (size_t i = 0; i < made->trials.count; i++) {
        made->rows[i].loop_delay_p99_s = made->rows[i].loop_delay_max_s;
        made->rows[i].voluntary_switches = 20;
    }
}

static void the_highest_latency_shows_whom_mmap_follows(void **state)
{
    struct made_result native = {.made.trials.count = 0};
    struct made_result slow = {.made.trials.count = 0};
    add_on_storage(&native.made, 0.0001);
    add_on_storage(&slow.made, 0.02);
    struct comparison_result results[] = {result_of(&native, NULL, "0.0001"),
                                          result_of(&slow, "0.02", NULL)};
    struct error error;
    SAID(latency_range_print(results, 2, out));
    assert_said("At 20 ms, the highest latency:");
    assert_said("median time (s)            native      20 ms\n");
    assert_said("async-mmap                 0.0020     0.4012\n");
    STATED(latency_range_say(all, results, 2));
    assert_said(
        "async-mmap against single-mmap: no different by more than 1 %, 1.00 times [1.00, 1.00]");
    assert_said("async-mmap against threads-mmap: slower, 4.00 times [4.00, 4.00] as long");
    assert_said(
        "held the loop for up to 0.400 s at a time, in a scan of 0.400 s; its thread was 75 % "
        "stalled");
    assert_said("p99 loop delay was 0.20 ms, less than the latency of one request");
    assert_int_equal(latency_range_write(results, 2, *state, &error), 0);
    size_t length;
    char *csv = file_read(*state, "storage.csv", &length);
    assert_non_null(strstr(csv, "\n0.0001,0,async-read,7,"));
    assert_non_null(strstr(csv, "\n0.02,1,single-mmap,7,0.4012,"));
    assert_non_null(strstr(csv, ",0.4,20\n"));
    free(csv);
    for (size_t i = 0; i < 2; i++)
        summary_free(&results[i].summary);
}

static void native_storage_of_unknown_latency_has_no_row(void **state)
{
    struct made_result native = {.made.trials.count = 0};
    struct error error;
    add_on_storage(&native.made, 0.0001);
    struct comparison_result result = result_of(&native, NULL, "");
    assert_int_equal(latency_range_write(&result, 1, *state, &error), 0);
    assert_true(file_holds(*state, "storage.csv",
                           "latency_s,emulated,method,n,median_s,median_low_s,median_high_s,"
                           "loop_delay_p99_s,waits\n"));
    summary_free(&result.summary);
}

static const struct question madvise = {QUESTION_METHODS,
                                        {{"async-mmap-sequential", "async-mmap"},
                                         {"async-mmap-random", "async-mmap"},
                                         {"async-mmap-willneed", "async-mmap"},
                                         {"async-mmap-populate", "async-mmap"}}};
static const struct question fill = {QUESTION_BETWEEN,
                                     {{"single-mmap", NULL}, {"async-mmap", NULL}}};
static const struct question platforms = {QUESTION_WITHIN, {{"async-mmap", "single-mmap"}}};

static void an_answer_says_what_differs_and_whether_the_loop_was_free(void **state)
{
    struct made_result made = {.made.trials.count = 0};
    (void)state;
    add_method(&made.made, "async-mmap", "cold", 0.4, 0.5, 0.4);
    add_method(&made.made, "async-mmap-sequential", "cold", 0.2, 0.5, 0.2);
    add_method(&made.made, "async-mmap-random", "cold", 4, 0.5, 4);
    add_method(&made.made, "async-mmap-willneed", "cold", 0.4, 0.5, 0.3);
    add_method(&made.made, "single-mmap", "cold", 0.4, 0.5, 0.15); /* no question is of it */
    for (size_t i = 0; i < made.made.trials.count; i++)
        made.made.rows[i].loop_delay_p99_s = made.made.rows[i].loop_delay_max_s;
    struct comparison_result result = result_of(&made, NULL, "");
    STATED(question_say(all, &madvise, &result));
    assert_said("cold, async-mmap-sequential against async-mmap: faster, 0.50 times [0.50, 0.50]");
    assert_said("cold, async-mmap-random against async-mmap: slower, 10.00 times");
    assert_said(
        "against async-mmap: no different by more than 1 %, 1.00 times [1.00, 1.00] as long; "
        "p99 loop delay 300.00 ms against 400.00 ms; stalled 50 % against 50 %");
    assert_said("cold, none of these left the loop free: the least p99 delay of beats was "
                "150.0 ms, by single-mmap.");
    assert_not_said("populate");
    assert_not_said("warm");
    summary_free(&result.summary);

    add_method(&made.made, "async-mmap-populate", "cold", 0.4, 0, 0.001);
    for (size_t i = made.made.trials.count - REPEATS; i < made.made.trials.count; i++)
        made.made.rows[i].loop_delay_p99_s = 0.001;
    result = result_of(&made, NULL, "");
    STATED(question_say(all, &madvise, &result));
    assert_said("cold, async-mmap-populate left the loop free: p99 delay of beats 1.00 ms, ");
    summary_free(&result.summary);
}

static void two_results_are_held_against_each_other(void **state)
{
    struct made_result first = {.made.trials.count = 0};
    struct made_result second = {.made.trials.count = 0};
    (void)state;
    add_method(&first.made, "async-mmap", "warm", 0.1, 0, 0.1);
    add_method(&first.made, "async-mmap", "cold", 3, 0, 0.1);
    add_method(&first.made, "single-mmap", "cold", 3, 0, 0.1);
    add_method(&second.made, "async-mmap", "warm", 0.4, 0, 0.4);
    add_method(&second.made, "async-mmap", "cold", 2, 0, 0.1);
    add_method(&second.made, "single-mmap", "cold", 4, 0, 0.1);
    struct comparison_result results[] = {result_of(&first, NULL, ""),
                                          result_of(&second, NULL, "")};
    STATED(question_say(all, &fill, results));
    assert_said("- warm, async-mmap in 2 against 1: slower, 4.00 times [3.99, 4.01] as long.\n");
    STATED(question_say(all, &platforms, results));
    assert_said(
        "cold, async-mmap against single-mmap: in 1 no different by more than 1 %, 1.00 times "
        "[1.00, 1.00] as long; in 2 faster, 0.50 times [0.50, 0.50] as long.\n");
    for (size_t i = 0; i < 2; i++)
        summary_free(&results[i].summary);
}

/* Trials of a method that take these times in turn. */
static void add_times(struct made *made, const char *method, const char *cache,
                      const double *times_s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(made, method, cache, (int64_t)i, times_s[i]);
}

static void a_question_is_open_when_noise_hides_its_answer(void **state)
{
    static const double even_s[] = {1, 1, 1, 1, 1, 1};
    static const double noisy_s[] = {0.5, 2, 0.6, 1.5, 1, 0.9};
    static const double slow_s[] = {1.5, 2, 1.6, 1.5, 2, 1.9};
    static const struct {
        const char *cache;
        const double *times_s;
        size_t count;
        bool is_open;
    } cases[] = {
        {"cold", noisy_s, 6, true},  {"cold", slow_s, 6, false},
        {"cold", even_s, 6, false},  {"cold", noisy_s, 5, false}, /* more trials would do */
        {"warm", noisy_s, 6, false},                              /* other storage would not */
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made_result made = {.made.trials.count = 0};
        add_times(&made.made, "async-mmap", cases[i].cache, even_s, cases[i].count);
        add_times(&made.made, "async-mmap-random", cases[i].cache, cases[i].times_s,
                  cases[i].count);
        struct comparison_result results[] = {result_of(&made, NULL, ""),
                                              result_of(&made, NULL, "")};
        assert_int_equal(question_is_open(&madvise, results), cases[i].is_open);
        assert_false(question_is_open(&platforms, results));
        summary_free(&results[0].summary);
        summary_free(&results[1].summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_highest_latency_shows_whom_mmap_follows),
        FOLDER_TEST(native_storage_of_unknown_latency_has_no_row),
        cmocka_unit_test(an_answer_says_what_differs_and_whether_the_loop_was_free),
        cmocka_unit_test(a_question_is_open_when_noise_hides_its_answer),
        cmocka_unit_test(two_results_are_held_against_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
