// SPDX-License-Identifier: MIT
/* What comes back from the process of a trial, which here is this test once more with a script. */
#include "measure/trial_process.h"

#include "core/interrupt.h"
#include "core/process.h"
#include "platform/tie.h"
#include "tests/support.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>

static struct trial_answer answer;
static struct error error;
static const struct options options = {.stride_bytes = 4096,
                                       .pool_threads = 3,
                                       .heartbeat_ms = 0.25,
                                       .clients = 5,
                                       .prime_pages = true};

/* ---- In the process ----------------------------------------------------------------------------
 */

static struct trial a_trial(void)
{
    struct trial trial = trial_unknown();
    snprintf(trial.method, sizeof trial.method, "single-read");
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    trial.elapsed_s = 0.25;
    trial.sum = INT64_MAX;
    return trial;
}

static struct loop_delay *beats(uint64_t count)
{
    struct loop_delay *probe = loop_delay_new(1000000, (size_t)count);
    loop_delay_begin(probe, 0);
    loop_delay_serve(probe, count * 1000000);
    return probe;
}

static const struct error no_error = {.code = 0};
static const struct error some_error = {.code = -EIO, .text = "read a,b: \"broken\""};

static int tell_row(const struct loop_delay *probe, const struct error *told)
{
    const struct trial trial = a_trial();
    return trial_process_tell_row(&trial, probe, NULL, "7", told);
}

/* Does what the last word says. */
static int act(const char *word)
{
    int status = 0;
    if (strcmp(word, "row") == 0) {
        tell_row(NULL, &no_error);
    } else if (strcmp(word, "beats") == 0) {
        struct loop_delay *probe = beats(200000);
        tell_row(probe, &some_error);
        loop_delay_free(probe);
    } else if (strcmp(word, "both") == 0) {
        printf("beats 4\nb\nb\nclients 6\nclient");
        tell_row(NULL, &no_error);
    } else if (strcmp(word, "metrics") == 0) {
        struct loop_delay *probe = beats(3);
        struct metrics *metrics = metrics_new(1000000, 1);
        trial_process_tell_metrics(metrics, probe, 7);
        tell_row(NULL, &no_error);
        metrics_free(metrics);
        loop_delay_free(probe);
    } else if (strcmp(word, "too many metrics") == 0) {
        for (int i = 0; i <= METRICS_BYTES / 10; i++)
            printf("metric 123456789\n");
        tell_row(NULL, &no_error);
    } else if (strcmp(word, "facts") == 0) {
        trial_process_tell_fact("answer", "%d", 42);
        trial_process_tell_fact("words", "%s", "two words");
    } else if (strcmp(word, "reason") == 0) {
        tell_row(NULL, &some_error);
        status = 1;
    } else if (strcmp(word, "garbage") == 0) {
        tell_row(NULL, &no_error);
        printf("warning: what is this?\n");
    } else if (strcmp(word, "half") == 0) {
        printf("row single-read,single");
    } else if (strcmp(word, "abort") == 0) {
        tell_row(NULL, &no_error);
        raise(SIGABRT);
    } else if (strcmp(word, "stop") == 0) {
        tell_row(NULL, &no_error);
        raise(SIGSTOP);
    }
    fflush(stdout);
    return status;
}

/* Whether the settings that a trial needs have come along. */
static bool has_settings(int argc, char **argv)
{
    struct options got;
    return options_parse(&got, argc, argv, &error) == 0 && got.stride_bytes == 4096 &&
           got.pool_threads == 3 && got.heartbeat_ms == 0.25 && got.clients == 5 &&
           got.prime_pages && got.chunk_bytes == 0 && strcmp(got.data, "the data") == 0 &&
           got.word_count == 2 && strcmp(got.words[0], "-odd") == 0;
}

/* ---- In its parent -----------------------------------------------------------------------------
 */

static int ask(const char *word)
{
    const char *const words[] = {"-odd", word, NULL};
    return trial_process_run(&answer, words, &options, "the data", &error);
}

