// SPDX-License-Identifier: MIT
/* What is summed up of made-up trials, and what is said of it. */
#include "report/advice.h"
#include "report/comparison.h"
#include "report/one_call_text.h"
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
    assert_float_equal(summary.rows[0].fastest_ratio.estimate.value, 1.5, 1e-6);
    assert_float_equal(summary.rows[3].fastest_ratio.estimate.value, 1, 0);
    summary_free(&summary);
}

static void ratios_are_of_the_repeats_that_both_have(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    for (int64_t i = 0; i < REPEATS; i++) {
        add(&made, "async-mmap", "cold", REPEATS - 1 - i, 2.0 * (double)(REPEATS - i));
        struct trial *base = add(&made, "single-mmap", "cold", i, (double)(i + 1));
        if (i == 0)
            snprintf(base->status, sizeof base->status, STATUS_ERROR);
    }
    summary_make(&summary, &made.trials);
    const struct ratio ratio = summary_ratio(summary_find(&summary, "async-mmap", "cold"),
                                             summary_find(&summary, "single-mmap", "cold"));
    assert_int_equal(ratio.count, REPEATS - 1);
    assert_true(fabs(ratio.estimate.low - 2) < 1e-12);
    assert_true(fabs(ratio.estimate.high - 2) < 1e-12);
    summary_free(&summary);
}

static struct trial *add_with_max(struct made *made, const char *method, double max_s)
{
    struct trial *trial = add(made, method, "cold", 0, 1);
    trial->order = (int64_t)made->trials.count - 1;
    trial->loop_delay_max_s = max_s;
    return trial;
}

/* Neither the middle of the trials' maxima nor of their percentiles. */
static void delays_are_of_all_beats_of_all_ok_trials(void **state)
{
    struct made made = {.trials.count = 0};
    struct beats beats = {.count = 0};
    struct beats requests = {.count = 0};
    struct summary summary;
    (void)state;
    add_with_max(&made, "async-mmap", 0.002);
    add_with_max(&made, "async-mmap", 0.009);
    add_with_max(&made, "async-mmap", 0.001)->client_max_s = 0.05;
    snprintf(add_with_max(&made, "async-mmap", 7)->status, TRIAL_TEXT, STATUS_NOT_COLD);
    add_with_max(&made, "async-read", NAN);
    add_delays(&beats, BEAT_IDLE, 1000, 9);
    add_delays(&beats, 0, 90, 0.001);
    add_delays(&beats, 1, 5, 0.009);
    add_delays(&beats, 2, 105, 0.0005);
    add_delays(&beats, 3, 1000, 7);
    add_delays(&beats, 99, 10, 3); /* of no trial here */
    add_delays(&requests, 2, BEATS_FOR_P99 - 1, 0.05);
    summary_make(&summary, &made.trials);
    summary_add_delays(&summary, &beats, &requests);
    const struct summary_row *row = summary_find(&summary, "async-mmap", "cold");
    assert_true(row->loop_delay_max_s == 0.009);
    assert_true(row->loop_delay_p50_s == 0.0005); /* of 200, of which 105 are this */
    assert_true(row->loop_delay_p99_s == 0.009);  /* five of them */
    assert_ptr_equal(summary_longest_delay(row), &made.rows[1]);
    assert_true(row->client_p50_s == 0.05 && row->client_max_s == 0.05);
    assert_true(isnan(row->client_p99_s)); /* 99 requests have none */
    row = summary_find(&summary, "async-read", "cold");
    assert_true(isnan(row->loop_delay_p50_s) && isnan(row->loop_delay_max_s));
    assert_null(summary_longest_delay(row));
    summary_free(&summary);
    beats_free(&beats);
    beats_free(&requests);
}

