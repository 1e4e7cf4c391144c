// SPDX-License-Identifier: MIT
/* What the data of made-up trials are said to show. */
#include "report/verdict.h"

#include "made_trials.h"

static void the_loop_is_set_against_threads_and_one_thread(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-mmap", "cold", 2.7, 0.75, 2.699);
    add_method(&made, "threads-mmap", "cold", 0.81, 0, 0.002);
    add_method(&made, "single-mmap", "cold", 2.7, 0.75, 2.699);
    add_method(&made, "async-mmap", "warm", 0.27, 0, 0.269);
    made.rows[3].loop_delay_max_s = 2.7055; /* the longest delay is that of the fourth scan */
    sum_up(&summary, &made);
    STATED(verdict_say(all, &summary, &(struct machine){.count = 0}, "cold"));
    assert_said("What mmap gained on the loop: async-mmap against single-mmap: no different by "
                "more than 1 %, 1.00 times [1.00, 1.00] as long.\n");
    assert_said("What it gained by a thread per file: threads-mmap against single-mmap: faster, "
                "0.30 times [0.30, 0.30] as long.\n");
    assert_said("async-mmap let a beat wait up to 2705.5 ms (100 % of that scan of 2.708 s); its "
                "loop thread was 75 % stalled, 25 % on a CPU, 0 % polling.\n");
    STATED(verdict_say_cold_and_warm(all, &summary));
    assert_said("Cold against warm, async-mmap: slower, 10.00 times [10.00, 10.00] as long; "
                "stalled 75 % cold and 0 % warm, longest delay 2705.5 ms and 269.0 ms.\n");
    summary_free(&summary);
}

/* What the times of async-mmap are made of: the times of another method by the ratios' interval. */
static void add_ratio(struct made *made, const char *base, double low, double high)
{
    for (int64_t i = 0; i < 6; i++) {
        const double part = (double)i / 5;
        add(made, base, "cold", i, 1 / (low * pow(high / low, part)));
    }
}

static void the_article_s_effect_has_three_conditions(void **state)
{
    static const struct {
        double single[2]; /* the intervals of async-mmap / single-mmap, threads-mmap, async-read */
        double threads[2];
        double read[2];
        const char *begin;
        const char *parts[3];
    } cases[] = {
        {{0.99, 1.02},
         {3.4, 3.5},
         {4.2, 4.3},
         "- The times show the article's effect; on",
         {"holds", "holds", "holds"}},
        {{0.81, 1.24},
         {1.51, 9},
         {1.51, 9},
         "- The times show the article's effect; on",
         {"holds", "holds", "holds"}},
        /* 1.31 is no effect, 1.02 even less. */
        {{0.99, 1.02},
         {1.29, 1.33},
         {1.01, 1.03},
         "- The times show the article's effect in part; on",
         {"holds", "does not hold", "does not hold"}},
        {{0.79, 1.02},
         {1.6, 2},
         {1.4, 2},
         "- The times show the article's effect in part; on",
         {"cannot be told here", "holds", "cannot be told here"}},
        {{0.99, 1.26},
         {1.6, 2},
         {1.6, 2},
         "- The times show the article's effect in part; on",
         {"cannot be told here", "holds", "holds"}},
        {{0.3, 0.7},
         {0.8, 1.2},
         {1.4, 2},
         "- The times alone do not show the article's effect; on",
         {"does not hold", "does not hold", "cannot be told here"}},
        {{1.3, 1.7},
         {0.8, 1.49},
         {0.2, 0.3},
         "- The times alone do not show the article's effect; on",
         {"does not hold", "does not hold", "does not hold"}},
        {{0.5, 2},
         {0.5, 2},
         {0.5, 2},
         "- Whether the times show the article's effect cannot be told here; on",
         {"cannot be told here", "cannot be told here", "cannot be told here"}},
    };
    struct machine_fact facts[] = {{"device_readahead_bytes", "8388608"}, {"cpu_count", "8"}};
    const struct machine machine = {.count = LENGTH(facts), .facts = facts};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_ratio(&made, "async-mmap", 1, 1);
        add_ratio(&made, "single-mmap", cases[i].single[0], cases[i].single[1]);
        add_ratio(&made, "threads-mmap", cases[i].threads[0], cases[i].threads[1]);
        add_ratio(&made, "async-read", cases[i].read[0], cases[i].read[1]);
        sum_up(&summary, &made);
        STATED(verdict_say(all, &summary, &machine, "cold"));
        static const char *const texts[] = {"as slow as on one thread (0.8 to 1.25 times)",
                                            "slower than threads (1.5 times at least)",
                                            "slower than reading (1.5 times at least)"};
        char part[128];
        assert_said(cases[i].begin);
        for (size_t k = 0; k < LENGTH(texts); k++) {
            snprintf(part, sizeof part, "\n  %s %s: async-mmap / ", texts[k], cases[i].parts[k]);
            assert_said(part);
        }
        assert_said(", in the article 3.44");
        if (strstr(cases[i].begin, "effect; on") != NULL &&
            strstr(cases[i].begin, "The times show"))
            assert_not_said("Likely");
        else
            assert_said(
                "\n  Likely reasons, not put to the test here: the kernel reads 8 MiB ahead of the "
                "faults, so that few of them wait for the device.\n");
        assert_not_said("leave little to run side by side");
        STATED(verdict_say(all, &summary, &machine, "warm"));
        assert_string_equal(said, "");
        summary_free(&summary);
    }
}

