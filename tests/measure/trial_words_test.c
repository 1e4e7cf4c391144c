// SPDX-License-Identifier: MIT
/* The words that the process of a trial is started with, and what is made of all that it may say,
 * in whatever pieces that comes. */
#include "measure/trial_process.h"

#include "core/process.h"
#include "tests/captured.h"

#include <errno.h>
#include <math.h>

static struct script {
    const char *output;
    struct process_end end;
    int code; /* of process_run */
    int signal;
} script;

static size_t piece; /* so many bytes come at a time */
static char told[2048];

int __wrap_interrupt_signal(void)
{
    return script.signal;
}

int __wrap_process_run(const struct process_request *request, struct process_end *end,
                       struct error *error)
{
    const size_t length = strlen(script.output);
    told[0] = '\0';
    for (size_t i = 1; request->arguments[i] != NULL; i++)
        snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s", i > 1 ? " " : "",
                 request->arguments[i]);
    for (size_t at = 0; at < length; at += piece)
        request->on_output(request->context, script.output + at,
                           length - at < piece ? length - at : piece);
    *end = script.end;
    return script.code == 0 ? 0 : error_set(error, script.code, "it cannot be started");
}

static void keep_fact(void *context, const char *key, const char *value)
{
    char *facts = context;
    snprintf(facts + strlen(facts), 256 - strlen(facts), "%s=%s;", key, value);
}

static const char *const words[] = {"trial", "single-read", "cold", "sums", "7", NULL};

static void the_settings_of_a_trial_are_words(void **state)
{
    static const struct {
        struct options options;
        const char *expected;
    } cases[] = {
        {{.stride_bytes = 4096, .pool_threads = 3, .heartbeat_ms = 0.25, .clients = 5},
         "--data d --stride 4096 --pool 3 --heartbeat 0.25 --clients 5 --prime read -- trial "
         "single-read cold sums 7"},
        {{.stride_bytes = 1, .prime_pages = true, .chunk_bytes = 1},
         "--data d --stride 1 --pool 0 --heartbeat 0 --clients 0 --prime pages --chunk 1B -- trial "
         "single-read cold sums 7"},
        {{.stride_bytes = UINT64_C(5000000000),
          .heartbeat_ms = 1.234567891,
          .to = "place",
          .fsync = true,
          .reader_bytes_per_s = 1},
         "--data d --stride 5000000000 --pool 0 --heartbeat 1.23456789 --clients 0 --prime read "
         "--to place --reader-rate 1B --fsync -- trial single-read cold sums 7"},
        {{.reflink = true},
         "--data d --stride 0 --pool 0 --heartbeat 0 --clients 0 --prime read --reflink -- trial "
         "single-read cold sums 7"},
    };
    struct error error;
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct trial_answer answer = {.on_fact = keep_fact};
        script = (struct script){.output = ""};
        piece = 1;
        assert_int_equal(trial_process_run(&answer, words, &cases[i].options, "d", &error), 0);
        assert_text(told, cases[i].expected);
        trial_answer_free(&answer);
    }
}

static struct trial row;

/* A row, as the process of a trial says it. */
static char *row_text(void)
{
    char *text = NULL;
    row = trial_unknown();
    snprintf(row.method, sizeof row.method, "single-read");
    snprintf(row.status, sizeof row.status, STATUS_OK);
    row.elapsed_s = 0.25;
    char *line = trial_row(&row);
    assert_true(asprintf(&text, "row %s", line) > 0);
    free(line);
    return text;
}

static void it_does_not_matter_in_which_pieces_an_answer_comes(void **state)
{
    const struct options options = {.stride_bytes = 1};
    struct error error;
    char *end = row_text();
    char *text = NULL;
    (void)state;
    assert_true(asprintf(&text,
                         "error -5 half of it\nmetric 1,2\nmetric 3\nbeats 4\na\nb\nclients 7\n"
                         "row\nrow%s",
                         end) > 0);
    for (piece = 1; piece <= strlen(text); piece += piece < 20 ? 1 : 7) {
        struct trial_answer answer = {.on_fact = NULL};
        script = (struct script){.output = text};
        assert_int_equal(trial_process_run(&answer, words, &options, "d", &error), 0);
        assert_int_equal(answer.error.code, -EIO);
        assert_string_equal(answer.error.text, "half of it");
        assert_string_equal(answer.metrics, "1,2\n3\n");
        assert_int_equal(answer.delays[OUTPUT_BEATS].bytes, 4);
        assert_memory_equal(answer.delays[OUTPUT_BEATS].text, "a\nb\n", 4);
        assert_int_equal(answer.delays[OUTPUT_CLIENTS].bytes, 7);
        assert_memory_equal(answer.delays[OUTPUT_CLIENTS].text, "row\nrow", 7);
        assert_true(fabs(answer.trial.elapsed_s - 0.25) < 1e-9);
        trial_answer_free(&answer);
    }
    free(text);
    free(end);
}