/* The trial with too many beats has none in the file, or in old results the first of them. */
static void of_beats_beyond_what_could_be_kept_nothing_is_known(void **state)
{
    (void)state;
    for (int is_old = 0; is_old < 2; is_old++) {
        struct made made = {.trials.count = 0};
        struct beats beats = {.count = 0};
        struct beats requests = {.count = 0};
        struct summary summary;
        add_with_max(&made, "async-mmap", 0.002)->beats = is_old ? -1 : 200;
        add_with_max(&made, "async-mmap", NAN)->beats = is_old ? -1 : 9000000;
        add_with_max(&made, "async-read", NAN)->beats = 0; /* none fell due */
        add_delays(&beats, 0, 200, 0.002);
        add_delays(&beats, 1, is_old ? 200 : 0, 0.001);
        summary_make(&summary, &made.trials);
        summary_add_delays(&summary, &beats, &requests);
        const struct summary_row *row = summary_find(&summary, "async-mmap", "cold");
        assert_int_equal(row->overflowed, 1);
        assert_true(isnan(row->loop_delay_p50_s) && isnan(row->loop_delay_p99_s));
        assert_true(isnan(row->loop_delay_max_s));
        assert_int_equal(summary_find(&summary, "async-read", "cold")->overflowed, 0);
        SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
        assert_said("  1 with more beats than could be kept\n");
        summary_free(&summary);
        beats_free(&beats);
    }
}

