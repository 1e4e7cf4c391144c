// SPDX-License-Identifier: MIT
/* The tables that are printed of a result, as a whole. */
#include "report/table.h"

#include "made_trials.h"

enum { FACTS = 20 };

/* Prints the tables of made-up rows; of a machine with these facts up to the first without a key.
 */
static void print(struct summary_row *rows, size_t count, const char *cache,
                  const struct machine_fact *given)
{
    struct machine_fact facts[FACTS];
    struct machine machine = {.facts = facts};
    while (given != NULL && given[machine.count].key != NULL) {
        facts[machine.count] = given[machine.count];
        machine.count++;
    }
    SAID(table_print(&(struct summary){.count = count, .rows = rows}, &machine, cache, out));
}

/* A row of one trial in which nothing is known but its time. */
static struct summary_row row_of(const char *method, const char *work, const char *cache,
                                 double elapsed_s, const struct trial *const *trial)
{
    return (struct summary_row){
        .method = method,
        .work = work,
        .cache = cache,
        .count = 1,
        .trials = (const struct trial **)trial,
        .min_s = elapsed_s,
        .mean_s = elapsed_s,
        .max_s = elapsed_s,
        .level = STATS_LEVEL,
        .median_s = {elapsed_s, NAN, NAN},
        .fastest_ratio = {.estimate = {1, NAN, NAN}},
        .loop_delay_p50_s = NAN,
        .loop_delay_p99_s = NAN,
        .loop_delay_max_s = NAN,
        .client_p50_s = NAN,
        .client_p99_s = NAN,
        .client_max_s = NAN,
        .loop_poll_share = NAN,
        .loop_cpu_share = NAN,
        .loop_stalled_share = NAN,
        .loop_queued_share = NAN,
        .loop_poll_range = {NAN, NAN},
        .loop_stalled_range = {NAN, NAN},
        .inline_share = NAN,
        .chunk_bytes = -1,
        .depth = -1,
        .fsync_s = NAN,
        .destination_resident_after = NAN,
        .minor_faults = NAN,
        .system_s = NAN,
        .cloned = -1,
    };
}

#define HEADER                                                                                     \
    "method                    n   median      95 % interval      min     mean      max x fastest"
#define UNITS                                                                                      \
    "                                 (s)                (s)      (s)      (s)      (s)   "        \
    "(pairs)\n"

static void the_times_are_those_of_the_cache_state(void **state)
{
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    struct summary_row rows[] = {row_of("async-read", "scan", "cold", 2, trials),
                                 row_of("async-mmap", "scan", "cold", 4, trials),
                                 row_of("async-read", "scan", "warm", 0.125, trials)};
    (void)state;
    rows[0].count = 10;
    rows[0].min_s = 1.5;
    rows[0].mean_s = 2.125;
    rows[0].max_s = 3.5;
    rows[0].median_s = (struct stats_estimate){2, 1.75, 2.5};
    rows[1].slow = 1;
    rows[1].left_out = 2;
    rows[1].overflowed = 3;
    rows[1].fastest_ratio.estimate.value = 2;
    print(rows, 3, "cold", NULL);
    assert_string_equal(said, HEADER "\n" UNITS
                                     "async-read               10   2.0000  [ 1.7500, 2.5000]   "
                                     "1.5000   2.1250   3.5000      1.00\n"
                                     "async-mmap                1   4.0000                  -   "
                                     "4.0000   4.0000   4.0000      2.00  1 slow  2 left out, not "
                                     "ok  3 with more beats than could be kept\n");
    print(rows, 3, "warm", NULL);
    assert_string_equal(said, HEADER "\n" UNITS
                                     "async-read                1   0.1250                  -   "
                                     "0.1250   0.1250   0.1250      1.00\n");
    print(rows, 0, "warm", NULL);
    assert_string_equal(said, HEADER "\n" UNITS);
}