static void facts_are_taken_as_they_come(void **state)
{
    const struct options options = {.stride_bytes = 1};
    struct error error;
    char facts[256] = "";
    struct trial_answer answer = {.on_fact = keep_fact, .context = facts};
    (void)state;
    script = (struct script){.output = "fact a b c\nfact lonely\nfact x \nfact y 1\n"};
    piece = 3;
    assert_int_equal(trial_process_run(&answer, words, &options, "d", &error), 0);
    assert_string_equal(facts, "a=b c;x=;y=1;");
    script.end.status = 3;
    assert_int_equal(trial_process_run(&answer, words, &options, "d", &error), -ECHILD);
    assert_string_equal(error.text, "its process ended with 3 before it had a row");
}

static void each_death_is_told(void **state)
{
    char *whole = row_text();
    const struct {
        struct script script;
        int code;
        const char *said;
    } cases[] = {
        {{.output = ""}, -ECHILD, "its process ended with 0 before it had a row"},
        {{.output = "row a,b\n"}, -ECHILD, "its process ended with 0 before it had a row"},
        {{.output = whole, .end = {.status = 3}},
         -ECHILD,
         "its process ended with 3 before it had a row"},
        {{.output = whole, .end = {.signal = 11}},
         -ECHILD,
         "its process was ended by signal 11 (Segmentation fault)"},
        {{.output = whole, .end = {.stopped = true, .signal = 9}},
         -ECHILD,
         "its process was stopped by somebody, and so ended"},
        {{.output = "nonsense\n"}, -ECHILD, "its process said what is no answer"},
        {{.output = "beats4\n"}, -ECHILD, "its process said what is no answer"},
        {{.output = "error -5 it says why\n"}, -ECHILD, "it says why"},
        {{.output = "error 5 a number of no error\n"}, -ECHILD, "a number of no error"},
        {{.output = "error -12 it is full\n", .end = {.signal = 9}}, -ECHILD, "it is full"},
        {{.output = whole, .code = -EAGAIN}, -EAGAIN, "it cannot be started"},
        {{.output = whole, .signal = 2}, -ECANCELED, NULL},
    };
    const struct options options = {.stride_bytes = 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct error error = {.code = 0};
        struct trial_answer answer = {.on_fact = NULL};
        script = cases[i].script;
        piece = 5;
        assert_int_equal(trial_process_run(&answer, words, &options, "d", &error), cases[i].code);
        if (cases[i].said != NULL)
            assert_string_equal(error.text, cases[i].said);
        assert_null(answer.delays[OUTPUT_BEATS].text);
    }
    free(whole);
}

/* Lines of metrics.csv up to the last byte that there is room for, with the NUL after them. */
static void metrics_that_do_not_fit_are_no_answer(void **state)
{
    const struct options options = {.stride_bytes = 1};
    char *end = row_text();
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct trial_answer answer = {.on_fact = NULL};
        struct error error;
        char line[METRICS_BYTES + 8] = "";
        char *text = NULL;
        memset(line, 'x', METRICS_BYTES - 2 + more);
        assert_true(asprintf(&text, "metric %s\n%s", line, end) > 0);
        script = (struct script){.output = text};
        piece = 1000;
        assert_int_equal(trial_process_run(&answer, words, &options, "d", &error),
                         more == 0 ? 0 : -ECHILD);
        trial_answer_free(&answer);
        free(text);
    }
    free(end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_settings_of_a_trial_are_words),
        cmocka_unit_test(it_does_not_matter_in_which_pieces_an_answer_comes),
        cmocka_unit_test(facts_are_taken_as_they_come),
        cmocka_unit_test(each_death_is_told),
        cmocka_unit_test(metrics_that_do_not_fit_are_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