static void a_loop_is_free_when_its_beats_and_its_clients_say_so(void **state)
{
    static const struct {
        double beats_s;
        double clients_s; /* p99 */
        double client_max_s;
        bool is_free;
        double p99_s;
    } cases[] = {
        {0.0019, NAN, NAN, true, 0.0019},    {0.002, NAN, NAN, false, 0.002},
        {NAN, NAN, NAN, false, NAN},         {0.001, 0.0019, 0.003, true, 0.0019},
        {0.001, 0.002, 0.003, false, 0.002}, {0.003, 0.001, 0.003, false, 0.003},
        {0.001, NAN, 0.003, false, NAN}, /* too few requests to know */
        {NAN, 0.001, 0.003, false, NAN},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct summary_row row = {.loop_delay_p99_s = cases[i].beats_s,
                                        .client_p99_s = cases[i].clients_s,
                                        .client_max_s = cases[i].client_max_s};
        assert_int_equal(summary_is_free(&row), cases[i].is_free);
        const double p99_s = summary_free_p99_s(&row);
        assert_true(p99_s == cases[i].p99_s || (isnan(p99_s) && isnan(cases[i].p99_s)));
    }
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
    assert_non_null(strstr(
        text, "\nsingle-read,cold,1,0,0,0,1.25,1.25,,,1.25,1.25,1,,,,,,,,,,,,,,,,,,,,,,,,\n"));
    free(text);
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

static void chunks_and_clients_stand_where_they_are_known(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-mmap", "cold", 1, 0, 1);
    sum_up(&summary, &made);
    SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
    assert_not_said("chunk");
    assert_not_said("clients");
    summary_free(&summary);
    add_method(&made, "async-read", "cold", 1, 0, 0.5);
    for (size_t i = REPEATS; i < made.trials.count; i++) {
        made.rows[i].chunk_bytes = 65536;
        made.rows[i].depth = 8;
        made.rows[i].loop_delay_p99_s = 0.25;
        made.rows[i].client_p99_s = 0.125;
        made.rows[i].client_max_s = 0.75;
    }
    sum_up(&summary, &made);
    SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
    assert_said("x fastest  chunk x depth\n");
    assert_said("1.00     64 KiB x 8\n");
    assert_said("1.00              -\n"); /* of mmap */
    assert_said("loop delay (ms)                  clients (ms)");
    assert_said(
        "async-mmap                     -         -  1000.000         -         -         -");
    assert_said(
        "async-read               250.000   250.000   500.000   125.000   125.000   750.000");
    summary_free(&summary);
}

/* What only copies have is shown of them alone, and unknown is not 0. */
static void what_copies_cost_is_a_table_of_its_own(void **state)
{
    static const struct {
        const char *work;
        bool is_known;
        const char *line; /* NULL: no such table */
    } cases[] = {
        {"copy", true,
         "single-copy-read          2.0000      75.0    1 of 3            20      0.5000\n"},
        {"copy", false, NULL},
        {"scan", true, NULL},
        {"", true, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (int64_t k = 0; k < 3; k++) {
            struct trial *trial = add(&made, "single-copy-read", "cold", k, 1);
            snprintf(trial->work, sizeof trial->work, "%s", cases[i].work);
            if (!cases[i].is_known)
                continue;
            trial->fsync_s = (double)(k + 1);
            trial->destination_resident_after = k == 2 ? NAN : 0.5 + 0.5 * (double)k;
            trial->cloned = k == 0 ? 1 : 0;
            trial->minor_faults = 10 * (k + 1);
            trial->system_s = 0.5;
        }
        summary_make(&summary, &made.trials);
        SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
        if (cases[i].line != NULL)
            assert_said(cases[i].line);
        else
            assert_not_said("fsync");
        summary_free(&summary);
    }
}

static void of_a_column_that_is_not_known_there_is_a_dash(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    struct trial *trial = add(&made, "single-copy-read", "cold", 0, 1);
    snprintf(trial->work, sizeof trial->work, "copy");
    trial->system_s = 0.25; /* as with --fsync on a system that tells little */
    summary_make(&summary, &made.trials);
    SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
    assert_said("single-copy-read               -         -         -             -      0.2500\n");
    summary_free(&summary);
}

static void below_six_trials_there_is_no_interval(void **state)
{
    (void)state;
    for (int64_t count = 5; count <= 6; count++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (int64_t i = 0; i < count; i++)
            add(&made, "single-read", "cold", i, 1 + (double)i);
        summary_make(&summary, &made.trials);
        SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
        assert_said(count == 5 ? " 3.0000                  -   1.0000   3.0000   5.0000"
                               : " 3.5000  [ 1.0000, 6.0000]   1.0000   3.5000   6.0000");
        summary_free(&summary);
    }
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
    assert_said(
        "single-mmap: too few pairs (1) to compare, the ratio was between 0.50 and 0.50.\n");
    assert_not_said("faster");
    STATED(advice_say(all, &summary, &(struct machine){.count = 0}));
    assert_said("Too few trials to say much of every method:");
    summary_free(&summary);
}

static void the_table_names_the_level_and_shows_clients_without_beats(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add(&made, "single-read", "cold", 0, 1)->client_max_s = 0.0625;
    made.trials.interval_level = 0.96;
    summary_make(&summary, &made.trials);
    SAID(table_print(&summary, &(struct machine){.count = 0}, "cold", out));
    assert_said("  96 % interval");
    assert_said("62.500");
    summary_free(&summary);
}

/* One of nine has enough trials, so that it is not 'every method'. */
static void a_long_list_names_six_and_counts_the_rest(void **state)
{
    static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        add(&made, names[i], "cold", 0, 1);
    for (int64_t i = 0; i < 6; i++)
        add(&made, "single-read", "cold", i, 1);
    summary_make(&summary, &made.trials);
    STATED(advice_say(all, &summary, &(struct machine){.count = 0}));
    assert_said("much of m0 cold, m1 cold, m2 cold, m3 cold, m4 cold, m5 cold and 2 more: give");
    summary_free(&summary);
}

static void a_delay_that_is_not_known_is_not_spoken_of(void **state)
{
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    for (int64_t i = 0; i < 6; i++) {
        add(&made, "async-read", "cold", i, 2)->loop_cpu_s = 0.5;
        add(&made, "async-read", "warm", i, 1)->loop_cpu_s = 0.5;
    }
    summary_make(&summary, &made.trials);
    STATED(verdict_say_cold_and_warm(all, &summary));
    assert_said("Cold against warm, async-read: slower");
    assert_not_said("nan ms");
    summary_free(&summary);
}

static void noise_is_told_from_its_limit_on(void **state)
{
    static const struct {
        struct machine_fact facts[2];
        const char *told; /* NULL: nothing */
    } cases[] = {
        {{{"cpu_steal_share", "0.02"}}, "The host took 2.0 %"},
        {{{"cpu_steal_share", "0.005"}}, NULL},
        {{{"cpu_others_share", "0.2"}}, "Other programs used 20 %"},
        {{{"cpu_others_share", ""}}, NULL},
        {{{"device_others_read_bytes", "104857600"}}, "Others read 100 MiB"},
        {{{"cpu_governor", "powersave"}}, "governed by 'powersave'"},
        {{{"cpu_governor", "performance"}}, NULL},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "intel_cpufreq"}},
         "governed by 'powersave'"},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "intel_pstate"}}, NULL},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "amd-pstate-epp"}}, NULL},
        {{{"cpu_governor", "schedutil"}, {"cpu_frequency_driver", "intel_pstate"}},
         "governed by 'schedutil'"},
        {{{"cpu_throttled_share", "0.3"}, {"cpu_quota", "0.5"}},
         "A quota of 0.5 CPUs held this program back for 30 % of the run"},
        {{{"cpu_throttled_share", "0.009"}, {"cpu_quota", "0.5"}}, NULL},
        {{{"cpu_throttled_share", ""}}, NULL},
        /* The made file set has 8 MiB. */
        {{{"memory_bytes", "12582911"}}, "less than 1.5 times the 8 MiB of files"},
        {{{"memory_bytes", "12582912"}}, NULL},
        {{{"pressure_cpu_others_share", "0.06"}}, "waited for a CPU for 6 % of the run"},
        {{{"pressure_cpu_others_share", "0.04"}}, NULL},
        {{{"pressure_cpu_share", "0.9"}}, NULL},
        {{{"pressure_io_others_share", "0.5"}}, "waited for storage for 50 % of the run"},
        {{{"pressure_io_others_share", "0.04"}}, NULL},
        {{{"pressure_memory_share", "0.02"}}, "waited for memory for 2 % of the run"},
        {{{"pressure_memory_share", "0.009"}}, NULL},
        {{{"numa_nodes_used", "2"}, {"numa_nodes", "2"}}, "on 2 NUMA nodes"},
        {{{"numa_nodes_used", "1"}, {"numa_nodes", "2"}}, NULL},
    };
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-mmap", "cold", 1, 0, 1);
    summary_make(&summary, &made.trials);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact facts[2] = {cases[i].facts[0], cases[i].facts[1]};
        const struct machine machine = {.count = facts[1].key != NULL ? 2 : 1, .facts = facts};
        STATED(advice_say(all, &summary, &machine));
        if (cases[i].told != NULL)
            assert_said(cases[i].told);
        else
            assert_string_equal(said, "");
    }
    summary_free(&summary);
}

