// SPDX-License-Identifier: MIT
#include "measure/output.h"

#include "tests/support.h"

#include <errno.h>

static bool disk_is_full;

ssize_t __real_write(int fd, const void *bytes, size_t length);

/* A full disk takes half of what it is given, then refuses. */
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
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

static const char beats[] = "5,0.001000,0.002000000\n5,0.002000,0.001000000\n";
static const char all_beats[] = "trial,time_s,delay_s\n"
                                "5,0.001000,0.002000000\n5,0.002000,0.001000000\n"
                                "5,0.001000,0.002000000\n5,0.002000,0.001000000\n";

static void beats_are_kept_of_ok_trials_only(void **state)
{
    struct output output;
    struct error error;
    const struct trial ok = some_trial(5, STATUS_OK);
    const struct trial failed = some_trial(6, STATUS_ERROR);
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, 1, &error), 0);
    assert_int_equal(output_trial(&output, &ok, beats, strlen(beats), &error), 0);
    assert_int_equal(output_trial(&output, &failed, beats, strlen(beats), &error), 0);
    assert_int_equal(output_beats(&output, beats, strlen(beats), &error), 0);
    output_close(&output);
    assert_true(file_holds(*state, "loop_delay.csv", all_beats));
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
    assert_int_equal(output_open(&output, *state, 0, &error), 0);
    assert_int_equal(output_trial(&output, &first, NULL, 0, &error), 0);
    disk_is_full = true;
    assert_int_equal(output_trial(&output, &second, NULL, 0, &error), -ENOSPC);
    assert_non_null(strstr(error.text, "trials.csv"));
    output_close(&output);
    assert_int_equal(trials_read(&trials, path, &error), 0);
    assert_int_equal(trials.count, 1);
    trials_free(&trials);
    free(path);
}

static void without_loop_probes_there_is_no_file_of_beats(void **state)
{
    struct output output;
    struct error error;
    disk_is_full = false;
    assert_int_equal(output_open(&output, *state, 0, &error), 0);
    output_close(&output);
    assert_false(file_exists(*state, "loop_delay.csv"));
    assert_int_equal(output_open(&output, *state, 0, &error), -EEXIST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(beats_are_kept_of_ok_trials_only),
        FOLDER_TEST(a_full_disk_leaves_whole_rows),
        FOLDER_TEST(without_loop_probes_there_is_no_file_of_beats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