static void chunks_and_their_depth_are_told_where_they_are_known(void **state)
{
    static const struct {
        int64_t chunk_bytes;
        int64_t depth;
        const char *text;
    } cases[] = {
        {65536, 1, "     64 KiB x 1\n"},
        {65536, 0, "         64 KiB\n"},
        {1, 8, "        1 B x 8\n"},
        {0, 8, "              -\n"},
        {-1, 8, "              -\n"},
        {-1, -1, ""}, /* no such column */
        {65536, -1, ""},
    };
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct summary_row rows[] = {row_of("async-read", "scan", "cold", 2, trials),
                                     row_of("async-read", "scan", "warm", 2, trials)};
        char expected[512];
        rows[0].chunk_bytes = cases[i].chunk_bytes;
        rows[0].depth = cases[i].depth;
        snprintf(expected, sizeof expected, "%s%s\n%s%s%s", HEADER,
                 cases[i].text[0] != '\0' ? "  chunk x depth" : "", UNITS,
                 "async-read                1   2.0000                  -   2.0000   2.0000   "
                 "2.0000      1.00",
                 cases[i].text[0] != '\0' ? cases[i].text : "\n");
        print(rows, 2, "cold", NULL);
        assert_string_equal(said, expected);
        print(rows, 2, "warm", NULL);
        assert_not_said("chunk");
    }
}

static void what_is_recommended_is_marked(void **state)
{
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    struct summary_row row = row_of("async-copy-read", "copy", "cold", 2, trials);
    (void)state;
    row.loop_delay_p99_s = 0.001;
    row.fastest_ratio.estimate = (struct stats_estimate){1, 1, 1};
    row.slow = 1;
    print(&row, 1, "cold", NULL);
    assert_said("      1.00  recommended  1 slow\n");
    row.loop_delay_p99_s = 0.1;
    print(&row, 1, "cold", NULL);
    assert_said("      1.00  1 slow\n");
}

/* ---- The device -------------------------------------------------------------------------------
 */

