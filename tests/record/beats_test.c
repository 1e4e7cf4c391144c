// SPDX-License-Identifier: MIT
#include "record/beats.h"

#include "tests/support.h"

#include <errno.h>

static int read_text(const char *dir, const char *text, struct beats *beats, struct error *error)
{
    file_write(dir, "loop_delay.csv", text, strlen(text));
    return beats_read(beats, dir, BEATS_OF_THE_LOOP, error);
}

static void beats_are_read_by_the_names_of_their_columns(void **state)
{
    static const char *const texts[] = {
        "trial,time_s,delay_s\nidle,0.001,0.5\n12,0.25,1e-06\n",
        "delay_s,new,trial,time_s\n0.5,x,idle,0.001\n1e-06,,12,0.25\n",
        "trial,time_s,delay_s\r\nidle,0.001,0.5\r\n12,0.25,1e-06\r\n",
    };
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct beats beats;
        struct error error;
        assert_int_equal(read_text(*state, texts[i], &beats, &error), 0);
        assert_int_equal(beats.count, 2);
        assert_int_equal(beats.rows[0].trial, BEAT_IDLE);
        assert_float_equal(beats.rows[0].time_s, 0.001, 0);
        assert_float_equal(beats.rows[0].delay_s, 0.5, 0);
        assert_int_equal(beats.rows[1].trial, 12);
        assert_float_equal(beats.rows[1].time_s, 0.25, 0);
        assert_float_equal(beats.rows[1].delay_s, 1e-6, 0);
        beats_free(&beats);
    }
}

static void many_beats_are_all_read(void **state)
{
    enum { MANY = 5000 };
    struct beats beats;
    struct error error;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    fputs("trial,time_s,delay_s\n", out);
    for (int i = 0; i < MANY; i++)
        fprintf(out, "%d,%d,1\n", i / 100, i);
    fclose(out);
    assert_int_equal(read_text(*state, text, &beats, &error), 0);
    assert_int_equal(beats.count, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(beats.rows[i].trial, i / 100);
        assert_float_equal(beats.rows[i].time_s, i, 0);
    }
    beats_free(&beats);
    free(text);
}

/* Also where what is left of it looks like a whole one. */
static void a_last_line_that_is_cut_off_is_passed_over(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {
        {"trial,time_s,delay_s\n1,0.1,0.2\n2,0.3,0.4", 1},
        {"trial,time_s,delay_s\n1,0.1,0.2\n2,0.", 1},
        {"trial,time_s,delay_s\n", 0},
        {"trial,time_s,delay_s\n0,0.1,0.2\n", 1},
        {"trial,time", 0},
        {"", 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beats beats;
        struct error error;
        assert_int_equal(read_text(*state, cases[i].text, &beats, &error), 0);
        assert_int_equal(beats.count, cases[i].count);
        beats_free(&beats);
    }
}

static void a_wrong_line_is_named(void **state)
{
    static const struct {
        const char *text;
        const char *said;
    } cases[] = {
        {"trial,time_s\n1,0.1\n",
         "loop_delay.csv: line 1 is not the header: it has no column delay_s"},
        {"trial,time_s,delay_s\n1,0.1\n", "loop_delay.csv: line 2 is not a whole row"},
        {"trial,time_s,delay_s\n1,0.1,0.2\nx,0.1,0.2\n", "line 3"},
        {"trial,time_s,delay_s\n-3,0.1,0.2\n", "line 2"},
        {"trial,time_s,delay_s\n1,,0.2\n", "line 2"},
        {"trial,time_s,delay_s\n1,0.1,0.2s\n", "line 2"},
        {"trial,time_s,delay_s\n1,0.1,0.2,0.3\n", "line 2"},
        {"trial,time_s,delay_s\n1,0.1,0.2\n\n", "line 3"},
        {"trial,time_s,delay_s\n,0.1,0.2\n", "line 2"},
        {"trial,time_s,delay_s\n1x,0.1,0.2\n", "line 2"},
        {"trial,time_s,delay_s\nidle,x,0.2\n", "line 2"},
        {"trial,time_s,delay_s\nidler,0.1,0.2\n", "line 2"},
        {"trial,time_s,delay_s\n99999999999999999999,0.1,0.2\n", "line 2"},
        {"trial,time_s,delay_s\n1,1e999,0.2\n", "line 2"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beats beats;
        struct error error;
        assert_int_equal(read_text(*state, cases[i].text, &beats, &error), -EINVAL);
        if (strstr(error.text, cases[i].said) == NULL)
            fail_msg("case %zu: %s", i, error.text);
    }
}

static void results_without_beats_are_told_from_errors(void **state)
{
    struct beats beats;
    struct error error;
    assert_int_equal(beats_read(&beats, *state, BEATS_OF_THE_LOOP, &error), -ENOENT);
    assert_int_equal(beats.count, 0);
    assert_int_equal(read_text(*state, "trial,time_s,delay_s\n1,0.1,0.2\n", &beats, &error), 0);
    beats_free(&beats);
    assert_int_equal(beats_read(&beats, *state, BEATS_OF_CLIENTS, &error), -ENOENT);
    assert_non_null(strstr(error.text, "client_delay.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(beats_are_read_by_the_names_of_their_columns),
        FOLDER_TEST(many_beats_are_all_read),
        FOLDER_TEST(a_last_line_that_is_cut_off_is_passed_over),
        FOLDER_TEST(a_wrong_line_is_named),
        FOLDER_TEST(results_without_beats_are_told_from_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
