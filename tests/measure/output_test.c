// SPDX-License-Identifier: MIT
#include "measure/output.h"

#include "tests/support.h"

#include <errno.h>

static bool disk_is_full;
static int refusals;      /* so many writes fail, and none after that */
static int writes_before; /* so many writes go well before those */

ssize_t __real_write(int fd, const void *bytes, size_t length);

/* A full disk takes half of what it is given, then refuses. */
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (refusals > 0 && writes_before > 0) {
        writes_before--;
    } else if (refusals > 0) {
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

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void what_was_opened_is_closed(void **state)
{
    struct output output;
    struct error error;
    assert_int_equal(output_open(&output, *state, all, &error), 0);
    assert_int_equal(output_open_metrics(&output, *state, &error), 0);
    const int fds[] = {output.trials_fd, output.delays_fds[0], output.delays_fds[1],
                       output.metrics_fd};
    for (size_t i = 0; i < LENGTH(fds); i++)
        assert_true(is_open(fds[i]));
    output_close(&output);
    for (size_t i = 0; i < LENGTH(fds); i++)
        assert_false(is_open(fds[i]));
    assert_int_equal(output.trials_fd, -1);
    assert_int_equal(output.delays_fds[OUTPUT_BEATS], -1);
    assert_int_equal(output.delays_fds[OUTPUT_CLIENTS], -1);
    assert_int_equal(output.metrics_fd, -1);
}

/* A descriptor of 0 is one as well: that of a process without standard input. */
static void descriptor_0_is_closed_too(void **state)
{
    const int kept = dup(STDIN_FILENO);
    struct output opened;
    struct error error;
    close(STDIN_FILENO);
    assert_int_equal(output_open(&opened, *state, none, &error), 0);
    assert_int_equal(opened.trials_fd, STDIN_FILENO);
    output_close(&opened);
    for (size_t i = 0; i < 4; i++) {
        struct output output = output_none();
        int *const fds[] = {&output.trials_fd, &output.delays_fds[0], &output.delays_fds[1],
                            &output.metrics_fd};
        assert_int_equal(dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO), 0);
        *fds[i] = STDIN_FILENO;
        output_close(&output);
        assert_false(is_open(STDIN_FILENO));
    }
    dup2(kept, STDIN_FILENO);
    close(kept);
}

/* With none open, descriptor 0 is nobody's. */
static void what_is_not_open_is_not_closed(void **state)
{
    struct output output = output_none();
    (void)state;
    const int fd = dup(STDERR_FILENO);
    output_close(&output);
    assert_true(is_open(fd) && is_open(STDERR_FILENO));
    close(fd);
}

/* Each write of the headers may be the one that fails. */
static void a_header_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        void *dir = NULL;
        struct output output;
        struct error error;
        assert_int_equal(folder_make(&dir), 0);
        writes_before = i;
        refusals = i < 3 ? 1 : 0;
        const int code = output_open(&output, dir, all, &error);
        output_close(&output);
        writes_before = 0;
        refusals = 0;
        assert_int_equal(code, i < 3 ? -EIO : 0);
        if (i < 3)
            assert_string_equal(error.text, "write the results: Input/output error");
        assert_int_equal(folder_remove(&dir), 0);
    }
}

static void a_file_that_is_there_is_not_written_over(void **state)
{
    static const char *const names[] = {"trials.csv", "loop_delay.csv", "client_delay.csv"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        char said[64];
        void *dir = NULL;
        struct output output;
        struct error error;
        assert_int_equal(folder_make(&dir), 0);
        file_make(dir, names[i], "mine");
        assert_int_equal(output_open(&output, dir, all, &error), -EEXIST);
        snprintf(said, sizeof said, "/%s: File exists", names[i]);
        assert_non_null(strstr(error.text, said));
        output_close(&output);
        assert_true(file_holds(dir, names[i], "mine"));
        assert_int_equal(folder_remove(&dir), 0);
    }
}

/* The metrics.csv of somebody else, and which file is named when delays cannot be written. */
static void the_file_that_failed_is_named(void **state)
{
    struct output output;
    struct error error;
    assert_int_equal(output_open(&output, *state, all, &error), 0);
    file_make(*state, "metrics.csv", "mine");
    assert_int_equal(output_open_metrics(&output, *state, &error), -EEXIST);
    assert_non_null(strstr(error.text, "/metrics.csv: File exists"));
    refusals = 1;
    assert_int_equal(output_delays(&output, delays, &error), -EIO);
    assert_string_equal(error.text, "write loop_delay.csv: Input/output error");
    writes_before = 1;
    refusals = 1;
    assert_int_equal(output_delays(&output, delays, &error), -EIO);
    assert_string_equal(error.text, "write client_delay.csv: Input/output error");
    output_close(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(delays_are_kept_of_ok_trials_only),
        FOLDER_TEST(without_its_delays_a_trial_has_no_row),
        FOLDER_TEST(a_full_disk_leaves_whole_rows),
        FOLDER_TEST(metrics_have_a_file_of_their_own),
        FOLDER_TEST(there_are_files_only_of_the_delays_that_are_wanted),
        FOLDER_TEST(what_was_opened_is_closed),
        FOLDER_TEST(descriptor_0_is_closed_too),
        cmocka_unit_test(what_is_not_open_is_not_closed),
        cmocka_unit_test(a_header_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_file_that_is_there_is_not_written_over),
        FOLDER_TEST(the_file_that_failed_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
