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
    assert_drawn(
        *state, &picture_times, &source,
        COLUMNS
        ",picture,1,,,,,0,0,800,423\n"
        "'Time to scan 8 files of 1 MiB, cold cache, 5 trials (2 left out)',title,1,,,,,20,28\n"
        ",from,1,,0,5.5,,200,361\n"
        ",to,1,,5.72,0.5,,772,101\n"
        "'0',x-tick,1,,0,,,200,361\n"
        "'1',x-tick,1,,1,,,300,361\n"
        "'2',x-tick,1,,2,,,400,361\n"
        "'3',x-tick,1,,3,,,500,361\n"
        "'4',x-tick,1,,4,,,600,361\n"
        "'5',x-tick,1,,5,,,700,361\n"
        "'seconds',note-centred,1,,,,,486,402\n"
        ",mark,1,mmap,,,,208,63\n"
        "'mmap',name,1,,,,,218,63\n"
        ",mark,1,read,,,,282,63\n"
        "'read',name,1,,,,,292,63\n"
        ",mark,1,range,,,,356,63\n"
        "'range',name,1,,,,,366,63\n"
        ",stroke,1,,,,,438,54,438,72\n"
        "'median',name,1,,,,,448,63\n"
        ",limit,1,,,,,400,361,400,96\n"
        "'device limit 2.00 s',note-centred,1,,,,,400,87\n"
        ",grid,1,,,,,200,101,772,101\n"
        "'async-mmap-sequential',row-name,1,,,,,192,133.24\n"
        ",stroke,1,async-mmap-sequential,,,,500,146.76,500,119.72\n"
        "'3.00 s',median,1,async-mmap-sequential,3,1.12,,500,111.92\n"
        ",grid,1,,,,,200,153,772,153\n"
        "'single-read',row-name,1,,,,,192,185.24\n"
        ",stroke,1,single-read,,,,300,198.76,300,171.72\n"
        "'1.00 s',median,1,single-read,1,2.12,,300,163.92\n"
        ",grid,1,,,,,200,205,772,205\n"
        "'threads-splice',row-name,1,,,,,192,237.24\n"
        "'no measurement',note,1,,,,,208,237.24\n"
        ",grid,1,,,,,200,257,772,257\n"
        "'async-read',row-name,1,,,,,192,289.24\n"
        ",stroke,1,async-read,,,,250,302.76,250,275.72\n"
        "'0.500 s',median,1,async-read,0.5,4.12,,250,267.92\n"
        ",grid,1,,,,,200,309,772,309\n"
        "'single-copy-whole',row-name,1,,,,,192,341.24\n"
        ",stroke,1,single-copy-whole,,,,400,354.76,400,327.72\n"
        "'2.00 s',median,1,single-copy-whole,2,5.12,,400,319.92\n"
        "'mmap',trial,1,async-mmap-sequential,3,1.016,0.7\n"
        "'mmap',trial,1,async-mmap-sequential,5.5,1.0992,0.7\n"
        "'read',trial,1,single-read,1,2.1752,0.7\n"
        "'read',trial,1,async-read,0.5,4.046,0.7\n"
        "'range',trial,1,single-copy-whole,2,5.2132,0.7\n");
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
        {"1000", "cold", 6.5,
         ",picture,1,,,,,0,0,800,215\n"
         ",from,1,,0,1.5,,96,153\n"
         ",to,1,,6.76,0.5,,772,101\n"
         "'seconds',note-centred,1,,,,,434,194\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"
         ",limit,1,,,,,296,153,296,96\n"
         "'device limit 2.00 s',note-centred,1,,,,,296,87\n"}, /* 2 s */
        {"1000", "cold", 65,
         ",picture,1,,,,,0,0,800,215\n"
         ",from,1,,0,1.5,,96,153\n"
         ",to,1,,67.6,0.5,,772,101\n"
         "'seconds',note-centred,1,,,,,434,194\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"
         ",limit,1,,,,,116,153,116,96\n"
         "'device limit 2.00 s',note-centred,1,,,,,172,87\n"},
        {"1000", "cold", 1.01,
         ",picture,1,,,,,0,0,800,215\n"
         ",from,1,,0,1.5,,96,153\n"
         ",to,1,,2.08,0.5,,772,101\n"
         "'seconds',note-centred,1,,,,,434,194\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"
         ",limit,1,,,,,746,153,746,96\n"
         "'device limit 2.00 s',note-centred,1,,,,,696,87\n"},
        {"1000", "cold", 1,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,1.04,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"
         "'device limit 2.00 s is off the scale',note,1,,,,,268,63\n"},
        {"1000", "warm", 6.5,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,6.76,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"},
        {"0", "cold", 6.5,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,6.76,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"},
        {"", "cold", 6.5,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,6.76,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"},
        {"1000", "cold", 0,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,1,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"
         "'device limit 2.00 s is off the scale',note,1,,,,,268,63\n"},
        {"", "cold", 0,
         ",picture,1,,,,,0,0,800,194\n"
         ",from,1,,0,1.5,,96,132\n"
         ",to,1,,1,0.5,,772,80\n"
         "'seconds',note-centred,1,,,,,434,173\n"
         ",mark,1,read,,,,104,63\n"
         "'read',name,1,,,,,114,63\n"
         ",stroke,1,,,,,178,54,178,72\n"
         "'median',name,1,,,,,188,63\n"},
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
    give(&given, "threads-copy", "warm", NAN)->count = 0; /* the way has its mark all the same */
    given.rows[0].work = "copy";
    give(&given, "single-copy", "warm", 1);
    const struct picture_source source = of("warm");
    assert_rows(*state, &picture_times, &source,
                ROWS("picture", "title", "subtitle", "mark", "name", "trial"),
                ",picture,1,,,,,0,0,800,264\n"
                "'Time to copy 8 files of 1 MiB, warm cache, 1 trial',title,1,,,,,20,28\n"
                "'A CPU',subtitle,1,,,,,20,54\n"
                ",mark,1,copy,,,,136,81\n"
                "'copy',name,1,,,,,146,81\n"
                "'median',name,1,,,,,220,81\n"
                "'copy',trial,1,single-copy,1,2.016,0.7\n");
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
