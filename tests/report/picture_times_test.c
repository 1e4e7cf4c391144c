// SPDX-License-Identifier: MIT
/* What the picture of the times is made of. Where the names are n characters wide, the panel
 * reaches from 32 + 8 n to 772 px. A row is 52 px high. */
#include "given.h"

#define COLUMNS "text,what,panel,method,time_s,row,size,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

static struct picture_source of(const char *cache)
{
    return (struct picture_source){.results = &given.result, .count = 1, .cache = cache};
}

/* Names of 21 characters: 572 px, 550 of them for the longest trial, of 5.5 s. The device reads
 * the 2000 bytes in 2 s. */
static void every_trial_is_a_dot_in_the_row_of_its_method(void **state)
{
    given_begin(&given);
    give_fact(&given, "device_read_bandwidth_bytes_per_s", "1000");
    give(&given, "async-mmap-sequential", "cold", 3);
    give_trial(&given, 5.5)->bytes = 2000;
    give(&given, "single-read", "cold", 1)->left_out = 2;
    last_trial(&given)->bytes = 500;
    give(&given, "threads-splice", "cold", NAN)->count = 0;
    give(&given, "async-read", "cold", 0.5);
    give(&given, "single-copy-whole", "cold", 2);
    snprintf(last_trial(&given)->io, TRIAL_TEXT, "range");
    give(&given, "async-read", "warm", 9); /* of another picture */
    const struct picture_source source = of("cold");
    assert_drawn(*state, &picture_times, &source, COLUMNS "@");
}

/* It is drawn up to twice the longest trial, and its text stays within the panel. Names of 8
 * characters: 676 px, 650 for what is the longest. */
static void the_limit_of_the_device_is_drawn_or_said(void **state)
{
    static const struct {
        const char *speed;
        const char *cache;
        double longest_s;
        const char *rows;
    } cases[] = {
        {"1000", "cold", 6.5, "@"}, /* 2 s */
        {"1000", "cold", 65, "@"},  {"1000", "cold", 1.01, "@"}, {"1000", "cold", 1, "@"},
        {"1000", "warm", 6.5, "@"}, {"0", "cold", 6.5, "@"},     {"", "cold", 6.5, "@"},
        {"1000", "cold", 0, "@"},   {"", "cold", 0, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        give_fact(&given, "device_read_bandwidth_bytes_per_s", cases[i].speed);
        give(&given, "one-read", cases[i].cache, cases[i].longest_s);
        last_trial(&given)->bytes = 2000;
        const struct picture_source source = of(cases[i].cache);
        assert_rows(*state, &picture_times, &source,
                    ROWS("picture", "from", "to", "limit", "note", "mark", "name", "stroke,1,,"),
                    cases[i].rows);
    }
}

/* Of more than 50 in a row, on average. */
static void many_dots_are_smaller(void **state)
{
    static const struct {
        size_t trials; /* of the first of two methods */
        const char *end;
    } cases[] = {{99, ",0.7\n"}, {100, ",0.5\n"}};
    static struct trial trials[100];
    static const struct trial *pointers[100];
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *missing;
        size_t count = 0;
        given_begin(&given);
        struct summary_row *row = give(&given, "one-read", "cold", 1);
        give(&given, "two-read", "cold", 1);
        row->count = cases[i].trials;
        row->trials = pointers;
        for (size_t k = 0; k < LENGTH(trials); k++) {
            trials[k] = trial_unknown();
            trials[k].elapsed_s = 1;
            pointers[k] = &trials[k];
        }
        const struct picture_source source = of("cold");
        char *text = drawn(*state, &picture_times, &source, &missing);
        assert_non_null(text);
        for (const char *at = text; (at = strstr(at, "'read',trial,1,")) != NULL; at++) {
            const char *end = strchr(at, '\n') - strlen(",0.7");
            double row_number;
            assert_memory_equal(end, cases[i].end, strlen(cases[i].end));
            assert_int_equal(sscanf(strstr(at, "-read,1,"), "-read,1,%lf", &row_number), 1);
            /* 0.12 rows below the middle, and up to 0.2 from there */
            assert_true(fabs(row_number - (count < cases[i].trials ? 1.12 : 2.12)) <= 0.2001);
            count++;
        }
        assert_int_equal(count, cases[i].trials + 1);
        free(text);
    }
}

static void the_title_says_the_work(void **state)
{
    given_begin(&given);
    give_fact(&given, "cpu_model", "A CPU");
    give(&given, "copy", "warm", 1)->work = "copy"; /* a name without a way */
    const struct picture_source source = of("warm");
    assert_rows(*state, &picture_times, &source, ROWS("picture", "title", "subtitle", "mark", "trial"),
                "@");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_trial_is_a_dot_in_the_row_of_its_method),
        FOLDER_TEST(the_limit_of_the_device_is_drawn_or_said),
        FOLDER_TEST(many_dots_are_smaller),
        FOLDER_TEST(the_title_says_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
