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
        {BEAT_IDLE, 0, 0.00005},
        {BEAT_IDLE, 0, 0.000003},
        {5, 0, 0.1},
        {5, 0, 0.001},
        {3, 0, 0.0001},
        {3, 0, 0.01},
        {4, 0, 1000},
        {9, 0, 1000},
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
    assert_drawn(*state, &picture_delay, &source,
                 COLUMNS
                 ",picture,1,,,,0,0,800,480\n"
                 "'Loop delay, scan of 8 files of 1 MiB, cold cache, 4 trials',title,1,,,,20,28\n"
                 "'y',from,1,,0,0.01,82,418\n"
                 ",to,1,,1,100,614,78\n"
                 "'0 %',x-tick,1,,0,,82,418\n"
                 "'50 %',x-tick,1,,0.30103,,242.148,418\n"
                 "'90 %',x-tick,1,,1,,614,418\n"
                 "'0.01 ms',y-tick,1,,,0.01,82,418\n"
                 "'0.1 ms',y-tick,1,,,0.1,82,333\n"
                 "'1 ms',y-tick,1,,,1,82,248\n"
                 "'10 ms',y-tick,1,,,10,82,163\n"
                 "'100 ms',y-tick,1,,,100,82,78\n"
                 "'percentile of the beats',note-centred,1,,,,348,459\n"
                 "'loop delay',note,1,,,,20,60\n"
                 ",mark,1,async-mmap,,,402.296,78\n"
                 ",mark,1,idle,,,242.148,358.588\n"
                 ",leader,1,async-mmap,,,402.296,78,614,78\n"
                 ",leader,1,async-mmap,,,614,78,658,87\n"
                 ",mark,1,async-mmap,,,666,87\n"
                 "'async-mmap',name,1,,,,676,87\n"
                 ",leader,1,idle,,,242.148,358.588,614,358.588\n"
                 ",leader,1,idle,,,614,358.588,658,358.588\n"
                 ",mark,1,idle,,,666,358.588\n"
                 "'idle control',name,1,,,,676,358.588\n"
                 ",curve,1,async-mmap,0,0.1\n"
                 ",curve,1,async-mmap,0.124939,1\n"
                 ",curve,1,async-mmap,0.30103,10\n"
                 ",curve,1,async-mmap,0.60206,100\n"
                 ",curve,1,idle,0,0.01\n"
                 ",curve,1,idle,0.30103,0.05\n");
}

