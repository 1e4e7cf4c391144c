// SPDX-License-Identifier: MIT
/* What the picture of the delays is made of. Where the names are n characters wide, the panel
 * reaches from 82 to 710 - 8 n px. */
#include "given.h"

#define COLUMNS "text,what,panel,method,nines,delay_ms,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

/* Of four beats, those at 0, 25, 50, and 75 % have 0, 0.125, 0.301 and 0.602 nines. Names of 12
 * characters: the panel ends at 614, which is 90 %, one nine. Its 340 px are 0.01 to 100 ms: the
 * shortest beat of each, which says nothing, makes no room for itself. */
static void a_method_has_a_curve_of_all_its_trials(void **state)
{
    struct beat rows[] = {
        {BEAT_IDLE, 0, 0.00005}, {BEAT_IDLE, 0, 0.000003}, {5, 0, 0.1},  {5, 0, 0.001},
        {3, 0, 0.0001},          {3, 0, 0.01},             {4, 0, 1000}, {9, 0, 1000},
        {2, 0, 0.0001},
    };
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "single-read", "cold", 1); /* no beats */
    give(&given, "async-mmap", "cold", 1);
    last_trial(&given)->order = 5; /* 4 is of a trial that is not ok, and 9 of none */
    give_trial(&given, 1)->order = 3;
    give(&given, "other", "cold", 1);
    last_trial(&given)->order = -1; /* unknown, and no idle control */
    give(&given, "async-mmap", "warm", 1);
    last_trial(&given)->order = 2; /* of another picture */
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_drawn(*state, &picture_delay, &source, COLUMNS "@");
}

/* Names of 10 characters: 548 px. The 0 % is left out where it has no 34 px beside the 50 %. */
static void the_percentiles_have_labels(void **state)
{
    static const struct {
        size_t count;
        const char *rows;
    } cases[] = {
        {1, "@"}, {10, "@"}, {1000, "@"}, {49000, "@"}, {100000, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beats beats = {cases[i].count, calloc(cases[i].count, sizeof *beats.rows)};
        assert_non_null(beats.rows);
        for (size_t k = 0; k < beats.count; k++)
            beats.rows[k].delay_s = 0.001;
        given_begin(&given);
        give(&given, "async-mmap", "cold", 1);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
        assert_rows(*state, &picture_delay, &source, ROWS("from", "to", "x-tick", "mark"),
                    cases[i].rows);
        free(beats.rows);
    }
}

/* It has whole powers of ten, 1 ms among them, but nothing below a microsecond. */
static void the_axis_has_room_for_all_but_the_shortest_beats(void **state)
{
    static const struct {
        double delays_ms[3];
        const char *rows;
    } cases[] = {
        {{1}, "@"},       {{0.1}, "@"},      {{1.5, 2, 3}, "@"}, {{0.05, 0.5, 0.6}, "@"},
        {{0, 0, 0}, "@"}, {{0, 30, 0}, "@"}, {{1, 1, 10}, "@"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[3] = {{0}};
        struct beats beats = {i < 2 ? 1 : 3, rows};
        for (size_t k = 0; k < beats.count; k++)
            rows[k].delay_s = cases[i].delays_ms[k] / 1000;
        given_begin(&given);
        give(&given, "async-mmap", "cold", 1);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
        assert_rows(*state, &picture_delay, &source, ROWS("from", "to", "y-tick", "curve"),
                    cases[i].rows);
    }
}

/* 18 px for each name; 340 at least. */
static void many_names_have_their_room(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j",
                                        "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"};
    static const struct {
        size_t count;
        const char *rows;
    } cases[] = {{18, "@"}, {20, "@"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[LENGTH(names)];
        const struct beats beats = {cases[i].count, rows};
        given_begin(&given);
        give_fact(&given, "cpu_model", "A CPU");
        for (size_t k = 0; k < cases[i].count; k++) {
            give(&given, names[k], "cold", 1)->work = "copy";
            rows[k] = (struct beat){.trial = (int64_t)k, .delay_s = 0.001};
        }
        const struct picture_source source = {
            .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
        assert_rows(*state, &picture_delay, &source,
                    ROWS("picture", "title", "subtitle", "from", "to", "note"), cases[i].rows);
    }
}

static void the_idle_control_alone_is_no_picture(void **state)
{
    struct beat rows[] = {{BEAT_IDLE, 0, 0.00005}, {7, 0, 1}};
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "async-mmap", "cold", 1);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_missing(*state, &picture_delay, &source,
                   "the trials were too short for a beat on the loop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_method_has_a_curve_of_all_its_trials),
        FOLDER_TEST(the_percentiles_have_labels),
        FOLDER_TEST(the_axis_has_room_for_all_but_the_shortest_beats),
        FOLDER_TEST(many_names_have_their_room),
        FOLDER_TEST(the_idle_control_alone_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
