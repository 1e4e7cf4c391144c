// SPDX-License-Identifier: MIT
/* What the picture of the metrics is made of. The delays reach from 150 to 772 px, with 62 px to the
 * right of the longest one for its text; a row is 30 px high. */
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
        methods[i] = (struct metric_method){.method = i == 0 ? "async-mmap" : "async-read",
                                            .trials = i + 1};
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
    assert_drawn(*state, &picture_metrics, &source, COLUMNS "@");
}

static void the_axis_shows_a_factor_of_ten(void **state)
{
    static const struct {
        double p50_ms;
        double max_ms;
        const char *rows;
    } cases[] = {{100, 100, "@"}, {9, 100, "@"}, {20, 100, "@"}, {0, 0.0000001, "@"}};
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