/* Names of 10 characters: 548 px. The 0 % is left out where it has no 34 px beside the 50 %. */
static void the_percentiles_have_labels(void **state)
{
    static const struct {
        size_t count;
        const char *rows;
    } cases[] = {
        {1, "'y',from,1,,0,1,82,418\n"
            ",to,1,,1,10,630,78\n"
            "'0 %',x-tick,1,,0,,82,418\n"
            "'50 %',x-tick,1,,0.30103,,246.964,418\n"
            "'90 %',x-tick,1,,1,,630,418\n"
            ",mark,1,async-mmap,,,82,418\n"
            ",mark,1,async-mmap,,,682,409\n"},
        {10, "'y',from,1,,0,1,82,418\n"
             ",to,1,,1,10,630,78\n"
             "'0 %',x-tick,1,,0,,82,418\n"
             "'50 %',x-tick,1,,0.30103,,246.964,418\n"
             "'90 %',x-tick,1,,1,,630,418\n"
             ",mark,1,async-mmap,,,630,418\n"
             ",mark,1,async-mmap,,,682,409\n"},
        {1000, "'y',from,1,,0,1,82,418\n"
               ",to,1,,3,10,630,78\n"
               "'0 %',x-tick,1,,0,,82,418\n"
               "'50 %',x-tick,1,,0.30103,,136.988,418\n"
               "'90 %',x-tick,1,,1,,264.667,418\n"
               "'99 %',x-tick,1,,2,,447.333,418\n"
               "'99.9 %',x-tick,1,,3,,630,418\n"
               ",mark,1,async-mmap,,,630,418\n"
               ",mark,1,async-mmap,,,682,409\n"},
        {49000, "'y',from,1,,0,1,82,418\n"
                ",to,1,,4.6902,10,630,78\n"
                "'0 %',x-tick,1,,0,,82,418\n"
                "'50 %',x-tick,1,,0.30103,,117.172,418\n"
                "'90 %',x-tick,1,,1,,198.839,418\n"
                "'99 %',x-tick,1,,2,,315.679,418\n"
                "'99.9 %',x-tick,1,,3,,432.518,418\n"
                "'99.99 %',x-tick,1,,4,,549.358,418\n"
                ",mark,1,async-mmap,,,630,418\n"
                ",mark,1,async-mmap,,,682,409\n"},
        {100000, "'y',from,1,,0,1,82,418\n"
                 ",to,1,,5,10,630,78\n"
                 "'50 %',x-tick,1,,0.30103,,114.993,418\n"
                 "'90 %',x-tick,1,,1,,191.6,418\n"
                 "'99 %',x-tick,1,,2,,301.2,418\n"
                 "'99.9 %',x-tick,1,,3,,410.8,418\n"
                 "'99.99 %',x-tick,1,,4,,520.4,418\n"
                 "'99.999 %',x-tick,1,,5,,630,418\n"
                 ",mark,1,async-mmap,,,630,418\n"
                 ",mark,1,async-mmap,,,682,409\n"},
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
        {{1},
         "'y',from,1,,0,1,82,418\n"
         ",to,1,,1,10,630,78\n"
         "'1 ms',y-tick,1,,,1,82,418\n"
         "'10 ms',y-tick,1,,,10,82,78\n"
         ",curve,1,async-mmap,0,1\n"},
        {{0.1},
         "'y',from,1,,0,0.1,82,418\n"
         ",to,1,,1,1,630,78\n"
         "'0.1 ms',y-tick,1,,,0.1,82,418\n"
         "'1 ms',y-tick,1,,,1,82,78\n"
         ",curve,1,async-mmap,0,0.1\n"},
        {{1.5, 2, 3},
         "'y',from,1,,0,1,82,418\n"
         ",to,1,,1,10,630,78\n"
         "'1 ms',y-tick,1,,,1,82,418\n"
         "'10 ms',y-tick,1,,,10,82,78\n"
         ",curve,1,async-mmap,0,1.5\n"
         ",curve,1,async-mmap,0.176091,2\n"
         ",curve,1,async-mmap,0.477121,3\n"},
        {{0.05, 0.5, 0.6},
         "'y',from,1,,0,0.1,82,418\n"
         ",to,1,,1,1,630,78\n"
         "'0.1 ms',y-tick,1,,,0.1,82,418\n"
         "'1 ms',y-tick,1,,,1,82,78\n"
         ",curve,1,async-mmap,0,0.1\n"
         ",curve,1,async-mmap,0.176091,0.5\n"
         ",curve,1,async-mmap,0.477121,0.6\n"},
        {{0, 0, 0},
         "'y',from,1,,0,0.001,82,418\n"
         ",to,1,,1,1,630,78\n"
         "'0.001 ms',y-tick,1,,,0.001,82,418\n"
         "'0.01 ms',y-tick,1,,,0.01,82,304.667\n"
         "'0.1 ms',y-tick,1,,,0.1,82,191.333\n"
         "'1 ms',y-tick,1,,,1,82,78\n"
         ",curve,1,async-mmap,0,0.001\n"
         ",curve,1,async-mmap,0.176091,0.001\n"
         ",curve,1,async-mmap,0.477121,0.001\n"},
        {{0, 30, 0},
         "'y',from,1,,0,0.001,82,418\n"
         ",to,1,,1,100,630,78\n"
         "'0.001 ms',y-tick,1,,,0.001,82,418\n"
         "'0.01 ms',y-tick,1,,,0.01,82,350\n"
         "'0.1 ms',y-tick,1,,,0.1,82,282\n"
         "'1 ms',y-tick,1,,,1,82,214\n"
         "'10 ms',y-tick,1,,,10,82,146\n"
         "'100 ms',y-tick,1,,,100,82,78\n"
         ",curve,1,async-mmap,0,0.001\n"
         ",curve,1,async-mmap,0.176091,0.001\n"
         ",curve,1,async-mmap,0.477121,30\n"},
        {{1, 1, 10},
         "'y',from,1,,0,1,82,418\n"
         ",to,1,,1,10,630,78\n"
         "'1 ms',y-tick,1,,,1,82,418\n"
         "'10 ms',y-tick,1,,,10,82,78\n"
         ",curve,1,async-mmap,0,1\n"
         ",curve,1,async-mmap,0.176091,1\n"
         ",curve,1,async-mmap,0.477121,10\n"},
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
    } cases[] = {
        {18, ",picture,1,,,,0,0,800,498\n"
             "'Loop delay, copy of 8 files of 1 MiB, cold cache, 18 trials',title,1,,,,20,28\n"
             "'A CPU',subtitle,1,,,,20,54\n"
             "'y',from,1,,0,1,82,436\n"
             ",to,1,,1,10,702,96\n"
             "'percentile of the beats',note-centred,1,,,,392,477\n"
             "'loop delay',note,1,,,,20,78\n"},
        {20, ",picture,1,,,,0,0,800,518\n"
             "'Loop delay, copy of 8 files of 1 MiB, cold cache, 20 trials',title,1,,,,20,28\n"
             "'A CPU',subtitle,1,,,,20,54\n"
             "'y',from,1,,0,1,82,456\n"
             ",to,1,,1,10,702,96\n"
             "'percentile of the beats',note-centred,1,,,,392,497\n"
             "'loop delay',note,1,,,,20,78\n"}};
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
