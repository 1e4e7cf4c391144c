// SPDX-License-Identifier: MIT
/* What the picture of the loop's time is made of. Where the names are n characters wide, the bars
 * begin at 32 + 8 n px and 740 - 8 n px are 100 %. A row is 30 px high, a bar 0.68 of it. */
#include "given.h"

#define COLUMNS "text,what,panel,method,from_percent,row,to_percent,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

static struct summary_row *add(const char *method, double poll, double cpu, double queued,
                               double stalled)
{
    struct summary_row *row = give(&given, method, "cold", 1);
    row->loop_poll_share = poll;
    row->loop_cpu_share = cpu;
    row->loop_queued_share = queued;
    row->loop_stalled_share = stalled;
    return row;
}

static struct picture_source source(void)
{
    return (struct picture_source){.results = &given.result, .count = 1, .cache = "cold"};
}

/* Names of 15 characters: 6.2 px for each percent. A value has 8 px for each character, and 6. */
static void each_method_has_a_bar_of_its_shares(void **state)
{
    given_begin(&given);
    give_fact(&given, "idle_elapsed_s", "2");
    give_fact(&given, "idle_loop_poll_s", "1.9");
    give_fact(&given, "idle_loop_cpu_s", "0.06");
    give_fact(&given, "idle_loop_queued_s", "0.02");
    give_fact(&given, "idle_loop_stalled_s", "0.012");
    add("async-copy-mmap", 0.5, 0.25, 0.05, 0.2);
    add("async-read", NAN, NAN, NAN, NAN);
    add("threads-read", 0.062, 0.048, NAN, 0.88); /* unknown queueing is no part of its own */
    give(&given, "async-read", "warm", 1)->loop_poll_share = 1;
    const struct picture_source all = source();
    assert_drawn(*state, &picture_loop, &all, COLUMNS "@");
}

/* The shares may add up to more, and then all are on one scale with it. Where only a range is known
 * the bar has its low end; what is left to 100 % cannot be told apart. */
static void what_is_not_known_is_the_rest(void **state)
{
    static const struct {
        double poll;
        double cpu;
        double queued;
        double stalled;
        struct summary_range poll_range;
        struct summary_range stalled_range;
        const char *rows;
    } cases[] = {
        {0.5, 0.4, 0.2, 0.1, {NAN, NAN}, {NAN, NAN}, "@"},
        {NAN, 0.3, 0.1, 0.2, {0.1, 0.4}, {NAN, NAN}, "@"},
        {0.1, 0.3, 0, NAN, {NAN, NAN}, {0.5, 0.6}, "@"},
        {NAN, 0.3, NAN, NAN, {0.2, 0.4}, {0.3, 0.5}, "@"},
        {NAN, 0.5, 0.3, NAN, {0.1, 0.2}, {0.2, 0.3}, "@"}, /* no rest below nothing */
        {NAN, 0.3, 0.1, NAN, {0.1, 0.4}, {0.5, 0.8}, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        struct summary_row *row = add("async-copy-mmap", cases[i].poll, cases[i].cpu,
                                      cases[i].queued, cases[i].stalled);
        row->loop_poll_range = cases[i].poll_range;
        row->loop_stalled_range = cases[i].stalled_range;
        const struct picture_source all = source();
        assert_rows(*state, &picture_loop, &all,
                    ROWS("picture", "from", "to", "x-tick", "polling", "cpu", "queued", "stalled",
                         "untold", "name", "rule"),
                    cases[i].rows);
    }
}

static void the_idle_control_has_what_is_known_of_it(void **state)
{
    static const struct {
        const char *facts[8][2];
        const char *rows;
    } cases[] = {
        {{{"idle_elapsed_s", "2"},
          {"idle_loop_cpu_s", "0.2"},
          {"idle_loop_poll_low_s", "1"},
          {"idle_loop_poll_high_s", "1.5"},
          {"idle_loop_stalled_low_s", "0.3"},
          {"idle_loop_stalled_high_s", "0.8"}},
         "@"},
        {{{"idle_elapsed_s", "2"}, {"idle_loop_cpu_s", "0.2"}, {"idle_loop_poll_s", "1"}}, "@"},
        {{{"idle_loop_poll_s", "1"}, {"idle_loop_cpu_s", "0.2"}, {"idle_loop_stalled_s", "1"}},
         "@"},
        {{{"idle_elapsed_s", "4"},
          {"idle_loop_poll_s", "1"},
          {"idle_loop_cpu_s", "1"},
          {"idle_loop_queued_s", "1"},
          {"idle_loop_stalled_s", "1"}},
         "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        give_fact(&given, "cpu_model", "A CPU");
        for (size_t k = 0; k < 8 && cases[i].facts[k][0] != NULL; k++)
            give_fact(&given, cases[i].facts[k][0], cases[i].facts[k][1]);
        add("x", 1, 0, 0, 0)->work = "send";
        const struct picture_source all = source();
        assert_rows(*state, &picture_loop, &all,
                    ROWS("picture", "title", "subtitle", "from", "to", "polling,1,idle",
                         "cpu,1,idle", "queued,1,idle", "stalled,1,idle", "untold,1,idle",
                         "row-name", "name", "rule"),
                    cases[i].rows);
    }
}

/* The idle control alone is none, either. */
static void without_figures_of_the_loop_there_is_no_picture(void **state)
{
    given_begin(&given);
    give_fact(&given, "idle_elapsed_s", "2");
    give_fact(&given, "idle_loop_poll_s", "1.9");
    give_fact(&given, "idle_loop_cpu_s", "0.06");
    give_fact(&given, "idle_loop_stalled_s", "0.012");
    add("async-read", 0.5, NAN, 0.5, 0);
    add("async-mmap", NAN, 0.5, 0.5, 0);
    const struct picture_source all = source();
    assert_missing(*state, &picture_loop, &all, "no method has figures of the loop");
    given_begin(&given);
    const struct picture_source none = source();
    assert_missing(*state, &picture_loop, &none, "no method has figures of the loop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_method_has_a_bar_of_its_shares),
        FOLDER_TEST(what_is_not_known_is_the_rest),
        FOLDER_TEST(the_idle_control_has_what_is_known_of_it),
        FOLDER_TEST(without_figures_of_the_loop_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
