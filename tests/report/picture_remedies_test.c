// SPDX-License-Identifier: MIT
/* What the picture of the remedies is made of. Where the names are n characters wide, the panels
 * reach from 82 to 710 - 8 n px. Of the delays, the shortest stands 48 px above their lower end,
 * the longest 12 px below the upper one; they are 230 px high at least. */
#include "given.h"

#define COLUMNS                                                                                    \
    "text,what,panel,method,median_s,delay_ms,median_low_s,median_high_s,size,x_px,y_px,to_x_px,"  \
    "to_y_px\n"

static struct given given;

static struct summary_row *add(const char *method, const char *cache, double median_s,
                               double p99_s)
{
    struct summary_row *row = give(&given, method, cache, median_s);
    row->loop_delay_p99_s = p99_s;
    return row;
}

/* With the interval of its ratio to the fastest. */
static struct summary_row *add_compared(const char *method, const char *cache, double median_s,
                                        double p99_s, double high)
{
    struct summary_row *row = add(method, cache, median_s, p99_s);
    row->fastest_ratio = (struct ratio){.count = 7, .estimate = {1, 0.9, high}};
    return row;
}

static struct picture_source source(void)
{
    return (struct picture_source){.results = &given.result, .count = 1};
}

/* Names of 20 characters: the panels end at 550, of which the longest time takes 450 px. Delays of
 * 0.1 to 10 ms: 85 px for each factor of ten. */
static void every_method_is_a_point(void **state)
{
    given_begin(&given);
    add_compared("async-read", "cold", 1, 0.001, 1.05);
    add_compared("async-read-uring", "cold", 1, 0.001, 1.05);
    struct summary_row *slow = add("async-mmap-readahead", "cold", 4, 0.01);
    slow->median_s.low = 3;
    slow->median_s.high = 4.5;
    add_compared("async-read-uring", "warm", 0.3, 0.0001, 1.4);
    add("single-mmap", "warm", 3, NAN); /* has no point but room */
    const struct picture_source all = source();
    assert_drawn(*state, &picture_remedies, &all, COLUMNS "@");
}

/* Of times with more than a factor of 20, by their intervals. */
static void wide_times_have_a_log_axis(void **state)
{
    static const struct {
        double fast_s;
        double low_s;
        double slow_s;
        double high_s;
        double p99_s;
        const char *rows;
    } cases[] = {
        {1, NAN, 20, NAN, 0.001, "@"},   {1, NAN, 20.8, NAN, 0.001, "@"},
        {1, 0.9, 20, 17, 0.001, "@"},    {1, 1.5, 20, 26, 0.001, "@"},
        {1, 0.1, 20, NAN, NAN, "@"}, /* no interval is drawn of what has no point */
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        add("async-read-direct", "cold", cases[i].fast_s, cases[i].p99_s)->median_s.low =
            cases[i].low_s;
        add("single-mmap", "cold", cases[i].slow_s, 0.001)->median_s.high = cases[i].high_s;
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all,
                    ROWS("from", "to", "x-tick", "note-centred", "corner", "paper"),
                    cases[i].rows);
    }
}

/* The corner ends with the panel, and is as high as the work allows. */
static void the_corner_is_what_is_fast_and_leaves_the_loop_free(void **state)
{
    static const struct {
        const char *work;
        const char *cache;
        const char *rows;
    } cases[] = {
        {"scan", "cold", "@"}, {"scan", "warm", "@"}, {"copy", "cold", "@"}, {"send", "warm", "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        add("async-copy-offload", cases[i].cache, 1, 1)->work = cases[i].work;
        add("single-mmap", cases[i].cache, 0.5, NAN)->work = cases[i].work;
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all, ROWS("title", "subtitle", "corner"),
                    cases[i].rows);
    }
}

/* Delays from 1 to 10 ms are always shown; a panel is as high as its names need. */
static void the_axis_of_delays_shows_the_corner(void **state)
{
    static const struct {
        double p99_s;
        size_t count;
        const char *rows;
    } cases[] = {
        {0.002, 1, "@"}, {1e-9, 1, "@"}, {0.1, 1, "@"}, {0.002, 14, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g",
                                            "h", "i", "j", "k", "l", "m", "n"};
        given_begin(&given);
        for (size_t k = 0; k < cases[i].count; k++)
            add(names[k], "cold", 1 + (double)k, cases[i].p99_s);
        add("a", "warm", 1, 0.002);
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all,
                    ROWS("picture", "from,", "to,", "y-tick", "point,1,a,"), cases[i].rows);
    }
}

static void only_what_is_on_top_of_each_other_is_larger(void **state)
{
    given_begin(&given);
    add("a", "cold", 1, 0.001);
    add("b", "cold", 1, 0.005); /* above a */
    add("c", "cold", 2, 0.001); /* beside it */
    add("d", "cold", 1.0005, 0.001001);
    add("e", "cold", NAN, 0.005); /* no time, no point */
    add("f", "cold", 0, 0.005);
    const struct picture_source all = source();
    assert_rows(*state, &picture_remedies, &all, ROWS("point"), "@");
}

/* The delay is the longer one of the beats and of the clients, where there are any. */
static void what_is_not_known_is_counted(void **state)
{
    static const struct {
        struct {
            const char *cache;
            double p99_s;
            double client_p99_s;
            double client_max_s;
        } rows[4];
        const char *expected;
    } cases[] = {
        {{{"cold", 0.001, NAN, NAN}}, "@"},
        {{{"cold", 0.001, 0.002, 0.003}, {"cold", 0.004, 0.003, 0.003}}, "@"},
        {{{"cold", 0.001, NAN, NAN}, {"cold", NAN, NAN, NAN}}, "@"},
        {{{"cold", NAN, NAN, NAN}, {"cold", NAN, NAN, NAN}, {"warm", 0.001, NAN, NAN}}, "@"},
        {{{"cold", 0.002, NAN, NAN},
          {"cold", 0.001, NAN, 0.003},
          {"warm", NAN, NAN, NAN},
          {"warm", NAN, NAN, NAN}},
         "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        static const char *const names[] = {"a", "b", "c", "d"};
        given_begin(&given);
        give_fact(&given, "cpu_model", "A CPU");
        for (size_t k = 0; k < 4 && cases[i].rows[k].cache != NULL; k++) {
            struct summary_row *row = add(names[k], cases[i].rows[k].cache, 1,
                                          cases[i].rows[k].p99_s);
            row->client_p99_s = cases[i].rows[k].client_p99_s;
            row->client_max_s = cases[i].rows[k].client_max_s;
        }
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all, ROWS("subtitle", "heading", "point"),
                    cases[i].expected);
    }
}

static void of_nothing_there_is_no_picture(void **state)
{
    given_begin(&given);
    const struct picture_source all = source();
    assert_missing(*state, &picture_remedies, &all,
                   "no method has both a median and a loop delay");
    add("a", "cold", 1, NAN);
    add("b", "cold", NAN, 1);
    add("a", "warm", 0, 1);
    const struct picture_source some = source();
    assert_missing(*state, &picture_remedies, &some,
                   "no method has both a median and a loop delay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_method_is_a_point),
        FOLDER_TEST(wide_times_have_a_log_axis),
        FOLDER_TEST(the_corner_is_what_is_fast_and_leaves_the_loop_free),
        FOLDER_TEST(the_axis_of_delays_shows_the_corner),
        FOLDER_TEST(only_what_is_on_top_of_each_other_is_larger),
        FOLDER_TEST(what_is_not_known_is_counted),
        FOLDER_TEST(of_nothing_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
