// SPDX-License-Identifier: MIT
/* What the picture of the metrics is made of. The delays reach from 150 to 772 px, with 62 px to
 * the right of the longest one for its text; a row is 30 px high. */
#include "given.h"

#include "report/metric_summary.h"

#define COLUMNS "text,what,panel,method,delay_ms,row,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;
static struct metric_method methods[2];

static void set(size_t i, enum metric_kind kind, double p50_ms, double p99_ms, double max_ms)
{
    methods[i].metrics[kind].p50_s = p50_ms / 1000;
    methods[i].metrics[kind].p99_s = p99_ms / 1000;
    methods[i].metrics[kind].max_s = max_ms / 1000;
}

static void begin(void)
{
    given_begin(&given);
    give(&given, "async-mmap", "cold", 1);
    for (size_t i = 0; i < LENGTH(methods); i++) {
        methods[i] =
            (struct metric_method){.method = i == 0 ? "async-mmap" : "async-read", .trials = i + 1};
        for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++) {
            methods[i].metrics[kind] = (struct metric){.kind = kind};
            set(i, kind, NAN, NAN, NAN);
        }
    }
}

/* From 1.5 to 100 ms, with a factor of 1.5 to the left: 560 px for two powers of ten. */
static void each_metric_has_a_row_in_each_panel(void **state)
{
    const struct metric_summary summary = {LENGTH(methods), methods};
    begin();
    set(0, METRIC_TIMER, 1.5, 10, 100);
    set(0, METRIC_TURN, 10, NAN, 20);
    set(0, METRIC_UTILIZATION, 0.001, 5000, 5000); /* tells no delays */
    set(0, METRIC_BEATS, 40, 20, 10);
    set(1, METRIC_SLEEPER, 2, NAN, NAN);
    set(1, METRIC_BEATS, NAN, 50, NAN);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .metrics = &summary};
    assert_drawn(*state, &picture_metrics, &source,
                 COLUMNS ",picture,1,,,,0,0,800,498\n"
                         "'The same stall, as each metric of a loop tells it',title,1,,,,20,28\n"
                         "'Cold cache, 8 files of 1 MiB, each time after 1.5 s in which the loop "
                         "is left alone.',subtitle,1,,,,20,54\n"
                         ",mark,1,p50,,,26,74\n"
                         "'p50',name,1,,,,38,74\n"
                         ",mark,1,p99,,,84,74\n"
                         "'p99',name,1,,,,96,74\n"
                         ",mark,1,max,,,142,74\n"
                         "'max of all trials',name,1,,,,154,74\n"
                         "'x',from,1,,1,4.5,150,250\n"
                         ",to,1,,166.505,0.5,772,130\n"
                         "'1',x-tick,1,,1,,150,250\n"
                         "'10',x-tick,1,,10,,430,250\n"
                         "'100',x-tick,1,,100,,710,250\n"
                         "'async-mmap, 1 trial',heading,1,,,,20,116\n"
                         "'re-arming timer',row-name,1,,,,142,145\n"
                         ",rule,1,,,,199.306,145,710,145\n"
                         "'100 ms',note,1,,,,720,145\n"
                         "'each turn',row-name,1,,,,142,175\n"
                         ",rule,1,,,,430,175,514.288,175\n"
                         "'20 ms',note,1,,,,524.288,175\n"
                         "'sleeper thread',row-name,1,,,,142,205\n"
                         "'every beat due',row-name,1,,,,142,235\n"
                         ",rule,1,,,,430,235,598.577,235\n"
                         "'40 ms',note,1,,,,608.577,235\n"
                         "'x',from,2,,1,4.5,150,436\n"
                         ",to,2,,166.505,0.5,772,316\n"
                         "'1',x-tick,2,,1,,150,436\n"
                         "'10',x-tick,2,,10,,430,436\n"
                         "'100',x-tick,2,,100,,710,436\n"
                         "'async-read, 2 trials',heading,2,,,,20,302\n"
                         "'re-arming timer',row-name,2,,,,142,331\n"
                         "'each turn',row-name,2,,,,142,361\n"
                         "'sleeper thread',row-name,2,,,,142,391\n"
                         ",rule,2,,,,234.288,391,234.288,391\n"
                         "'2 ms',note,2,,,,244.288,391\n"
                         "'every beat due',row-name,2,,,,142,421\n"
                         ",rule,2,,,,625.712,421,625.712,421\n"
                         "'50 ms',note,2,,,,635.712,421\n"
                         "'delay in ms, log scale',note-centred,2,,,,461,477\n"
                         "'re-arming timer',p50,1,async-mmap,1.5,1\n"
                         "'re-arming timer',p99,1,async-mmap,10,1\n"
                         "'re-arming timer',max,1,async-mmap,100,1\n"
                         "'each turn',p50,1,async-mmap,10,2\n"
                         "'each turn',p99,1,async-mmap,,2\n"
                         "'each turn',max,1,async-mmap,20,2\n"
                         "'sleeper thread',p50,1,async-mmap,,3\n"
                         "'sleeper thread',p99,1,async-mmap,,3\n"
                         "'sleeper thread',max,1,async-mmap,,3\n"
                         "'every beat due',p50,1,async-mmap,40,4\n"
                         "'every beat due',p99,1,async-mmap,20,4\n"
                         "'every beat due',max,1,async-mmap,10,4\n"
                         "'re-arming timer',p50,2,async-read,,1\n"
                         "'re-arming timer',p99,2,async-read,,1\n"
                         "'re-arming timer',max,2,async-read,,1\n"
                         "'each turn',p50,2,async-read,,2\n"
                         "'each turn',p99,2,async-read,,2\n"
                         "'each turn',max,2,async-read,,2\n"
                         "'sleeper thread',p50,2,async-read,2,3\n"
                         "'sleeper thread',p99,2,async-read,,3\n"
                         "'sleeper thread',max,2,async-read,,3\n"
                         "'every beat due',p50,2,async-read,,4\n"
                         "'every beat due',p99,2,async-read,50,4\n"
                         "'every beat due',max,2,async-read,,4\n");
}

