// SPDX-License-Identifier: MIT
/* Where things stand in a picture, and how its numbers and names are worded. */
#include "report/layout.h"

#include "report/wording.h"
#include "tests/support.h"

#include <math.h>

static void values_are_placed_on_both_sorts_of_axes(void **state)
{
    static const struct {
        struct layout_axis axis;
        double value;
        double px;
    } cases[] = {
        {{.from = 0, .to = 10, .from_px = 100, .to_px = 200}, 2.5, 125},
        {{.from = 0, .to = 10, .from_px = 200, .to_px = 100}, 10, 100},
        {{.from = 19.5, .to = 0.5, .from_px = 300, .to_px = 110}, 1, 115},
        {{.from = 0.01, .to = 100, .from_px = 0, .to_px = 400, .is_log = true}, 1, 200},
        {{.from = 0.01, .to = 100, .from_px = 400, .to_px = 0, .is_log = true}, 10, 100},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_close(layout_px(&cases[i].axis, cases[i].value), cases[i].px, 1e-9);
}

static void ticks_are_round_and_on_the_axis(void **state)
{
    static const struct {
        struct layout_axis axis;
        bool only_tens;
        const char *ticks;
    } cases[] = {
        {{.from = 0, .to = 1.24}, false, "0 0.2 0.4 0.6 0.8 1 1.2 "},
        {{.from = 0, .to = 0.054}, false, "0 0.01 0.02 0.03 0.04 0.05 "},
        {{.from = 0, .to = 3}, false, "0 0.5 1 1.5 2 2.5 3 "},
        {{.from = 0, .to = 1e-7}, false, "0 2e-08 4e-08 6e-08 8e-08 1e-07 "},
        {{.from = 0, .to = 42000}, false, "0 5000 10000 15000 20000 25000 30000 35000 40000 "},
        {{.from = 0.01, .to = 1, .is_log = true}, false, "0.01 0.02 0.05 0.1 0.2 0.5 1 "},
        {{.from = 0.011, .to = 0.99, .is_log = true}, false, "0.02 0.05 0.1 0.2 0.5 "},
        {{.from = 0.011, .to = 1000, .is_log = true}, true, "0.1 1 10 100 1000 "},
        {{.from = 3, .to = 4, .is_log = true}, true, ""},
        /* from 5 to 10 steps: of 0.2 up to a span of 2, of 0.5 up to one of 5 */
        {{.from = 1, .to = 2.999}, false, "1 1.2 1.4 1.6 1.8 2 2.2 2.4 2.6 2.8 "},
        {{.from = 1, .to = 3}, false, "1 1.5 2 2.5 3 "},
        {{.from = 1, .to = 5.999}, false, "1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 "},
        {{.from = 1, .to = 6}, false, "1 2 3 4 5 6 "},
        {{.from = -0.3, .to = 0.69}, false, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3 0.4 0.5 0.6 "},
        {{.from = 0.31, .to = 1.3}, false, "0.4 0.5 0.6 0.7 0.8 0.9 1 1.1 1.2 1.3 "},
        {{.from = 0.2, .to = 50, .is_log = true}, false, "0.2 0.5 1 2 5 10 20 50 "},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        double ticks[LAYOUT_MOST_TICKS];
        char text[256] = "";
        const size_t count = layout_ticks(ticks, &cases[i].axis, cases[i].only_tens);
        for (size_t k = 0; k < count; k++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%g ", ticks[k]);
        assert_string_equal(text, cases[i].ticks);
    }
}

static void names_that_overlap_push_each_other_apart(void **state)
{
    static const struct {
        size_t count;
        double y[5];
        double spread[5];
    } cases[] = {
        /* between 0 and 100, 18 apart */
        {1, {50}, {50}},
        {3, {10, 50, 90}, {10, 50, 90}},
        {2, {50, 50}, {41, 59}},
        {2, {50, 60}, {46, 64}},
        {3, {50, 50, 50}, {32, 50, 68}},
        {4, {10, 48, 52, 90}, {10, 41, 59, 90}},
        {4,
         {50, 50, 69, 70},
         {32.75, 50.75, 68.75, 86.75}}, /* two pairs of which each pushes the other */
        {3,
         {30, 50, 50},
         {25 + 1.0 / 3, 43 + 1.0 / 3, 61 + 1.0 / 3}}, /* a pair that then pushes the first */
        {3, {50, 50, 52}, {32 + 2.0 / 3, 50 + 2.0 / 3, 68 + 2.0 / 3}},
        {0, {50, 50}, {0}},
        {3, {0, 0, 0}, {0, 18, 36}},
        {3, {95, 100, 100}, {64, 82, 100}},
        {5, {50, 50, 50, 50, 50}, {14, 32, 50, 68, 86}},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        double y[5];
        memcpy(y, cases[i].y, sizeof y);
        layout_spread(y, cases[i].count, 0, 100);
        for (size_t k = 0; k < cases[i].count; k++) {
            if (fabs(y[k] - cases[i].spread[k]) > 1e-9)
                fail_msg("case %zu: name %zu is at %g", i, k, y[k]);
            if (k > 0)
                assert_true(y[k] - y[k - 1] > LAYOUT_LABEL_GAP - 1e-9);
        }
        for (size_t k = cases[i].count; k < LENGTH(y); k++)
            assert_close(y[k], cases[i].y[k], 0);
    }
}

static void long_lines_break_at_spaces(void **state)
{
    char fits[LAYOUT_LINE + 1] = "";
    char text[400];
    (void)state;
    memset(fits, 'x', LAYOUT_LINE);
    snprintf(text, sizeof text, "%s y", fits);
    layout_wrap(text);
    assert_int_equal(text[LAYOUT_LINE], '\n');
    snprintf(text, sizeof text, "a b %s c", fits);
    layout_wrap(text);
    assert_memory_equal(text, "a b\nxx", 6);
    assert_int_equal(text[4 + LAYOUT_LINE], '\n');
    snprintf(text, sizeof text, "%sxxx a", fits); /* a word that is too long stays whole */
    layout_wrap(text);
    assert_int_equal(text[LAYOUT_LINE + 3], '\n');
    fits[LAYOUT_LINE - 2] = '\0';
    snprintf(text, sizeof text, "%s ä", fits); /* two bytes, one character */
    layout_wrap(text);
    assert_null(strchr(text, '\n'));
    snprintf(text, sizeof text, "a %s b", fits); /* the line is counted on from a space */
    layout_wrap(text);
    assert_int_equal(text[1], ' ');
    assert_int_equal(text[LAYOUT_LINE], '\n');
    snprintf(text, sizeof text, "%s\nä b", fits);
    layout_wrap(text);
    assert_string_equal(strchr(text, '\n'), "\nä b");
}

static void widths_count_characters(void **state)
{
    (void)state;
    assert_close(layout_text_width(""), 0, 0);
    assert_close(layout_text_width("abc"), 24, 0);
    assert_close(layout_text_width("äx…"), layout_text_width("abc"), 0);
    assert_string_equal(layout_next_character("…x"), "x");
    assert_string_equal(layout_next_character(""), "");
}

static void numbers_have_their_words(void **state)
{
    const struct {
        struct words words;
        const char *expected;
    } cases[] = {
        {wording_seconds(0.394), "0.394 s"},
        {wording_seconds(0.05), "0.0500 s"},
        {wording_seconds(0.0000123), "0.0000123 s"},
        {wording_seconds(2.6967), "2.70 s"},
        {wording_seconds(42.04), "42.0 s"},
        {wording_seconds(1234.5), "1234 s"},
        {wording_seconds(0), "0 s"},
        {wording_delay(0.01), "0.01 ms"},
        {wording_delay(100), "100 ms"},
        {wording_delay(1000), "1 s"},
        {wording_delay(0.030357), "0.0304 ms"},
        {wording_bytes(512), "512 B"},
        {wording_bytes(1536), "1.5 KiB"},
        {wording_bytes(256.0 * 1024 * 1024), "256 MiB"},
        {wording_bytes(4096.0 * 1024 * 1024 * 1024), "4096 GiB"},
        {wording_count(1, "trial"), "1 trial"},
        {wording_count(0, "trial"), "0 trials"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(cases[i].words.text, cases[i].expected);
}

static void what_is_known_of_the_machine_is_one_sentence(void **state)
{
    static const struct {
        struct machine_fact facts[5];
        const char *expected;
    } cases[] = {
        {{{"cpu_model", "Apple M1 in a MacBook Pro"}, {"os", "macOS"}},
         "Apple M1 in a MacBook Pro, macOS"},
        {{{"cpu_model", "A"}, {"cpu_count", "2"}, {"os", "Linux"}, {"kernel", "Linux 6.1"}},
         "A, 2 CPUs, Linux 6.1"},
        {{{"os", "Linux"}, {"kernel", "6.1"}, {"cpu_count", "1"}}, "1 CPU, Linux 6.1"},
        {{{"storage", "emulated"}, {"storage_latency_s", "0.005"}, {"virtualization", "none"}},
         "emulated storage, 5 ms"},
        {{{"file_system", "unknown"}}, ""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine machine = {.facts = (struct machine_fact *)cases[i].facts};
        while (machine.count < 5 && cases[i].facts[machine.count].key != NULL)
            machine.count++;
        assert_string_equal(wording_machine(&machine).text, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_placed_on_both_sorts_of_axes),
        cmocka_unit_test(ticks_are_round_and_on_the_axis),
        cmocka_unit_test(names_that_overlap_push_each_other_apart),
        cmocka_unit_test(long_lines_break_at_spaces),
        cmocka_unit_test(widths_count_characters),
        cmocka_unit_test(numbers_have_their_words),
        cmocka_unit_test(what_is_known_of_the_machine_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
