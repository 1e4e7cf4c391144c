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
    assert_drawn(*state, &picture_compare, &source,
                 COLUMNS
                 ",picture,1,,,,,,,0,0,800,268\n"
                 "'Median time to scan the file set, with its 95 % interval',title,1,,,,,,,20,28\n"
                 ",mark,1,result 1,,,,,,26,60\n"
                 "'before',name,1,,,,,,,40,60\n"
                 ",mark,1,result 2,,,,,,26,80\n"
                 "'after',name,1,,,,,,,40,80\n"
                 ",from,1,,0,2.5,,,,112,206\n"
                 ",to,1,,3.12,0.5,,,,424,118\n"
                 "'0',x-tick,1,,0,,,,,112,206\n"
                 "'0.5',x-tick,1,,0.5,,,,,162,206\n"
                 "'1',x-tick,1,,1,,,,,212,206\n"
                 "'1.5',x-tick,1,,1.5,,,,,262,206\n"
                 "'2',x-tick,1,,2,,,,,312,206\n"
                 "'2.5',x-tick,1,,2.5,,,,,362,206\n"
                 "'3',x-tick,1,,3,,,,,412,206\n"
                 "'seconds',note-centred,1,,,,,,,268,247\n"
                 "'cold cache',heading,1,,,,,,,112,106\n"
                 ",grid,1,,,,,,,112,118,424,118\n"
                 "'async-read',row-name,1,,,,,,,104,140\n"
                 ",grid,1,,,,,,,112,162,424,162\n"
                 "'single',row-name,1,,,,,,,104,184\n"
                 ",from,2,,0,2.5,,,,460,206\n"
                 ",to,2,,0.1248,0.5,,,,772,118\n"
                 "'0',x-tick,2,,0,,,,,460,206\n"
                 "'0.02',x-tick,2,,0.02,,,,,510,206\n"
                 "'0.04',x-tick,2,,0.04,,,,,560,206\n"
                 "'0.06',x-tick,2,,0.06,,,,,610,206\n"
                 "'0.08',x-tick,2,,0.08,,,,,660,206\n"
                 "'0.1',x-tick,2,,0.1,,,,,710,206\n"
                 "'0.12',x-tick,2,,0.12,,,,,760,206\n"
                 "'seconds',note-centred,2,,,,,,,616,247\n"
                 "'warm cache',heading,2,,,,,,,460,106\n"
                 ",grid,2,,,,,,,460,118,772,118\n"
                 ",grid,2,,,,,,,460,162,772,162\n"
                 ",median,1,async-read,2,0.829545,1,3,1\n"
                 ",median,1,async-read,1,1.17045,0.9,1.1,2\n"
                 ",median,1,single,1.5,2.17045,,,2\n"
                 ",median,2,async-read,0.1,1.17045,0.09,0.12,2\n");
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
        {NAN, 20, NAN,
         ",picture,1,,,,,,,0,0,800,247\n"
         ",from,1,,0,3.5,,,,96,185\n"
         ",to,1,,20.8,0.5,,,,772,98\n"
         "'0',x-tick,1,,0,,,,,96,185\n"
         "'5',x-tick,1,,5,,,,,258.5,185\n"
         "'10',x-tick,1,,10,,,,,421,185\n"
         "'15',x-tick,1,,15,,,,,583.5,185\n"
         "'20',x-tick,1,,20,,,,,746,185\n"
         "'seconds',note-centred,1,,,,,,,434,226\n"
         "'warm cache',heading,1,,,,,,,96,86\n"
         ",grid,1,,,,,,,96,98,772,98\n"
         ",grid,1,,,,,,,96,127,772,127\n"
         ",grid,1,,,,,,,96,156,772,156\n"
         ",median,1,a-method,1,1,,,1\n"
         ",median,1,another,20,2,,,1\n"},
        {0.5, 20, 40,
         ",picture,1,,,,,,,0,0,800,247\n"
         ",from,1,,0,3.5,,,,96,185\n"
         ",to,1,,41.6,0.5,,,,772,98\n"
         "'0',x-tick,1,,0,,,,,96,185\n"
         "'5',x-tick,1,,5,,,,,177.25,185\n"
         "'10',x-tick,1,,10,,,,,258.5,185\n"
         "'15',x-tick,1,,15,,,,,339.75,185\n"
         "'20',x-tick,1,,20,,,,,421,185\n"
         "'25',x-tick,1,,25,,,,,502.25,185\n"
         "'30',x-tick,1,,30,,,,,583.5,185\n"
         "'35',x-tick,1,,35,,,,,664.75,185\n"
         "'40',x-tick,1,,40,,,,,746,185\n"
         "'seconds',note-centred,1,,,,,,,434,226\n"
         "'warm cache',heading,1,,,,,,,96,86\n"
         ",grid,1,,,,,,,96,98,772,98\n"
         ",grid,1,,,,,,,96,127,772,127\n"
         ",grid,1,,,,,,,96,156,772,156\n"
         ",median,1,a-method,1,1,0.5,,1\n"
         ",median,1,another,20,2,,40,1\n"},
        {NAN, 20.1, NAN,
         ",picture,1,,,,,,,0,0,800,247\n"
         "'x',from,1,,0.769231,3.5,,,,96,185\n"
         ",to,1,,26.13,0.5,,,,772,98\n"
         "'1',x-tick,1,,1,,,,,146.308,185\n"
         "'2',x-tick,1,,2,,,,,279.218,185\n"
         "'5',x-tick,1,,5,,,,,454.916,185\n"
         "'10',x-tick,1,,10,,,,,587.826,185\n"
         "'20',x-tick,1,,20,,,,,720.736,185\n"
         "'seconds, log scale',note-centred,1,,,,,,,434,226\n"
         "'warm cache',heading,1,,,,,,,96,86\n"
         ",grid,1,,,,,,,96,98,772,98\n"
         ",grid,1,,,,,,,96,127,772,127\n"
         ",grid,1,,,,,,,96,156,772,156\n"
         ",median,1,a-method,1,1,,,1\n"
         ",median,1,another,20.1,2,,,1\n"},
        {0.5, 20.1, 26,
         ",picture,1,,,,,,,0,0,800,247\n"
         "'x',from,1,,0.384615,3.5,,,,96,185\n"
         ",to,1,,33.8,0.5,,,,772,98\n"
         "'0.5',x-tick,1,,0.5,,,,,135.625,185\n"
         "'1',x-tick,1,,1,,,,,240.31,185\n"
         "'2',x-tick,1,,2,,,,,344.995,185\n"
         "'5',x-tick,1,,5,,,,,483.381,185\n"
         "'10',x-tick,1,,10,,,,,588.066,185\n"
         "'20',x-tick,1,,20,,,,,692.751,185\n"
         "'seconds, log scale',note-centred,1,,,,,,,434,226\n"
         "'warm cache',heading,1,,,,,,,96,86\n"
         ",grid,1,,,,,,,96,98,772,98\n"
         ",grid,1,,,,,,,96,127,772,127\n"
         ",grid,1,,,,,,,96,156,772,156\n"
         ",median,1,a-method,1,1,0.5,,1\n"
         ",median,1,another,20.1,2,,26,1\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        begin(0, "only");
        add(0, "a-method", "warm", cases[i].low_s, 1, NAN);
        add(0, "another", "warm", NAN, cases[i].slow_s, cases[i].high_s);
        add(0, "no-time", "warm", NAN, 0, NAN);
        const struct picture_source source = all_of(1);
        assert_rows(
            *state, &picture_compare, &source,
            ROWS("picture", "from", "to", "x-tick", "note-centred", "heading", "grid", "median"),
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
        {TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcde",
         "'1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "90abcde',name,1,,,,,,,40,60\n"},
        {TEN TEN TEN TEN TEN TEN TEN TEN TEN "abcdef",
         "'1234567890123456789012345678901234567890123456…01234567890123456789012345678901234567890"
         "abcdef',name,1,,,,,,,40,60\n"},
        {ODD TEN TEN TEN TEN TEN TEN TEN TEN ODD,
         "'ääääääääää123456789012345678901234567890123456…4567890123456789012345678901234567890ääää"
         "ääääää',name,1,,,,,,,40,60\n"},
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
        {{"copy"},
         {0.95},
         "'Median time to copy the file set, with its 95 % interval',title,1,,,,,,,20,28\n"
         ",median,1,a-method,1,1,1,1,1\n"},
        {{"send", "send", "send"},
         {0.95, 0.95, 0.96},
         "'Median time to send the file set, with its 95 to 96 % interval',title,1,,,,,,,20,28\n"
         ",median,1,a-method,1,0.745763,1,1,1\n"
         ",median,1,a-method,1,1,1,1,2\n"
         ",median,1,a-method,1,1.25424,1,1,3\n"},
        {{"scan", "scan", "copy"},
         {0.95, 0.95, 0.95},
         "'Median time to work on the file set, with its 95 % interval',title,1,,,,,,,20,28\n"
         ",median,1,a-method,1,0.745763,1,1,1\n"
         ",median,1,a-method,1,1,1,1,2\n"
         ",median,1,a-method,1,1.25424,1,1,3\n"},
        {{"copy", "send", "send"},
         {0.99, 0.95, 0.95},
         "'Median time to work on the file set, with its 95 to 99 % interval',title,1,,,,,,,20,28\n"
         ",median,1,a-method,1,0.745763,1,1,1\n"
         ",median,1,a-method,1,1,1,1,2\n"
         ",median,1,a-method,1,1.25424,1,1,3\n"},
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