static void the_axis_shows_a_factor_of_ten(void **state)
{
    static const struct {
        double p50_ms;
        double max_ms;
        const char *rows;
    } cases[] = {{100, 100,
                  ",picture,1,,,,0,0,800,312\n"
                  "'x',from,1,,6.66667,4.5,150,250\n"
                  ",to,1,,134.962,0.5,772,130\n"
                  "'10',x-tick,1,,10,,233.846,250\n"
                  "'100',x-tick,1,,100,,710,250\n"
                  ",rule,1,,,,710,145,710,145\n"
                  "'100 ms',note,1,,,,720,145\n"
                  "'delay in ms, log scale',note-centred,1,,,,461,291\n"},
                 {9, 100,
                  ",picture,1,,,,0,0,800,312\n"
                  "'x',from,1,,6,4.5,150,250\n"
                  ",to,1,,136.545,0.5,772,130\n"
                  "'10',x-tick,1,,10,,251.678,250\n"
                  "'100',x-tick,1,,100,,710,250\n"
                  ",rule,1,,,,230.706,145,710,145\n"
                  "'100 ms',note,1,,,,720,145\n"
                  "'delay in ms, log scale',note-centred,1,,,,461,291\n"},
                 {20, 100,
                  ",picture,1,,,,0,0,800,312\n"
                  "'x',from,1,,6.66667,4.5,150,250\n"
                  ",to,1,,134.962,0.5,772,130\n"
                  "'10',x-tick,1,,10,,233.846,250\n"
                  "'100',x-tick,1,,100,,710,250\n"
                  ",rule,1,,,,377.183,145,710,145\n"
                  "'100 ms',note,1,,,,720,145\n"
                  "'delay in ms, log scale',note-centred,1,,,,461,291\n"},
                 {0, 0.0000001,
                  ",picture,1,,,,0,0,800,312\n"
                  "'x',from,1,,6.66667e-05,4.5,150,250\n"
                  ",to,1,,0.00134962,0.5,772,130\n"
                  "'0.0001',x-tick,1,,0.0001,,233.846,250\n"
                  "'0.001',x-tick,1,,0.001,,710,250\n"
                  ",rule,1,,,,710,145,710,145\n"
                  "'0.001 ms',note,1,,,,720,145\n"
                  "'delay in ms, log scale',note-centred,1,,,,461,291\n"}};
    const struct metric_summary summary = {1, methods};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        begin();
        set(0, METRIC_TIMER, cases[i].p50_ms, NAN, cases[i].max_ms);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .metrics = &summary};
        assert_rows(*state, &picture_metrics, &source,
                    ROWS("picture", "from", "to", "rule", "note", "x-tick"), cases[i].rows);
    }
}

static void without_metrics_there_is_no_picture(void **state)
{
    const struct metric_summary summary = {1, methods};
    const struct metric_summary none = {0, methods};
    begin();
    set(0, METRIC_UTILIZATION, 1, 1, 1);
    set(1, METRIC_TIMER, 1, 1, 1);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .metrics = &summary};
    assert_missing(*state, &picture_metrics, &source, "no trial has metrics");
    const struct picture_source empty = {.results = &given.result, .count = 1, .metrics = &none};
    assert_missing(*state, &picture_metrics, &empty, "no trial has metrics");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_metric_has_a_row_in_each_panel),
        FOLDER_TEST(the_axis_shows_a_factor_of_ten),
        FOLDER_TEST(without_metrics_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
