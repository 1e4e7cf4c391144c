// SPDX-License-Identifier: MIT
/* The rows of a picture's CSV, one by one. */
#include "given.h"

#include "report/sheet.h"

#include <errno.h>

static struct sheet sheet;

static void begin(const char *dir, const char *columns)
{
    struct error error;
    assert_int_equal(sheet_open(&sheet, dir, "s", columns, &error), 0);
}

static void assert_sheet(const char *dir, const char *expected)
{
    struct error error;
    size_t length;
    assert_int_equal(sheet_close(&sheet, 0, &error), 0);
    char *text = file_read(dir, "s.csv", &length);
    make_readable(text);
    assert_text(text, expected);
    free(text);
}

static void rows_have_a_field_for_each_column(void **state)
{
    const struct {
        const char *columns;
        struct sheet_row row;
        const char *text;
    } cases[] = {
        {"a", {"w", 1, NULL, NULL, NULL, NULL}, ",w,1,,,,,,"},
        {"a,b", {"w", 2, "m", "t", NULL, NULL}, "\"t\",w,2,m,,,,,,"},
        {"a,b,c", {"w", 10, "m", "", (const double[]){1, NAN, -3}, NULL}, ",w,10,m,1,,-3,,,,"},
        {"a",
         {"w", 1, NULL, "a,b", (const double[]){1234567}, (const double[]){0.1234567, NAN, 3, 1e9}},
         "\"a,b\",w,1,,1.23457e+06,0.123457,,3,1e+09"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct error error;
        char expected[256];
        begin(*state, cases[i].columns);
        assert_false(file_exists(*state, "s.csv")); /* until it is whole */
        sheet_add(&sheet, &cases[i].row);
        assert_int_equal(sheet_close(&sheet, 0, &error), 0);
        snprintf(expected, sizeof expected,
                 "text,what,panel,method,%s,x_px,y_px,to_x_px,to_y_px\n%s\n", cases[i].columns,
                 cases[i].text);
        assert_file_text(*state, "s.csv", expected);
        char *path = files_join(*state, "s.csv");
        assert_int_equal(unlink(path), 0);
        free(path);
    }
}

static void one_that_is_given_up_leaves_nothing(void **state)
{
    struct error error;
    begin(*state, "a");
    assert_int_equal(sheet_close(&sheet, 1, &error), 0);
    assert_false(file_exists(*state, "s.csv"));
    char *nowhere = files_join(*state, "nowhere");
    assert_int_equal(sheet_open(&sheet, nowhere, "s", "a", &error), -ENOENT);
    free(nowhere);
}

/* The first and the last of each length of UTF-8, and their neighbours, which are none. */
static void bytes_that_are_no_character_become_question_marks(void **state)
{
    static const struct {
        const char *text;
        const char *field;
    } cases[] = {
        {"\x1f\x20\x7e\x7f", "'  ~ '"},
        {"\x80", "'?'"},
        {"\xbf", "'?'"},
        {"\xc1\x80", "'?\?'"},
        {"\xc2\x80", "'\xc2\x80'"},
        {"\xc2\x7fx", "'? x'"},
        {"\xdf\xbf", "'\xdf\xbf'"},
        {"\xdf\xc0", "'?\?'"},
        {"\xe0\x80\x80", "'\xe0\x80\x80'"},
        {"\xe0\x80x", "'?\?x'"},
        {"\xef\xbf\xbf", "'\xef\xbf\xbf'"},
        {"\xef\xbf", "'?\?'"},
        {"\xf0\x80\x80\x80", "'\xf0\x80\x80\x80'"},
        {"\xf0\x80\x80", "'?\?\?'"},
        {"\xf4\xbf\xbf\xbfz", "'\xf4\xbf\xbf\xbfz'"},
        {"\xf5\xbf\xbf\xbf", "'?\?\?\?'"},
        {",,", "' ,,'"},
        {"a\\\"b", "'a\\\\'b'"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char expected[128];
        begin(*state, "a");
        sheet_text(&sheet, "w", 1, cases[i].text, 1, 2);
        snprintf(expected, sizeof expected,
                 "text,what,panel,method,a,x_px,y_px,to_x_px,to_y_px\n%s,w,1,,,1,2\n",
                 cases[i].field);
        assert_sheet(*state, expected);
    }
}

#define AB "text,what,panel,method,a,b,x_px,y_px,to_x_px,to_y_px\n"

static void a_heading_has_a_line_for_each_of_the_subtitle(void **state)
{
    static const struct {
        const char *subtitle;
        double height; /* that it takes */
        const char *rows;
    } cases[] = {
        {"", 46, AB ",picture,1,,,,0,0,800,300\n'T',title,1,,,,20,28\n"},
        {"one", 64,
         AB ",picture,1,,,,0,0,800,300\n'T',title,1,,,,20,28\n'one',subtitle,1,,,,20,54\n"},
        {"one\ntwo", 82,
         AB ",picture,1,,,,0,0,800,300\n'T',title,1,,,,20,28\n'one',subtitle,1,,,,20,54\n"
            "'two',subtitle,1,,,,20,70\n"},
        {"one\n\nthree", 100,
         AB ",picture,1,,,,0,0,800,300\n'T',title,1,,,,20,28\n'one',subtitle,1,,,,20,54\n"
            "'three',subtitle,1,,,,20,86\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_true(sheet_heading_height(cases[i].subtitle) == cases[i].height);
        begin(*state, "a,b");
        sheet_heading(&sheet, "T", cases[i].subtitle, 300);
        assert_sheet(*state, cases[i].rows);
    }
}

/* 8 px for each character; those of a log axis are the powers of ten alone when all have no room,
 * and of others every second has a text, or every third, ... */
static void ticks_have_texts_where_there_is_room(void **state)
{
    static const struct {
        struct layout_axis x;
        const char *rows;
    } cases[] = {
        {{0, 4, 100, 132, false},
         AB "'0',x-tick,3,,0,,100,500\n"
            ",x-tick,3,,0.5,,104,500\n"
            "'1',x-tick,3,,1,,108,500\n"
            ",x-tick,3,,1.5,,112,500\n"
            "'2',x-tick,3,,2,,116,500\n"
            ",x-tick,3,,2.5,,120,500\n"
            "'3',x-tick,3,,3,,124,500\n"
            ",x-tick,3,,3.5,,128,500\n"
            "'4',x-tick,3,,4,,132,500\n"},
        {{0, 4, 100, 164, false},
         AB "'0',x-tick,3,,0,,100,500\n"
            ",x-tick,3,,0.5,,108,500\n"
            "'1',x-tick,3,,1,,116,500\n"
            ",x-tick,3,,1.5,,124,500\n"
            "'2',x-tick,3,,2,,132,500\n"
            ",x-tick,3,,2.5,,140,500\n"
            "'3',x-tick,3,,3,,148,500\n"
            ",x-tick,3,,3.5,,156,500\n"
            "'4',x-tick,3,,4,,164,500\n"},
        {{0, 4, 100, 163, false},
         AB "'0',x-tick,3,,0,,100,500\n"
            ",x-tick,3,,0.5,,107.875,500\n"
            "'1',x-tick,3,,1,,115.75,500\n"
            ",x-tick,3,,1.5,,123.625,500\n"
            "'2',x-tick,3,,2,,131.5,500\n"
            ",x-tick,3,,2.5,,139.375,500\n"
            "'3',x-tick,3,,3,,147.25,500\n"
            ",x-tick,3,,3.5,,155.125,500\n"
            "'4',x-tick,3,,4,,163,500\n"},
        {{0, 0.4, 100, 131, false},
         AB "'0',x-tick,3,,0,,100,500\n"
            ",x-tick,3,,0.05,,103.875,500\n"
            ",x-tick,3,,0.1,,107.75,500\n"
            ",x-tick,3,,0.15,,111.625,500\n"
            ",x-tick,3,,0.2,,115.5,500\n"
            ",x-tick,3,,0.25,,119.375,500\n"
            "'0.3',x-tick,3,,0.3,,123.25,500\n"
            ",x-tick,3,,0.35,,127.125,500\n"
            ",x-tick,3,,0.4,,131,500\n"},
        {{1, 10, 100, 180, true},
         AB "'1',x-tick,3,,1,,100,500\n"
            "'2',x-tick,3,,2,,124.082,500\n"
            "'5',x-tick,3,,5,,155.918,500\n"
            "'10',x-tick,3,,10,,180,500\n"},
        {{1, 10, 100, 125, true},
         AB "'1',x-tick,3,,1,,100,500\n"
            "'10',x-tick,3,,10,,125,500\n"},
        {{1, 1000, 100, 145, true},
         AB "'1',x-tick,3,,1,,100,500\n"
            ",x-tick,3,,10,,115,500\n"
            "'100',x-tick,3,,100,,130,500\n"
            ",x-tick,3,,1000,,145,500\n"},
        {{1, 1000, 100, 160, true},
         AB "'1',x-tick,3,,1,,100,500\n"
            ",x-tick,3,,10,,120,500\n"
            "'100',x-tick,3,,100,,140,500\n"
            ",x-tick,3,,1000,,160,500\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct sheet_axes axes = {.x = cases[i].x, .y = {0, 1, 500, 400, false}};
        begin(*state, "a,b");
        sheet_x_ticks(&sheet, 3, &axes);
        assert_sheet(*state, cases[i].rows);
    }
}

static void axes_have_corners_titles_and_ticks_of_delays(void **state)
{
    static const struct {
        bool x_is_log;
        bool y_is_log;
        bool only_tens;
        const char *rows;
    } cases[] = {
        {false, false, false,
         "text,what,panel,method,a,b,c,x_px,y_px,to_x_px,to_y_px\n"
         ",from,2,,1,10,,100,500\n"
         ",to,2,,4,1000,,200,400\n"
         "'100 ms',y-tick,2,,,100,,100,490.909\n"
         "'200 ms',y-tick,2,,,200,,100,480.808\n"
         "'300 ms',y-tick,2,,,300,,100,470.707\n"
         "'400 ms',y-tick,2,,,400,,100,460.606\n"
         "'500 ms',y-tick,2,,,500,,100,450.505\n"
         "'600 ms',y-tick,2,,,600,,100,440.404\n"
         "'700 ms',y-tick,2,,,700,,100,430.303\n"
         "'800 ms',y-tick,2,,,800,,100,420.202\n"
         "'900 ms',y-tick,2,,,900,,100,410.101\n"
         "'1 s',y-tick,2,,,1000,,100,400\n"
         "'x',note-centred,2,,,,,150,541\n"},
        {true, false, false,
         "text,what,panel,method,a,b,c,x_px,y_px,to_x_px,to_y_px\n"
         "'x',from,2,,1,10,,100,500\n"
         ",to,2,,4,1000,,200,400\n"
         "'100 ms',y-tick,2,,,100,,100,490.909\n"
         "'200 ms',y-tick,2,,,200,,100,480.808\n"
         "'300 ms',y-tick,2,,,300,,100,470.707\n"
         "'400 ms',y-tick,2,,,400,,100,460.606\n"
         "'500 ms',y-tick,2,,,500,,100,450.505\n"
         "'600 ms',y-tick,2,,,600,,100,440.404\n"
         "'700 ms',y-tick,2,,,700,,100,430.303\n"
         "'800 ms',y-tick,2,,,800,,100,420.202\n"
         "'900 ms',y-tick,2,,,900,,100,410.101\n"
         "'1 s',y-tick,2,,,1000,,100,400\n"
         "'x',note-centred,2,,,,,150,541\n"},
        {false, true, false,
         "text,what,panel,method,a,b,c,x_px,y_px,to_x_px,to_y_px\n"
         "'y',from,2,,1,10,,100,500\n"
         ",to,2,,4,1000,,200,400\n"
         "'10 ms',y-tick,2,,,10,,100,500\n"
         "'20 ms',y-tick,2,,,20,,100,484.949\n"
         "'50 ms',y-tick,2,,,50,,100,465.051\n"
         "'100 ms',y-tick,2,,,100,,100,450\n"
         "'200 ms',y-tick,2,,,200,,100,434.949\n"
         "'500 ms',y-tick,2,,,500,,100,415.051\n"
         "'1 s',y-tick,2,,,1000,,100,400\n"
         "'x',note-centred,2,,,,,150,541\n"},
        {true, true, true,
         "text,what,panel,method,a,b,c,x_px,y_px,to_x_px,to_y_px\n"
         "'xy',from,2,,1,10,,100,500\n"
         ",to,2,,4,1000,,200,400\n"
         "'10 ms',y-tick,2,,,10,,100,500\n"
         "'100 ms',y-tick,2,,,100,,100,450\n"
         "'1 s',y-tick,2,,,1000,,100,400\n"
         "'x',note-centred,2,,,,,150,541\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct sheet_axes axes = {.x = {1, 4, 100, 200, cases[i].x_is_log},
                                        .y = {10, 1000, 500, 400, cases[i].y_is_log}};
        begin(*state, "a,b,c");
        sheet_axes(&sheet, 2, &axes);
        sheet_delay_ticks(&sheet, 2, &axes, cases[i].only_tens);
        sheet_x_title(&sheet, 2, &axes, "x");
        assert_sheet(*state, cases[i].rows);
    }
}

/* From the plot's right edge a line fans out to each name, and a mark and the name stand 8 and 18
 * px behind its end. They are 18 px apart, and half of that within the plot. */
static void names_stand_in_the_order_of_their_lines(void **state)
{
    const struct layout_box box = {.left = 0, .top = 100, .right = 300, .bottom = 200};
    struct sheet_name names[] = {
        {"low", 250, 195, NULL},
        {"b", 200, 150, "B"},
        {"high", 300, 100, NULL},
        {"c", 100, 150, NULL},
    };
    begin(*state, "a,b");
    sheet_names(&sheet, 4, &box, names, LENGTH(names));
    sheet_names(&sheet, 4, &box, names, 0);
    assert_sheet(*state, AB ",leader,4,high,,,300,100,300,100\n"
                            ",leader,4,high,,,300,100,344,109\n"
                            ",mark,4,high,,,352,109\n"
                            "'high',name,4,,,,362,109\n"
                            ",leader,4,b,,,200,150,300,150\n"
                            ",leader,4,b,,,300,150,344,141\n"
                            ",mark,4,b,,,352,141\n"
                            "'B',name,4,,,,362,141\n"
                            ",leader,4,c,,,100,150,300,150\n"
                            ",leader,4,c,,,300,150,344,159\n"
                            ",mark,4,c,,,352,159\n"
                            "'c',name,4,,,,362,159\n"
                            ",leader,4,low,,,250,195,300,195\n"
                            ",leader,4,low,,,300,195,344,191\n"
                            ",mark,4,low,,,352,191\n"
                            "'low',name,4,,,,362,191\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(rows_have_a_field_for_each_column),
        FOLDER_TEST(one_that_is_given_up_leaves_nothing),
        FOLDER_TEST(bytes_that_are_no_character_become_question_marks),
        FOLDER_TEST(a_heading_has_a_line_for_each_of_the_subtitle),
        FOLDER_TEST(ticks_have_texts_where_there_is_room),
        FOLDER_TEST(axes_have_corners_titles_and_ticks_of_delays),
        FOLDER_TEST(names_stand_in_the_order_of_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