/* The made file set has 8 MiB, and as many in its copies. */
static void copies_need_memory_for_both(void **state)
{
    struct machine_fact fact = {"memory_bytes", "25165823"};
    const struct machine machine = {.count = 1, .facts = &fact};
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "single-copy-read", "cold", 1, 0, 1);
    for (size_t i = 0; i < made.trials.count; i++)
        snprintf(made.rows[i].work, TRIAL_TEXT, "copy");
    summary_make(&summary, &made.trials);
    STATED(advice_say(all, &summary, &machine));
    assert_said("less than 1.5 times the 16 MiB of files and their copies, so that");
    fact.value = "25165824";
    STATED(advice_say(all, &summary, &machine));
    assert_string_equal(said, "");
    summary_free(&summary);
}

/* The made files have 1 MiB. */
static void what_one_call_brings_in_is_told_where_it_is_not_all(void **state)
{
    static const struct {
        struct machine_fact facts[2];
        const char *told; /* NULL: nothing */
    } cases[] = {
        {{{"readahead_call_bytes", "131072"}, {"willneed_call_bytes", "1048576"}},
         "One call of readahead brought in 128 KiB of a file of 1 MiB"},
        {{{"willneed_call_bytes", "524288"}, {"x", ""}},
         "One call of MADV_WILLNEED brought in 512 KiB of a file of 1 MiB"},
        {{{"readahead_call_bytes", "1048576"}, {"willneed_call_bytes", ""}}, NULL},
    };
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_method(&made, "async-mmap-readahead", "cold", 1, 0, 1);
    add_method(&made, "async-mmap-willneed", "warm", 1, 0, 1);
    summary_make(&summary, &made.trials);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact facts[2] = {cases[i].facts[0], cases[i].facts[1]};
        const struct machine machine = {.count = 2, .facts = facts};
        STATED(one_call_say(all, &summary, &machine));
        if (cases[i].told != NULL)
            assert_said(cases[i].told);
        const char *first = strstr(said, "One call");
        assert_true((first != NULL) == (cases[i].told != NULL));
        assert_true(first == NULL || strstr(first + 1, "One call") == NULL);
    }
    summary_free(&summary);
    made.trials.count = 0;
    add_method(&made, "async-mmap", "cold", 1, 0, 1);
    summary_make(&summary, &made.trials);
    struct machine_fact fact = {"readahead_call_bytes", "131072"};
    const struct machine machine = {.count = 1, .facts = &fact};
    STATED(one_call_say(all, &summary, &machine));
    assert_string_equal(said, "");
    summary_free(&summary);
}