static void a_row_comes_back(void **state)
{
    (void)state;
    answer = (struct trial_answer){.on_fact = NULL};
    assert_int_equal(ask("row"), 0);
    assert_string_equal(answer.trial.method, "single-read");
    assert_true(answer.trial.elapsed_s == 0.25 && isnan(answer.trial.user_s));
    assert_int_equal(answer.trial.sum, INT64_MAX);
    assert_int_equal(answer.trial.major_faults, -1);
    assert_null(answer.delays[OUTPUT_BEATS].text);
    assert_string_equal(answer.metrics, "");
    assert_int_equal(answer.error.code, 0);
    trial_answer_free(&answer);
}

static void metrics_come_back_as_rows_of_their_file(void **state)
{
    (void)state;
    answer = (struct trial_answer){.metrics = "of the trial before"};
    assert_int_equal(ask("metrics"), 0);
    assert_string_equal(answer.metrics, "7,timer,0,,,,\n7,turn,0,,,,\n7,utilization,,,,,0\n"
                                        "7,sleeper,0,,,,\n7,beats,3,0.001,,0.002,\n");
    trial_answer_free(&answer);
}

static void all_beats_and_the_error_come_back(void **state)
{
    static const char last[] = "7,200.000000,0.000000000\n";
    (void)state;
    answer = (struct trial_answer){.on_fact = NULL};
    assert_int_equal(ask("beats"), 0);
    assert_int_equal(answer.error.code, -EIO);
    assert_string_equal(answer.error.text, some_error.text);
    const struct output_lines *beats_told = &answer.delays[OUTPUT_BEATS];
    size_t lines = 0;
    for (size_t i = 0; i < beats_told->bytes; i++)
        lines += beats_told->text[i] == '\n';
    assert_int_equal(lines, 200000);
    assert_memory_equal(beats_told->text, "7,0.001000,", 11);
    assert_memory_equal(beats_told->text + beats_told->bytes - strlen(last), last, strlen(last));
    assert_null(answer.delays[OUTPUT_CLIENTS].text);
    trial_answer_free(&answer);
}

static void the_delays_of_clients_stand_beside_the_beats(void **state)
{
    (void)state;
    answer = (struct trial_answer){.on_fact = NULL};
    assert_int_equal(ask("both"), 0);
    assert_int_equal(answer.delays[OUTPUT_BEATS].bytes, 4);
    assert_memory_equal(answer.delays[OUTPUT_BEATS].text, "b\nb\n", 4);
    assert_int_equal(answer.delays[OUTPUT_CLIENTS].bytes, 6);
    assert_memory_equal(answer.delays[OUTPUT_CLIENTS].text, "client", 6);
    trial_answer_free(&answer);
}

static char facts[128];

static void keep_fact(void *context, const char *key, const char *value)
{
    assert_ptr_equal(context, facts);
    strcat(strcat(strcat(strcat(facts, key), "="), value), ";");
}

static void facts_come_back(void **state)
{
    (void)state;
    answer = (struct trial_answer){.on_fact = keep_fact, .context = facts};
    assert_int_equal(ask("facts"), 0);
    assert_string_equal(facts, "answer=42;words=two words;");
}

static void a_process_that_dies_gives_no_row(void **state)
{
    static const struct {
        const char *word;
        const char *said;
    } rows[] = {
        {"abort", "ended by signal 6"},
        {"stop", "was stopped by somebody"},
        {"half", "before it had a row"},
        {"garbage", "said what is no answer"},
        {"too many metrics", "said what is no answer"},
        {"nothing", "ended with 0"},
        {"reason", "read a,b: \"broken\""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        answer = (struct trial_answer){.on_fact = NULL};
        const int code = ask(rows[i].word);
        if (code >= 0 || code == -ECANCELED || strstr(error.text, rows[i].said) == NULL)
            fail_msg("%s: %d %s", rows[i].word, code, error.text);
        assert_null(answer.delays[OUTPUT_BEATS].text);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_comes_back),
        cmocka_unit_test(metrics_come_back_as_rows_of_their_file),
        cmocka_unit_test(all_beats_and_the_error_come_back),
        cmocka_unit_test(the_delays_of_clients_stand_beside_the_beats),
        cmocka_unit_test(facts_come_back),
        cmocka_unit_test(a_process_that_dies_gives_no_row),
    };
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    if (argc > 1) {
        const char *word = argv[argc - 1];
        return has_settings(argc, argv) ? act(word) : 99;
    }
    process_set_self(argv[0]);
    interrupt_catch();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
