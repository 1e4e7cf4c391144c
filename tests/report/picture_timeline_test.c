// SPDX-License-Identifier: MIT
/* What the pictures of delays over the time are made of: timeline and clients. A panel reaches from
 * 82 to 772 px, of which 70 at least are left for the time at the end of the longest trial. */
#include "given.h"

#define COLUMNS "text,what,panel,method,time_s,delay_ms,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

/* The longest trial takes 6.2 s, so that a second has 100 px; a step is a six hundredth of it. The
 * panels show 0.01 to 100 ms, with 19 px for each factor of ten. */
static void each_method_on_the_loop_has_a_panel(void **state)
{
    struct beat rows[] = {
        {BEAT_IDLE, 1, 7}, /* no trial */
        {0, 1, 0.009},     /* not the median */
        {1, 1, 0.005},     {1, 1.001, 0.1}, {1, 1.002, 0.000001}, /* in one step: the ends of it */
        {1, 3, 0.05},      {2, 1, 0.009},
        {3, 1, 9}, /* not on the loop */
        {4, 2, 0.001},
        {6, 2, 9}, /* warm */
    };
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give_fact(&given, "cpu_model", "A CPU");
    give(&given, "async-read", "cold", 1);
    give_trial(&given, 6.2);
    give_trial(&given, 7);
    given.rows[0].median_s.value = 6.2;
    give(&given, "threads-read", "cold", 30);
    give(&given, "async-mmap", "cold", 3.1);
    give(&given, "async-read-direct", "cold", 1); /* no beat */
    give(&given, "async-read", "warm", 1);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_drawn(*state, &picture_timeline, &source, COLUMNS "@");
}

/* The lines for the heading, 6 px, and 30 for the name of each panel. */
static void clients_lie_over_the_beats(void **state)
{
    struct beat rows[] = {{0, 1, 0.005}, {1, 2, 0.1}};
    struct beat client_rows[] = {{0, 1.5, 0.006}, {2, 1, 0.2}};
    const struct beats beats = {LENGTH(rows), rows};
    const struct beats clients = {LENGTH(client_rows), client_rows};
    given_begin(&given);
    give(&given, "async-read", "cold", 6.2)->work = "copy";
    give(&given, "async-read-uring", "cold", 6.2)->work = "copy"; /* not one of those shown */
    give(&given, "async-copy-offload", "cold", 6.2)->work = "copy";
    const struct picture_source source = {.results = &given.result,
                                          .count = 1,
                                          .beats = &beats,
                                          .clients = &clients,
                                          .cache = "cold"};
    assert_drawn(*state, &picture_clients, &source, COLUMNS "@");
}

/* Without beats their name has no place, either. */
static void clients_alone_are_a_picture(void **state)
{
    struct beat client_rows[] = {{0, 1.5, 0.0006}};
    const struct beats clients = {LENGTH(client_rows), client_rows};
    given_begin(&given);
    give(&given, "async-mmap", "warm", 6.2)->work = "send";
    const struct picture_source source = {
        .results = &given.result, .count = 1, .clients = &clients, .cache = "warm"};
    assert_rows(*state, &picture_clients, &source,
                ROWS("picture", "title", "subtitle", "from", "to", "y-tick", "grid", "mark", "note",
                     "curve"),
                "@");
}

static void the_axes_fit_what_is_shown(void **state)
{
    static const struct {
        double elapsed_s;
        double delay_s;
        const char *rows;
    } cases[] = {
        {62, 0.0005, "@"}, {62, 0.0011, "@"}, {0.0000123, 0.001, "@"}, {0, 0.001, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[] = {{0, 0, cases[i].delay_s}};
        const struct beats beats = {LENGTH(rows), rows};
        given_begin(&given);
        give(&given, "async-mmap", "cold", cases[i].elapsed_s);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
        assert_rows(*state, &picture_timeline, &source,
                    ROWS("picture", "from", "to", "end", "name", "curve"), cases[i].rows);
    }
}

/* Both keep the smallest and the largest of each step of a six hundredth of the longest time, even
 * when that is of a method without a beat. */
static void steps_are_those_of_the_longest_median(void **state)
{
    struct beat rows[] = {{0, 0.5, 0.001}, {0, 0.9, 0.002}, {0, 0.95, 0.003}, {0, 1.1, 0.004}};
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "async-mmap", "cold", 6);
    give(&given, "async-read", "cold", 600); /* no beat */
    give(&given, "single-read", "cold", 60000);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_rows(*state, &picture_timeline, &source, ROWS("curve", "heading"), "@");
}

static void only_some_methods_have_a_panel_of_clients(void **state)
{
    static const struct {
        const char *method;
        bool is_shown;
    } cases[] = {
        {"async-read", true},          {"async-mmap", true},         {"async-mmap-hybrid", true},
        {"async-copy-read", true},     {"async-copy-mmap", true},    {"async-copy-offload", true},
        {"async-send-read", true},     {"async-send-sendfile", true}, {"async-send-offload", true},
        {"async-send-uring", false},   {"single-read", false},       {"async-mmap-random", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[] = {{0, 0.5, 0.001}};
        const struct beats beats = {LENGTH(rows), rows};
        given_begin(&given);
        give(&given, cases[i].method, "cold", 1);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .clients = &beats, .cache = "cold"};
        if (cases[i].is_shown)
            assert_rows(*state, &picture_clients, &source, ROWS("curve"),
                        ",curve,1,clients,0.5,1\n");
        else
            assert_missing(*state, &picture_clients, &source,
                           "no method that it shows had a request of a client");
    }
}

static void without_a_beat_there_is_no_picture(void **state)
{
    struct beat rows[] = {{BEAT_IDLE, 0.5, 0.001}, {1, 0.5, 0.001}, {2, 0.5, 0.001}};
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "async-read", "cold", 1);
    last_trial(&given)->order = -1; /* unknown, and no idle control */
    give(&given, "single-read", "cold", 1);
    give(&given, "async-mmap", "cold", 1)->count = 0; /* no ok trial */
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_missing(*state, &picture_timeline, &source, "no trial of an async-* method had a beat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_method_on_the_loop_has_a_panel),
        FOLDER_TEST(clients_lie_over_the_beats),
        FOLDER_TEST(clients_alone_are_a_picture),
        FOLDER_TEST(the_axes_fit_what_is_shown),
        FOLDER_TEST(steps_are_those_of_the_longest_median),
        FOLDER_TEST(only_some_methods_have_a_panel_of_clients),
        FOLDER_TEST(without_a_beat_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
