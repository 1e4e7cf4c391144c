// SPDX-License-Identifier: MIT
#include "measure/output.h"

#include "tests/support.h"

#include <errno.h>

static bool disk_is_full;
static int refusals; /* so many writes fail, and none after that */

ssize_t __real_write(int fd, const void *bytes, size_t length);

/* A full disk takes half of what it is given, then refuses. */
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (refusals > 0) {
        refusals--;
        errno = EIO;
        return -1;
    }
    if (!disk_is_full)
        return __real_write(fd, bytes, length);
    if (length > 40)
        return __real_write(fd, bytes, 40);
    errno = ENOSPC;
    return -1;
}

static struct trial some_trial(int64_t order, const char *status)
{
    struct trial trial = trial_unknown();
    snprintf(trial.method, sizeof trial.method, "single-read");
    snprintf(trial.status, sizeof trial.status, "%s", status);
    trial.order = order;
    return trial;
}

#define BEATS    "5,0.001000,0.002000000\n5,0.002000,0.001000000\n"
#define REQUESTS "5,0.001000,0.003000000\n"
#define HEADER   "trial,time_s,delay_s\n"

static const struct output_lines delays[OUTPUT_DELAYS] = {
    [OUTPUT_BEATS] = {.text = (char[]){BEATS}, .bytes = sizeof BEATS - 1},
    [OUTPUT_CLIENTS] = {.text = (char[]){REQUESTS}, .bytes = sizeof REQUESTS - 1},
};
static const struct output_lines no_delays[OUTPUT_DELAYS];
static const bool all[OUTPUT_DELAYS] = {true, true};
static const bool none[OUTPUT_DELAYS] = {false, false};

static void delays_are_kept_of_ok_trials_only(void **state)
{
    struct output output;
    struct error error;
    const struct trial ok = some_trial(5, STATUS_OK);
    const struct trial failed = some_trial(6, STATUS_ERROR);
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, all, &error), 0);
    assert_int_equal(output_trial(&output, &ok, delays, &error), 0);
    assert_int_equal(output_trial(&output, &failed, delays, &error), 0);
    assert_int_equal(output_delays(&output, delays, &error), 0);
    output_close(&output);
    assert_true(file_holds(*state, "loop_delay.csv", HEADER BEATS BEATS));
    assert_true(file_holds(*state, "client_delay.csv", HEADER REQUESTS REQUESTS));
}

/* Else the row would stand for delays that nobody has. */
static void without_its_delays_a_trial_has_no_row(void **state)
{
    struct output output;
    struct error error;
    struct trials trials;
    const struct trial ok = some_trial(5, STATUS_OK);
    char *path = files_join(*state, "trials.csv");
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, all, &error), 0);
    refusals = 1;
    assert_int_equal(output_trial(&output, &ok, delays, &error), -EIO);
    output_close(&output);
    assert_int_equal(trials_read(&trials, path, &error), 0);
    assert_int_equal(trials.count, 0);
    trials_free(&trials);
    free(path);
}

static void a_full_disk_leaves_whole_rows(void **state)
{
    struct output output;
    struct error error;
    struct trials trials;
    const struct trial first = some_trial(0, STATUS_OK);
    const struct trial second = some_trial(1, STATUS_OK);
    char *path = files_join(*state, "trials.csv");
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, none, &error), 0);
    assert_int_equal(output_trial(&output, &first, no_delays, &error), 0);
    disk_is_full = true;
    assert_int_equal(output_trial(&output, &second, no_delays, &error), -ENOSPC);
    assert_non_null(strstr(error.text, "trials.csv"));
    output_close(&output);
    assert_int_equal(trials_read(&trials, path, &error), 0);
    assert_int_equal(trials.count, 1);
    trials_free(&trials);
    free(path);
}

static void metrics_have_a_file_of_their_own(void **state)
{
    static const char rows[] = "5,timer,1,0.5,,0.5,\n";
    struct output output;
    struct error error;
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, none, &error), 0);
    assert_int_equal(output.metrics_fd, -1);
    assert_false(file_exists(*state, "metrics.csv"));
    assert_int_equal(output_open_metrics(&output, *state, &error), 0);
    assert_int_equal(output_metrics(&output, rows, &error), 0);
    disk_is_full = true;
    assert_int_equal(output_metrics(&output, rows, &error), -ENOSPC);
    assert_non_null(strstr(error.text, "metrics.csv"));
    disk_is_full = false;
    output_close(&output);
    assert_true(file_holds(*state, "metrics.csv",
                           "trial,metric,samples,p50_s,p99_s,max_s,share\n"
                           "5,timer,1,0.5,,0.5,\n"));
}

static void there_are_files_only_of_the_delays_that_are_wanted(void **state)
{
    static const bool clients[OUTPUT_DELAYS] = {[OUTPUT_CLIENTS] = true};
    struct output output;
    struct error error;
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, clients, &error), 0);
    output_close(&output);
    assert_false(file_exists(*state, "loop_delay.csv"));
    assert_true(file_holds(*state, "client_delay.csv", HEADER));
    assert_int_equal(output_open(&output, *state, none, &error), -EEXIST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(delays_are_kept_of_ok_trials_only),
        FOLDER_TEST(without_its_delays_a_trial_has_no_row),
        FOLDER_TEST(a_full_disk_leaves_whole_rows),
        FOLDER_TEST(metrics_have_a_file_of_their_own),
        FOLDER_TEST(there_are_files_only_of_the_delays_that_are_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