static void likely_reasons_are_among_the_facts_of_the_machine(void **state)
{
    static const char readahead[] =
        "the kernel reads 1 MiB ahead of the faults, so that few of them wait for the device";
    static const struct {
        struct machine_fact facts[3];
        const char *reasons; /* NULL: none */
    } cases[] = {
        {{{"cpu_count", "3"},
          {"device_readahead_bytes", "1048575"},
          {"device_read_latency_s", "2e-4"}},
         NULL},
        {{{"cpu_count", ""}, {"device_readahead_bytes", ""}, {"device_read_latency_s", ""}}, NULL},
        {{{"cpu_count", "1"}}, "1 CPU leaves little to run side by side"},
        {{{"cpu_count", "2"}}, "2 CPUs leave little to run side by side"},
        {{{"device_readahead_bytes", "1048576"}}, readahead},
        {{{"device_read_latency_s", "0.000199"}}, "the device answers in 0.199 ms"},
        {{{"device_read_latency_s", "0.0001"}, {"cpu_count", "2"}},
         "the device answers in 0.100 ms; 2 CPUs leave little to run side by side"},
        {{{"device_readahead_bytes", "2097152"},
          {"device_read_latency_s", "0.0001"},
          {"cpu_count", "1"}},
         "the kernel reads 2 MiB ahead of the faults, so that few of them wait for the device; the "
         "device answers in 0.100 ms; 1 CPU leaves little to run side by side"},
    };
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_ratio(&made, "async-mmap", 1, 1);
    add_ratio(&made, "single-mmap", 1, 1);
    add_ratio(&made, "threads-mmap", 1, 1);
    add_ratio(&made, "async-read", 1, 1);
    sum_up(&summary, &made);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact facts[3];
        struct machine machine = {.facts = facts};
        char expected[512] = "in the article 4.28\n";
        memcpy(facts, cases[i].facts, sizeof facts);
        while (machine.count < LENGTH(facts) && facts[machine.count].key != NULL)
            machine.count++;
        if (cases[i].reasons != NULL)
            snprintf(expected, sizeof expected,
                     "in the article 4.28\n  Likely reasons, not put to the test here: %s.\n",
                     cases[i].reasons);
        STATED(verdict_say(all, &summary, &machine, "cold"));
        assert_string_equal(strstr(said, "in the article 4.28"), expected);
    }
    summary_free(&summary);
}