static struct comparison_result result_of(const char *dir, struct made *made,
                                          struct machine_fact facts[3])
{
    struct comparison_result result = {
        .dir = dir, .trials = made->trials, .machine = {.count = 3, .facts = facts}};
    summary_make(&result.summary, &result.trials);
    return result;
}

static void a_comparison_tells_ratios_and_what_differs(void **state)
{
    struct made slow = {.trials.count = 0};
    struct made fast = {.trials.count = 0};
    struct machine_fact facts[][3] = {{{"cpu_model", "old"}, {"os", "Linux"}, {"seed", "1"}},
                                      {{"cpu_model", "new"}, {"os", "Linux"}, {"seed", "2"}}};
    struct error error;
    add_method(&slow, "single-read", "cold", 2, 0, 1);
    add_method(&fast, "single-read", "cold", 1, 0, 1);
    slow.rows[0].clients = 0;
    fast.rows[0].clients = 4;
    slow.rows[0].heartbeat_s = fast.rows[0].heartbeat_s = 0.001;
    fast.trials.interval_level = 0.96;
    struct comparison_result results[] = {result_of("a", &slow, facts[0]),
                                          result_of("b,c", &fast, facts[1])};
    assert_int_equal(comparison_check(results, 2, &error), 0);
    SAID(comparison_print(results, 2, out));
    assert_said("0.50 [ 0.50,  0.50]  faster\n");
    assert_said("\nmethod                         1           2             2 / 1\n");
    assert_said(", with the 95 to 96 % interval\n");
    assert_said("  clients                           0  |  4\n");
    assert_said("  cpu_model                         old  |  new\n");
    assert_not_said("heartbeat_s");
    assert_not_said("pool_threads"); /* unknown of both */
    assert_not_said("Linux");        /* it is the same */
    assert_not_said("seed");         /* it is of the run */
    assert_int_equal(comparison_write(results, 2, *state, &error), 0);
    size_t length;
    char *text = file_read(*state, "compare.csv", &length);
    assert_non_null(strstr(text, "\n2,\"b,c\",single-read,cold,7,1.003,"));
    free(text);
    fast.rows[0].stride_bytes = 4096;
    results[1].trials = fast.trials;
    assert_int_equal(comparison_check(results, 2, &error), -EINVAL);
    assert_non_null(strstr(error.text, "stride_bytes is 512 in a and 4096 in b,c"));
    /* Results of before there was the column are of scans. */
    snprintf(fast.rows[0].work, TRIAL_TEXT, "copy");
    assert_int_equal(comparison_check(results, 2, &error), -EINVAL);
    assert_non_null(strstr(error.text, "different work: work is scan in a and copy in b,c"));
    assert_int_equal(comparison_check(&results[1], 1, &error), 0);
    summary_free(&results[0].summary);
    summary_free(&results[1].summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ok_trials_count_and_the_others_are_told),
        cmocka_unit_test(rows_are_in_the_order_of_the_list_and_cold_comes_first),
        cmocka_unit_test(ratios_are_of_the_repeats_that_both_have),
        cmocka_unit_test(delays_are_of_all_beats_of_all_ok_trials),
        cmocka_unit_test(of_beats_beyond_what_could_be_kept_nothing_is_known),
        cmocka_unit_test(a_loop_is_free_when_its_beats_and_its_clients_say_so),
        FOLDER_TEST(unknown_figures_are_empty_fields),
        cmocka_unit_test(the_share_of_inline_chunks_stands_where_it_is_counted),
        cmocka_unit_test(chunks_and_clients_stand_where_they_are_known),
        cmocka_unit_test(what_copies_cost_is_a_table_of_its_own),
        cmocka_unit_test(of_a_column_that_is_not_known_there_is_a_dash),
        cmocka_unit_test(below_six_trials_there_is_no_interval),
        cmocka_unit_test(too_few_pairs_get_no_verdict),
        cmocka_unit_test(the_table_names_the_level_and_shows_clients_without_beats),
        cmocka_unit_test(a_long_list_names_six_and_counts_the_rest),
        cmocka_unit_test(a_delay_that_is_not_known_is_not_spoken_of),
        cmocka_unit_test(noise_is_told_from_its_limit_on),
        cmocka_unit_test(copies_need_memory_for_both),
        cmocka_unit_test(what_one_call_brings_in_is_told_where_it_is_not_all),
        FOLDER_TEST(a_comparison_tells_ratios_and_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
