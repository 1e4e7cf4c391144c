// SPDX-License-Identifier: MIT
/* What makes the figures of a run less sure than they look, and what to do about it. */
#include "report/advice.h"

#include "made_trials.h"

enum { FACTS = 3 };

/* What is advised of one row; of a machine with these facts up to the first without a key. */
static void advise(const struct summary_row *row, const struct machine_fact given[FACTS])
{
    struct summary_row rows[] = {*row};
    struct machine_fact facts[FACTS];
    struct machine machine = {.facts = facts};
    memcpy(facts, given, sizeof facts);
    while (machine.count < FACTS && facts[machine.count].key != NULL)
        machine.count++;
    STATED(advice_say(all, &(struct summary){.count = 1, .rows = rows}, &machine));
}

static const struct machine_fact no_facts[FACTS];

/* ---- Of the trials ----------------------------------------------------------------------------
 */

static void few_trials_wide_intervals_and_slow_trials_are_told(void **state)
{
    static const struct {
        size_t count;
        size_t slow;
        struct stats_estimate median_s;
        const char *told;
    } cases[] = {
        {0, 0, {NAN, NAN, NAN}, ""}, /* without any ok trial it has no row of figures */
        {1,
         0,
         {1, NAN, NAN},
         "- Too few trials to say much of async-read cold: give --runs 10 or more.\n"},
        {5,
         0,
         {1, NAN, NAN},
         "- Too few trials to say much of async-read cold: give --runs 10 or more.\n"},
        {6, 0, {1, 0.9, 1.1}, ""},
        {6, 0, {1, 0.875, 1.125}, ""}, /* a quarter of the median */
        {6, 0, {2, 1.75, 2.25}, ""},
        {6,
         0,
         {1, 0.875, 1.25},
         "- Wide intervals: async-read cold: give --precision 10%, and the machine nothing else to "
         "do.\n"},
        {6,
         0,
         {0.5, 0.4375, 0.625},
         "- Wide intervals: async-read cold: give --precision 10%, and the machine nothing else to "
         "do.\n"},
        {6,
         1,
         {1, 1, 1},
         "- Slow trials, counted all the same: async-read cold: the means suffer from them, the "
         "medians hardly.\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct trial trial = trial_unknown();
        const struct trial *trials[6] = {&trial, &trial, &trial, &trial, &trial, &trial};
        const struct summary_row row = {.method = "async-read",
                                        .work = "scan",
                                        .cache = "cold",
                                        .count = cases[i].count,
                                        .trials = trials,
                                        .slow = cases[i].slow,
                                        .median_s = cases[i].median_s};
        advise(&row, no_facts);
        assert_string_equal(said, cases[i].told);
    }
}

/* The first six of those that it is true of, the others in a number; all in two words. */
static void rows_are_named_up_to_six(void **state)
{
    static const struct {
        size_t few; /* rows with few trials */
        size_t many;
        const char *told;
    } cases[] = {
        {1, 0, "m0 cold: give"},
        {2, 0, "every method: give"},
        {2, 1, "m0 cold, m1 cold: give"},
        {6, 1, "m0 cold, m1 cold, m2 cold, m3 cold, m4 cold, m5 cold: give"},
        {7, 1, "m0 cold, m1 cold, m2 cold, m3 cold, m4 cold, m5 cold and 1 more: give"},
        {8, 0, "every method: give"},
    };
    static const char *const names[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"};
    const struct trial trial = trial_unknown();
    const struct trial *trials[] = {&trial};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct summary_row rows[LENGTH(names)] = {{.method = NULL}};
        char expected[256];
        const size_t count = cases[i].few + cases[i].many;
        for (size_t k = 0; k < count; k++) {
            rows[k] = (struct summary_row){.method = names[k],
                                           .work = "scan",
                                           .cache = "cold",
                                           .count = k < cases[i].few ? 1 : 6,
                                           .median_s = {1, 1, 1},
                                           .trials = trials};
        }
        snprintf(expected, sizeof expected,
                 "- Too few trials to say much of %s --runs 10 or more.\n", cases[i].told);
        STATED(advice_say(all, &(struct summary){.count = count, .rows = rows},
                          &(struct machine){.count = 0}));
        assert_string_equal(said, expected);
    }
}

/* ---- Of the machine ---------------------------------------------------------------------------
 */

/* A row that gives no cause for advice: of `files` files of that size. */
static void advise_of(const char *work, const char *cache, int64_t files, int64_t file_bytes,
                      const struct machine_fact facts[FACTS])
{
    struct trial trial = trial_unknown();
    trial.files = files;
    trial.file_bytes = file_bytes;
    const struct trial *trials[6] = {&trial, &trial, &trial, &trial, &trial, &trial};
    const struct summary_row row = {.method = "m",
                                    .work = work,
                                    .cache = cache,
                                    .count = LENGTH(trials),
                                    .trials = trials,
                                    .median_s = {1, 1, 1}};
    advise(&row, facts);
}

static void each_fact_is_told_beyond_its_limit(void **state)
{
    static const struct {
        struct machine_fact facts[FACTS];
        const char *told;
    } cases[] = {
        {{{"cpu_steal_share", "0.01"}}, ""},
        {{{"cpu_steal_share", "0.0125"}},
         "- The host took 1.2 % of the CPU time from this virtual machine: measure when it is "
         "quieter, or on a machine of its own.\n"},
        {{{"cpu_others_share", "0.05"}}, ""},
        {{{"cpu_others_share", "0.06"}},
         "- Other programs used 6 % of the CPUs during the run: end them.\n"},
        {{{"device_others_read_bytes", "67108864"}}, ""},
        {{{"device_others_read_bytes", "68157440"}},
         "- Others read 65 MiB from the device during the run: end them.\n"},
        {{{"pressure_cpu_others_share", "0.05"}}, ""},
        {{{"pressure_cpu_others_share", "0.06"}},
         "- Other programs waited for a CPU for 6 % of the run (/proc/pressure): end them, or give "
         "this one CPUs of its own.\n"},
        {{{"pressure_io_others_share", "0.05"}}, ""},
        {{{"pressure_io_others_share", "0.06"}},
         "- Other programs waited for storage for 6 % of the run (/proc/pressure): end them, or "
         "give --data a disk of its own.\n"},
        {{{"pressure_memory_share", "0.01"}}, ""},
        {{{"pressure_memory_share", "0.02"}},
         "- Some program waited for memory for 2 % of the run (/proc/pressure): end others, or "
         "give a smaller --size.\n"},
        {{{"cpu_throttled_share", "0.01"}, {"cpu_quota", "1"}}, ""},
        {{{"cpu_throttled_share", "0.02"}, {"cpu_quota", "1"}},
         "- A quota of 1 CPU held this program back for 2 % of the run: raise it (cpu.max of its "
         "control group, --cpus of its container).\n"},
        {{{"cpu_throttled_share", "0.02"}, {"cpu_quota", "1.5"}},
         "- A quota of 1.5 CPUs held this program back for 2 % of the run: raise it (cpu.max of "
         "its control group, --cpus of its container).\n"},
        {{{"numa_nodes_used", "1"}}, ""},
        {{{"numa_nodes_used", "2"}},
         "- The CPUs are on 2 NUMA nodes, and memory of another one is slower: run on one "
         "(numactl --cpunodebind=0 --membind=0 ./run_bench.sh ...).\n"},
        {{{"cpu_governor", ""}}, ""},
        {{{"cpu_governor", "performance"}}, ""},
        {{{"cpu_governor", "performance"}, {"cpu_frequency_driver", "acpi-cpufreq"}}, ""},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "intel_pstate"}}, ""},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "amd-pstate-epp"}}, ""},
        {{{"cpu_governor", "powersave"}, {"cpu_frequency_driver", "acpi-cpufreq"}},
         "- The CPU's frequency is governed by 'powersave' and may change during a run: choose "
         "'performance'.\n"},
        {{{"cpu_governor", "ondemand"}, {"cpu_frequency_driver", "intel_pstate"}},
         "- The CPU's frequency is governed by 'ondemand' and may change during a run: choose "
         "'performance'.\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        advise_of("scan", "warm", 2, 1 << 20, cases[i].facts);
        assert_string_equal(said, cases[i].told);
    }
}

