// SPDX-License-Identifier: MIT
/* What is said of the same scans with more and more readahead. */
#include "report/readahead_levels.h"

#include "made_results.h"

/* One level: files of 1 MiB, and async-mmap so many times as slow as threads. */
struct level {
    struct made made;
    char bytes[16];
    struct machine_fact fact;
    struct comparison_result result;
};

static void make(struct level *level, const char *bytes, double ratio)
{
    *level = (struct level){.made.trials.count = 0};
    snprintf(level->bytes, sizeof level->bytes, "%s", bytes);
    level->fact = (struct machine_fact){"device_readahead_bytes", level->bytes};
    add_method(&level->made, "async-read", "cold", 0.25, 0, 0.001);
    add_method(&level->made, "threads-mmap", "cold", 0.5, 0, 0.001);
    add_method(&level->made, "single-mmap", "cold", 1, 0, 0.001);
    add_method(&level->made, "async-mmap", "cold", 0.5 * ratio, 0.5, 0.4);
    level->result = result_made(&level->made, "made", &level->fact, 1);
}

static void each_level_has_a_row_and_a_sentence(void **state)
{
    static const char *const names[] = {"0", "16384", "8388608"};
    static const double ratios[] = {3, 2, 1.1};
    static const char *const rows[] = {"none     ", "16 KiB     ", "8 MiB     "};
    static const char *const sentences[] = {
        "Readahead none: async-mmap against threads-mmap: slower, 3.00 times",
        "Readahead 16 KiB: async-mmap against threads-mmap: slower, 2.00 times",
        "Readahead 8 MiB: async-mmap against threads-mmap: slower, 1.10 times"};
    static struct level levels[3];
    struct comparison_result results[3];
    (void)state;
    for (size_t i = 0; i < LENGTH(levels); i++) {
        make(&levels[i], names[i], ratios[i]);
        results[i] = levels[i].result;
    }
    SAID(readahead_levels_print(results, LENGTH(results), out));
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_said(rows[i]);
    assert_said("8 files of 1 MiB");
    assert_said("1.50 ["); /* async-mmap / single-mmap with none */
    assert_said("0.55 ["); /* and with 8 MiB */
    STATED(readahead_levels_say(all, results, LENGTH(results)));
    for (size_t i = 0; i < LENGTH(sentences); i++)
        assert_said(sentences[i]);
    assert_said("against single-mmap: slower, 1.50 times");
    assert_said(
        "Readahead hides it from the clock: with the least of it async-mmap took 3.00 times [");
    assert_said("] as long as threads-mmap, with the most 1.10 times [");
    for (size_t i = 0; i < LENGTH(levels); i++)
        summary_free(&levels[i].result.summary);
}

/* As much with the most as with the least; and more. */
static void what_cannot_be_told_is_not(void **state)
{
    static const double most[] = {3, 4};
    static struct level levels[2];
    (void)state;
    for (size_t i = 0; i < LENGTH(most); i++) {
        make(&levels[0], "0", 3);
        make(&levels[1], "8388608", most[i]);
        const struct comparison_result results[] = {levels[0].result, levels[1].result};
        STATED(readahead_levels_say(all, results, 2));
        assert_said("cannot be told here: with the least of it async-mmap took 3.00 times [");
        assert_null(strstr(said, "hides it from the clock: "));
        summary_free(&levels[0].result.summary);
        summary_free(&levels[1].result.summary);
    }
}

static void one_level_says_nothing_of_what_is_hidden(void **state)
{
    static struct level level;
    (void)state;
    make(&level, "", 3);
    STATED(readahead_levels_say(all, &level.result, 1));
    assert_said("Readahead unknown: ");
    assert_null(strstr(said, "hides"));
    summary_free(&level.result.summary);
}

static void where_it_may_not_be_set_it_is_said_what_that_needs(void **state)
{
    (void)state;
    STATED(readahead_levels_say(all, NULL, 0));
    assert_said("could not be set");
    assert_said("root");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_has_a_row_and_a_sentence),
        cmocka_unit_test(what_cannot_be_told_is_not),
        cmocka_unit_test(one_level_says_nothing_of_what_is_hidden),
        cmocka_unit_test(where_it_may_not_be_set_it_is_said_what_that_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