/* How the loop of async-mmap was held, and against its warm cache, where not all is known. */
static void what_is_not_known_of_a_loop_is_not_said(void **state)
{
    static const struct {
        double delay_s; /* of the cold trial; the warm one has 0.25 */
        double cpu_s;
        double stalled_s;
        double queued_s;
        const char *hold; /* NULL: nothing is said */
        const char *against_warm;
    } cases[] = {
        {1, 0.25, 0.5, NAN,
         "- async-mmap let a beat wait up to 1000.0 ms (50 % of that scan of 2.000 s); its loop "
         "thread was 25 % stalled, 12 % on a CPU, 30-40 % polling.\n",
         "; stalled 25 % cold and 5-10 % warm, longest delay 1000.0 ms and 250.0 ms.\n"},
        {1, 0.25, 0.5, 0.5,
         "- async-mmap let a beat wait up to 1000.0 ms (50 % of that scan of 2.000 s); its loop "
         "thread was 25 % stalled, 12 % on a CPU, 25 % queued for one, 30-40 % polling.\n",
         "; stalled 25 % cold and 5-10 % warm, longest delay 1000.0 ms and 250.0 ms.\n"},
        {NAN, 0.25, 0.5, 0.5, NULL, "; stalled 25 % cold and 5-10 % warm.\n"},
        {1, NAN, NAN, NAN, NULL, ", longest delay 1000.0 ms and 250.0 ms.\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        struct trial *cold = add(&made, "async-mmap", "cold", 0, 2);
        struct trial *warm = add(&made, "async-mmap", "warm", 0, 1);
        cold->loop_delay_max_s = cases[i].delay_s;
        cold->loop_cpu_s = cases[i].cpu_s;
        cold->loop_stalled_s = cases[i].stalled_s;
        cold->loop_queued_s = cases[i].queued_s;
        cold->loop_poll_low_s = 0.6;
        cold->loop_poll_high_s = 0.8;
        warm->loop_delay_max_s = 0.25;
        warm->loop_cpu_s = 0.5;
        warm->loop_stalled_low_s = 0.05;
        warm->loop_stalled_high_s = 0.1;
        sum_up(&summary, &made);
        STATED(verdict_say(all, &summary, &(struct machine){.count = 0}, "cold"));
        assert_string_equal(said, cases[i].hold != NULL ? cases[i].hold : "");
        STATED(verdict_say_cold_and_warm(all, &summary));
        assert_said(cases[i].against_warm);
        summary_free(&summary);
    }
}

/* Both methods have to know what is told of both. */
static void a_pair_tells_what_both_know(void **state)
{
    static const struct {
        double values[2];
        bool is_told;
    } cases[] = {{{0.001, 0.002}, true}, {{0.001, NAN}, false}, {{NAN, 0.002}, false}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (size_t k = 0; k < 2; k++) {
            struct trial *trial = add(&made, k == 0 ? "a" : "b", "cold", 0, 1);
            trial->loop_delay_p99_s = trial->client_p99_s = cases[i].values[k];
            trial->loop_stalled_s = cases[i].values[k] * 100;
        }
        sum_up(&summary, &made);
        STATED(verdict_say_pair(all, "id", &summary, "cold", "a", "b"));
        assert_string_equal(said, cases[i].is_told
                                      ? "- cold, a against b: too few pairs (1) to compare, the "
                                        "ratio was between 1.00 and 1.00; p99 loop delay 1.00 ms "
                                        "against 2.00 ms; p99 of clients 1.00 ms against 2.00 ms; "
                                        "stalled 10 % against 20 %.\n"
                                      : "- cold, a against b: too few pairs (1) to compare, the "
                                        "ratio was between 1.00 and 1.00.\n");
        STATED(verdict_say_pair(all, "id", &summary, "warm", "a", "b"));
        assert_string_equal(said, "");
        STATED(verdict_say_pair(all, "id", &summary, "cold", "a", "c"));
        assert_string_equal(said, "");
        summary_free(&summary);
    }
}

static void the_article_is_not_spoken_of_without_all_its_methods(void **state)
{
    (void)state;
    for (int missing = 0; missing < 2; missing++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_ratio(&made, "async-mmap", 1, 1);
        add_ratio(&made, "threads-mmap", 3, 4);
        add_ratio(&made, "async-read", 3, 4);
        if (missing == 0)
            add(&made, "single-mmap", "cold", 0, 1); /* too few */
        sum_up(&summary, &made);
        STATED(verdict_say(all, &summary, &(struct machine){.count = 0}, "cold"));
        assert_not_said("article");
        summary_free(&summary);
    }
}

static void larger_chunks_are_set_against_the_article_s(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-read", "cold", 1, 0.1, 0.01);
    add_method(&made, "async-read-large", "cold", 0.5, 0.2, 0.01);
    for (size_t i = 0; i < made.trials.count; i++) {
        made.rows[i].loop_delay_p99_s = i < REPEATS ? 0.001 : 0.002;
        made.rows[i].client_p99_s = i < REPEATS ? 0.003 : 0.004;
    }
    sum_up(&summary, &made);
    STATED(verdict_say(all, &summary, &(struct machine){.count = 0}, "cold"));
    assert_said("- cold, async-read-large against async-read: faster, 0.50 times [0.50, 0.50] as "
                "long; p99 loop delay 2.00 ms against 1.00 ms; p99 of clients 4.00 ms against "
                "3.00 ms; stalled 20 % against 10 %.\n");
    summary_free(&summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loop_is_set_against_threads_and_one_thread),
        cmocka_unit_test(the_article_s_effect_has_three_conditions),
        cmocka_unit_test(likely_reasons_are_among_the_facts_of_the_machine),
        cmocka_unit_test(what_is_not_known_of_a_loop_is_not_said),
        cmocka_unit_test(a_pair_tells_what_both_know),
        cmocka_unit_test(the_article_is_not_spoken_of_without_all_its_methods),
        cmocka_unit_test(larger_chunks_are_set_against_the_article_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