/* 1.5 times what is to be cached, in MiB: of a copy, both ends of it. */
static void memory_is_held_against_what_is_to_be_cached(void **state)
{
    static const struct {
        const char *work;
        int64_t files;
        int64_t file_bytes;
        const char *memory_bytes;
        const char *told;
    } cases[] = {
        {"scan", 2, 1 << 20, "3145728", ""},
        {"scan", 2, 1 << 20, "2097152",
         "- The 2 MiB of memory that may be used are less than 1.5 times the 2 MiB of files, so "
         "that pages may be taken back before they are used: give a smaller --size, or more "
         "memory.\n"},
        {"copy", 2, 1 << 20, "6291456", ""},
        {"copy", 2, 1 << 20, "5242880",
         "- The 5 MiB of memory that may be used are less than 1.5 times the 4 MiB of files and "
         "their copies, so that pages may be taken back before they are used: give a smaller "
         "--size, or more memory.\n"},
        {"send", 2, 1 << 20, "3145728", ""},
        {"scan", 1, 1, "1",
         "- The 0 MiB of memory that may be used are less than 1.5 times the 0 MiB of files, so "
         "that pages may be taken back before they are used: give a smaller --size, or more "
         "memory.\n"},
        {"scan", 0, 1 << 20, "1", ""}, /* it is not told how much that is */
        {"scan", -1, 1 << 20, "1", ""},
        {"scan", 2, -1, "1", ""},
        {"scan", -1, -1, "1", ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct machine_fact facts[FACTS] = {{"memory_bytes", (char *)cases[i].memory_bytes}};
        advise_of(cases[i].work, "cold", cases[i].files, cases[i].file_bytes, facts);
        assert_string_equal(said, cases[i].told);
    }
}

/* A cache that no eviction reaches makes cold trials warm, and no difference to warm ones. */
static void a_cache_below_is_told_of_cold_trials(void **state)
{
    static const struct {
        const char *below;
        const char *begin; /* NULL: nothing is told */
    } cases[] = {
        {"loop file", "- The data lie on a loop device,"},
        {"fuse", "- The program that serves this FUSE file system may"},
        {"server", "- The server of this network file system may"},
        {"host", "- The host of this virtual machine may"},
        {"none", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct machine_fact facts[FACTS] = {{"cache_below", (char *)cases[i].below}};
        advise_of("scan", "cold", 1, 1, facts);
        if (cases[i].begin != NULL)
            assert_int_equal(strncmp(said, cases[i].begin, strlen(cases[i].begin)), 0);
        else
            assert_string_equal(said, "");
        const char *line = strchr(said, '\n'); /* one thing is told */
        assert_true(line == NULL || line[1] == '\0');
        advise_of("scan", "warm", 1, 1, facts);
        assert_string_equal(said, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_trials_wide_intervals_and_slow_trials_are_told),
        cmocka_unit_test(rows_are_named_up_to_six),
        cmocka_unit_test(each_fact_is_told_beyond_its_limit),
        cmocka_unit_test(memory_is_held_against_what_is_to_be_cached),
        cmocka_unit_test(a_cache_below_is_told_of_cold_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
