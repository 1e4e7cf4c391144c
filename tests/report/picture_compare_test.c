// SPDX-License-Identifier: MIT
/* What the picture that compares results is made of. Where the names are n characters wide, the
 * panels reach from 32 + 8 n to 772 px, with 36 px between two. */
#include "given.h"

#define COLUMNS                                                                                    \
    "text,what,panel,method,median_s,row,median_low_s,median_high_s,result,x_px,y_px,to_x_px,"     \
    "to_y_px\n"

enum { RESULTS = 3 };
static struct given given[RESULTS];
static struct comparison_result results[RESULTS];

static void begin(size_t i, const char *dir)
{
    given_begin(&given[i]);
    given[i].result.dir = dir;
}

static void add(size_t i, const char *method, const char *cache, double low_s, double median_s,
                double high_s)
{
    struct summary_row *row = give(&given[i], method, cache, median_s);
    row->median_s.low = low_s;
    row->median_s.high = high_s;
}

static struct picture_source all_of(size_t count)
{
    for (size_t i = 0; i < count; i++)
        results[i] = given[i].result;
    return (struct picture_source){.results = results, .count = count};
}

/* Names of 10 characters: two panels of 312 px, 300 of them for the longest time. Two results make
 * rows of 44 px, with lanes that are 7.5 px above and below the middle. */
static void each_result_has_a_lane_in_each_row(void **state)
{
    begin(0, "before");
    add(0, "async-read", "cold", 1, 2, 3);
    add(0, "single", "warm", NAN, NAN, NAN); /* not ok */
    begin(1, "after");
    add(1, "single", "cold", NAN, 1.5, NAN);
    add(1, "async-read", "cold", 0.9, 1, 1.1);
    add(1, "async-read", "warm", 0.09, 0.1, 0.12);
    const struct picture_source source = all_of(2);
    assert_drawn(*state, &picture_compare, &source, COLUMNS "@");
}

/* By the medians alone, but with room for the intervals. Names of 8 characters: 676 px. */
static void a_wide_axis_is_logarithmic(void **state)
{
    static const struct {
        double low_s;
        double slow_s; /* beside 1 s */
        double high_s;
        const char *rows;
    } cases[] = {
        {NAN, 20, NAN, "@"},
        {0.5, 20, 40, "@"},
        {NAN, 20.1, NAN, "@"},
        {0.5, 20.1, 26, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        begin(0, "only");
        add(0, "a-method", "warm", cases[i].low_s, 1, NAN);
        add(0, "another", "warm", NAN, cases[i].slow_s, cases[i].high_s);
        add(0, "no-time", "warm", NAN, 0, NAN);
        const struct picture_source source = all_of(1);
        assert_rows(*state, &picture_compare, &source,
                    ROWS("picture", "from", "to", "x-tick", "note-centred", "heading", "grid",
                         "median"),
                    cases[i].rows);
    }
}

/* The first 46 characters and the last 47 of one with more than 95. */
static void a_long_name_loses_its_middle(void **state)
{
#define TEN "1234567890"
#define ODD "ääääääääää"
    static const struct {
        const char *dir;
        const char *rows;
    } cases[] = {
        {TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcde", "@"},
        {TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcdef", "@"},
        {ODD TEN TEN TEN TEN TEN TEN TEN TEN ODD, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        begin(0, cases[i].dir);
        add(0, "a-method", "cold", 1, 1, 1);
        const struct picture_source source = all_of(1);
        assert_rows(*state, &picture_compare, &source, ROWS("name"), cases[i].rows);
    }
}

static void the_title_says_the_work_and_the_intervals(void **state)
{
    static const struct {
        const char *works[RESULTS];
        double levels[RESULTS];
        const char *rows;
    } cases[] = {
        {{"copy"}, {0.95}, "@"},
        {{"send", "send", "send"}, {0.95, 0.95, 0.96}, "@"},
        {{"scan", "scan", "copy"}, {0.95, 0.95, 0.95}, "@"},
        {{"copy", "send", "send"}, {0.99, 0.95, 0.95}, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t count = 0;
        for (; count < RESULTS && cases[i].works[count] != NULL; count++) {
            begin(count, "dir");
            add(count, "a-method", "cold", 1, 1, 1);
            given[count].rows[0].work = cases[i].works[count];
            given[count].rows[0].level = cases[i].levels[count];
        }
        const struct picture_source source = all_of(count);
        assert_rows(*state, &picture_compare, &source, ROWS("title", "subtitle", "median"),
                    cases[i].rows);
    }
}

static void without_a_median_there_is_no_picture(void **state)
{
    begin(0, "a");
    begin(1, "b");
    add(1, "a-method", "cold", NAN, NAN, NAN);
    add(1, "a-method", "warm", NAN, 0, NAN);
    const struct picture_source source = all_of(2);
    assert_missing(*state, &picture_compare, &source, "no method has a median");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_result_has_a_lane_in_each_row),
        FOLDER_TEST(a_wide_axis_is_logarithmic),
        FOLDER_TEST(a_long_name_loses_its_middle),
        FOLDER_TEST(the_title_says_the_work_and_the_intervals),
        FOLDER_TEST(without_a_median_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