static void the_device_s_limit_is_the_time_that_it_alone_needs(void **state)
{
    static const struct {
        const char *cache;
        int64_t bytes;
        double elapsed_s;
        int64_t stride_bytes;
        int64_t cloned;
        const char *work;
        struct machine_fact facts[5];
        const char *line; /* NULL: none */
    } cases[] = {
        {"cold", 1000000000, 2, 512, -1, "scan", {{"os", "Linux"}}, NULL},
        {"cold", -1, 2, 512, -1, "scan", {{"device_read_bandwidth_bytes_per_s", "1e9"}}, NULL},
        {"warm",
         1000000000,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         NULL},
        {"cold",
         0,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  0.0000  1000 MB/s past the page cache\n"},
        {"cold",
         1000000000,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
        {"cold",
         1000000000,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "8e8"},
          {"device_read_bandwidth_depth", "32"},
          {"device_read_bandwidth_block_bytes", "524288"},
          {"device_read_latency_s", "0.000125"}},
         "device limit                  1.2500  800 MB/s past the page cache at 32 x 512 KiB; 4 "
         "KiB "
         "at random in 0.125 ms\n"},
        {"cold",
         1000000000,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}, {"device_read_bandwidth_depth", "32"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
        {"cold",
         1000000000,
         2,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"},
          {"device_read_bandwidth_block_bytes", "524288"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
        /* As fast is not faster. */
        {"cold",
         1000000000,
         1,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
        {"cold",
         1000000000,
         0.5,
         512,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache; some trials were "
         "faster: its speed varies\n"},
        {"cold",
         1000000000,
         0.5,
         4096,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache; some trials were "
         "faster: its speed varies\n"},
        /* It passed over pages. */
        {"cold",
         1000000000,
         0.5,
         4097,
         -1,
         "scan",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
        {"cold",
         1000000000,
         0.5,
         8192,
         0,
         "copy",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache; some trials were "
         "faster: its speed varies\n"},
        /* A clone reads nothing. */
        {"cold",
         1000000000,
         0.5,
         512,
         1,
         "copy",
         {{"device_read_bandwidth_bytes_per_s", "1e9"}},
         "device limit                  1.0000  1000 MB/s past the page cache\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct trial trial = trial_unknown();
        struct trial warm = trial_unknown();
        const struct trial *const trials[] = {&trial};
        const struct trial *const warm_trials[] = {&warm};
        trial.bytes = cases[i].bytes;
        trial.elapsed_s = cases[i].elapsed_s;
        trial.stride_bytes = cases[i].stride_bytes;
        trial.cloned = cases[i].cloned;
        snprintf(trial.work, sizeof trial.work, "%s", cases[i].work);
        warm.bytes = cases[i].bytes; /* warm ones are faster, and tell nothing of the device */
        warm.elapsed_s = 0.001;
        struct summary_row rows[] = {
            row_of("single", cases[i].work, cases[i].cache, cases[i].elapsed_s, trials),
            row_of("other", cases[i].work, cases[i].cache, 9, trials),
            row_of("single", cases[i].work, "warm", 0.001, warm_trials)};
        rows[1].count = 0; /* without an ok trial */
        rows[1].trials = NULL;
        print(rows, 3, cases[i].cache, cases[i].facts);
        const char *line = strstr(said, "device limit");
        if (cases[i].line == NULL)
            assert_null(line);
        else
            assert_string_equal(line, cases[i].line);
    }
}

/* ---- The loop ---------------------------------------------------------------------------------
 */

/* What follows the table of times. */
static const char *after_times(void)
{
    const char *blank = strstr(said, "\n\n");
    return blank != NULL ? blank + 2 : "";
}

#define LOOP_TITLE  "                                     loop delay (ms)"
#define LOOP_NAMES  "method                       p50       p99       max"
#define SHARE_TITLE "          the loop thread's time (%)"
#define SHARE_NAMES "  polling      CPU  stalled   queued"

static void the_loop_s_table_has_the_columns_that_are_known(void **state)
{
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    (void)state;
    struct summary_row row = row_of("async-read", "scan", "cold", 2, trials);
    print(&row, 1, "cold", NULL);
    assert_string_equal(after_times(), "");

    row.loop_delay_max_s = 0.25;
    print(&row, 1, "cold", NULL);
    assert_string_equal(after_times(),
                        LOOP_TITLE SHARE_TITLE "\n" LOOP_NAMES SHARE_NAMES "\n"
                                               "async-read                     -         -   "
                                               "250.000        -        -        -        -\n");

    row = row_of("async-read", "scan", "cold", 2, trials);
    row.loop_cpu_share = 0.125;
    row.loop_poll_share = 0.5;
    row.loop_stalled_share = 0.25;
    row.loop_queued_share = 0.0625;
    row.loop_delay_p50_s = 0.001;
    row.loop_delay_p99_s = 0.002;
    print(&row, 1, "cold", NULL);
    assert_string_equal(after_times(),
                        LOOP_TITLE SHARE_TITLE "\n" LOOP_NAMES SHARE_NAMES "\n"
                                               "async-read                 1.000     2.000         "
                                               "-     50.0     12.5     25.0      6.2\n");

    row = row_of("async-read", "scan", "cold", 2, trials);
    row.client_max_s = 0.5;
    row.client_p50_s = 0.125;
    row.client_p99_s = 0.25;
    row.loop_poll_range = (struct summary_range){0.4, 0.6};
    row.loop_stalled_range = (struct summary_range){0.1, 0.3};
    print(&row, 1, "cold", NULL);
    assert_string_equal(after_times(),
                        LOOP_TITLE "                  clients (ms)" SHARE_TITLE "\n" LOOP_NAMES
                                   "       p50       p99       max" SHARE_NAMES "\n"
                                   "async-read                     -         -         -   "
                                   "125.000   250.000   500.000    40-60        -    10-30        "
                                   "-\n");

    row = row_of("async-read", "scan", "cold", 2, trials);
    row.loop_cpu_share = 0.125;
    row.inline_share = 0.75;
    print(&row, 1, "cold", NULL);
    assert_string_equal(after_times(),
                        LOOP_TITLE SHARE_TITLE "   chunks\n" LOOP_NAMES SHARE_NAMES " inline %\n"
                                               "async-read                     -         -         "
                                               "-        -     12.5        -        -     75.0\n");
}

static void the_loop_s_table_is_of_the_cache_state(void **state)
{
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    struct summary_row rows[] = {row_of("async-read", "scan", "cold", 2, trials),
                                 row_of("async-mmap", "scan", "cold", 2, trials),
                                 row_of("async-read", "scan", "warm", 2, trials)};
    (void)state;
    rows[0].loop_cpu_share = 0.5;
    rows[2].client_max_s = 0.5;
    rows[2].inline_share = 0.5;
    print(rows, 2, "cold", NULL);
    assert_string_equal(after_times(),
                        LOOP_TITLE SHARE_TITLE "\n" LOOP_NAMES SHARE_NAMES "\n"
                                               "async-read                     -         -         "
                                               "-        -     50.0        -        -\n"
                                               "async-mmap                     -         -         "
                                               "-        -        -        -        -\n");
}

/* The control is a loop that does nothing, beside what the methods did. */
static void the_idle_control_has_a_row_where_its_cpu_time_is_known(void **state)
{
    static const struct machine_fact facts[] = {
        {"idle_elapsed_s", "2"},
        {"idle_loop_delay_p50_s", "0.001"},
        {"idle_loop_delay_p99_s", "0.002"},
        {"idle_loop_delay_max_s", "0.003"},
        {"idle_client_p50_s", "0.004"},
        {"idle_client_p99_s", "0.005"},
        {"idle_client_max_s", "0.006"},
        {"idle_loop_poll_low_s", "1"},
        {"idle_loop_poll_high_s", "1.5"},
        {"idle_loop_cpu_s", "0.125"},
        {"idle_loop_stalled_low_s", "0.02"},
        {"idle_loop_stalled_high_s", "0.04"},
        {"idle_loop_queued_s", "0.0625"},
        {NULL, NULL},
        {"idle_loop_poll_s", "1.75"},
        {"idle_loop_stalled_s", "0.25"},
    };
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    struct summary_row row = row_of("async-read", "scan", "cold", 2, trials);
    struct machine_fact given[FACTS];
    (void)state;
    row.client_max_s = 0.5;
    row.inline_share = 0.5;
    print(&row, 1, "cold", facts);
    const char *idle = strstr(said, "idle control");
    assert_string_equal(idle, "idle control               1.000     2.000     3.000     4.000     "
                              "5.000     6.000    50-75      6.2      1-2      3.1        -\n");
    memcpy(given, facts, sizeof facts);
    given[13] = facts[14];
    given[14] = facts[15];
    given[15].key = NULL;
    print(&row, 1, "cold", given);
    idle = strstr(said, "idle control");
    assert_string_equal(idle, "idle control               1.000     2.000     3.000     4.000     "
                              "5.000     6.000     87.5      6.2     12.5      3.1        -\n");
    given[9].key = "something else";
    print(&row, 1, "cold", given);
    assert_not_said("idle control");
}

/* ---- What copies cost -------------------------------------------------------------------------
 */

static void each_cost_alone_makes_the_table(void **state)
{
    static const struct {
        double fsync_s;
        double resident;
        int64_t cloned;
        double minor_faults;
        double system_s;
        const char *line; /* NULL: there is no table */
    } cases[] = {
        {NAN, NAN, -1, NAN, NAN, NULL},
        {0.5, NAN, -1, NAN, NAN, "    0.5000         -         -             -           -\n"},
        {NAN, 0.25, -1, NAN, NAN, "         -      25.0         -             -           -\n"},
        {NAN, NAN, 0, NAN, NAN, "         -         -    0 of 1             -           -\n"},
        {NAN, NAN, 1, NAN, NAN, "         -         -    1 of 1             -           -\n"},
        {NAN, NAN, -1, 1024, NAN, "         -         -         -          1024           -\n"},
        {NAN, NAN, -1, NAN, 0.125, "         -         -         -             -      0.1250\n"},
    };
    const struct trial trial = trial_unknown();
    const struct trial *const trials[] = {&trial};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct summary_row rows[] = {row_of("single-copy-mmap", "copy", "cold", 2, trials),
                                     row_of("single-copy-read", "copy", "warm", 2, trials)};
        char expected[512] = "";
        rows[0].fsync_s = cases[i].fsync_s;
        rows[0].destination_resident_after = cases[i].resident;
        rows[0].cloned = cases[i].cloned;
        rows[0].minor_faults = cases[i].minor_faults;
        rows[0].system_s = cases[i].system_s;
        print(rows, 2, "cold", NULL);
        if (cases[i].line != NULL)
            snprintf(expected, sizeof expected, "%s%s%s%s",
                     "                                      after the copy               in its "
                     "time\n",
                     "method                 fsync (s)  cached %    cloned  minor faults  system "
                     "(s)\n",
                     "single-copy-mmap      ", cases[i].line);
        assert_string_equal(after_times(), expected);
        rows[0].work = "send";
        print(rows, 2, "cold", NULL);
        assert_string_equal(after_times(), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_times_are_those_of_the_cache_state),
        cmocka_unit_test(chunks_and_their_depth_are_told_where_they_are_known),
        cmocka_unit_test(what_is_recommended_is_marked),
        cmocka_unit_test(the_device_s_limit_is_the_time_that_it_alone_needs),
        cmocka_unit_test(the_loop_s_table_has_the_columns_that_are_known),
        cmocka_unit_test(the_loop_s_table_is_of_the_cache_state),
        cmocka_unit_test(the_idle_control_has_a_row_where_its_cpu_time_is_known),
        cmocka_unit_test(each_cost_alone_makes_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
