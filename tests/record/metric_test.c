// SPDX-License-Identifier: MIT
#include "record/metric.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

static int read_text(const char *dir, const char *text, struct metric_list *list,
                     struct error *error)
{
    file_write(dir, "metrics.csv", text, strlen(text));
    return metric_list_read(list, dir, error);
}

static const struct metric some[] = {
    {3, METRIC_TIMER, 150, 0.00025, 0.5, 0.75, NAN},
    {3, METRIC_UTILIZATION, -1, NAN, NAN, NAN, 0.125},
    {12, METRIC_BEATS, 7, 0.001, NAN, 2, NAN},
};

static void assert_same(double a, double b)
{
    if (isnan(a) != isnan(b) || (!isnan(a) && fabs(a - b) > 1e-12))
        fail_msg("%g is not %g", a, b);
}

static void what_is_printed_is_read_again(void **state)
{
    char text[512] = "";
    struct metric_list list;
    struct error error;
    FILE *out = fmemopen(text, sizeof text, "w");
    fputs(METRIC_HEADER, out);
    for (size_t i = 0; i < LENGTH(some); i++)
        metric_print(&some[i], out);
    fclose(out);
    assert_string_equal(text, METRIC_HEADER "3,timer,150,0.00025,0.5,0.75,\n"
                                            "3,utilization,,,,,0.125\n12,beats,7,0.001,,2,\n");
    assert_int_equal(read_text(*state, text, &list, &error), 0);
    assert_int_equal(list.count, LENGTH(some));
    for (size_t i = 0; i < LENGTH(some); i++) {
        const struct metric *row = &list.rows[i];
        assert_int_equal(row->trial, some[i].trial);
        assert_int_equal(row->kind, some[i].kind);
        assert_int_equal(row->samples, some[i].samples);
        assert_same(row->p50_s, some[i].p50_s);
        assert_same(row->p99_s, some[i].p99_s);
        assert_same(row->max_s, some[i].max_s);
        assert_same(row->share, some[i].share);
    }
    metric_list_free(&list);
}

static void every_metric_has_a_name_of_its_own(void **state)
{
    char text[128];
    struct metric_list list;
    struct error error;
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++) {
        snprintf(text, sizeof text, METRIC_HEADER "1,%s,,,,,\n", metric_name(kind));
        assert_int_equal(read_text(*state, text, &list, &error), 0);
        assert_int_equal(list.rows[0].kind, kind);
        metric_list_free(&list);
    }
}

static void columns_go_by_their_names(void **state)
{
    struct metric_list list;
    struct error error;
    assert_int_equal(read_text(*state,
                               "max_s,new,p50_s,p99_s,metric,share,samples,trial\r\n"
                               "3,x,1,2,sleeper,0.5,9,4\r\n",
                               &list, &error),
                     0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.rows[0].trial, 4);
    assert_int_equal(list.rows[0].kind, METRIC_SLEEPER);
    assert_int_equal(list.rows[0].samples, 9);
    assert_same(list.rows[0].p50_s, 1);
    assert_same(list.rows[0].p99_s, 2);
    assert_same(list.rows[0].max_s, 3);
    assert_same(list.rows[0].share, 0.5);
    metric_list_free(&list);
}

static void what_is_wrong_is_named_and_what_is_cut_off_passed_over(void **state)
{
    static const struct {
        const char *text;
        const char *said; /* NULL: read well, with one row */
    } cases[] = {
        {METRIC_HEADER "1,turn,5,,,,\n1,turn,5", NULL},
        {"trial,metric\n1,turn\n", "metrics.csv: line 1 is not the header"},
        {METRIC_HEADER "1,turn,5,,,,\n1,turn,5\n", "metrics.csv: line 3 is not a whole row"},
        {METRIC_HEADER "1,heartbeat,5,,,,\n", "line 2"},
        {METRIC_HEADER ",turn,5,,,,\n", "line 2"},
        {METRIC_HEADER "-1,turn,5,,,,\n", "line 2"},
        {METRIC_HEADER "1,turn,5,fast,,,\n", "line 2"},
        {METRIC_HEADER "1,turn,5,,1s,,\n", "line 2"},
        {METRIC_HEADER "1,turn,5,,,x,\n", "line 2"},
        {METRIC_HEADER "1,turn,5,,,,half\n", "line 2"},
        {METRIC_HEADER "1,turn,many,,,,\n", "line 2"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct metric_list list;
        struct error error;
        const int code = read_text(*state, cases[i].text, &list, &error);
        assert_int_equal(code, cases[i].said == NULL ? 0 : -EINVAL);
        assert_int_equal(list.count, cases[i].said == NULL);
        if (cases[i].said != NULL && strstr(error.text, cases[i].said) == NULL)
            fail_msg("case %zu: %s", i, error.text);
        metric_list_free(&list);
    }
}

static void results_without_metrics_are_told_from_errors(void **state)
{
    struct metric_list list;
    struct error error;
    assert_int_equal(metric_list_read(&list, *state, &error), -ENOENT);
    assert_non_null(strstr(error.text, "metrics.csv"));
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(what_is_printed_is_read_again),
        FOLDER_TEST(every_metric_has_a_name_of_its_own),
        FOLDER_TEST(columns_go_by_their_names),
        FOLDER_TEST(what_is_wrong_is_named_and_what_is_cut_off_passed_over),
        FOLDER_TEST(results_without_metrics_are_told_from_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
