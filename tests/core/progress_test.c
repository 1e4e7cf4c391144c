// SPDX-License-Identifier: MIT
#include "core/progress.h"

#include "tests/support.h"

static int terminal;
static uint64_t clock_s;

int __wrap_isatty(int fd)
{
    assert_int_equal(fd, STDERR_FILENO);
    return terminal;
}

uint64_t __wrap_uv_hrtime(void)
{
    return clock_s * 1000000000;
}

/* Whether `print` prints exactly `text` to stderr. */
static bool prints(const char *dir, void (*print)(void), const char *text)
{
    char *path = files_join(dir, "stderr");
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    const int kept = dup(STDERR_FILENO);
    assert_true(fd >= 0 && kept >= 0);
    dup2(fd, STDERR_FILENO);
    print();
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(fd);
    free(path);
    return file_holds(dir, "stderr", text);
}

static void first_trial(void)
{
    clock_s = 1000;
    progress_trial(1, 4, "async-read cold");
    progress_step("evicting");
}

static void third_trial(void)
{
    clock_s = 1020; /* two trials took 20 s */
    progress_trial(3, 4, "async-mmap warm");
    progress_step("scanning");
}

static void slow_third_trial(void)
{
    clock_s = 1000 + 240;
    progress_trial(3, 4, "async-mmap warm");
    progress_step("scanning");
}

/* Nobody knows of how many. */
static void an_open_trial(void)
{
    progress_trial(3, 0, "async-mmap warm, repeat 2");
    progress_step("scanning");
}

static void result(void)
{
    progress_result("0.123 s");
}

static void message(void)
{
    progress_message("%d of %s", 3, "four");
}

static void elsewhere_than_on_a_terminal_each_trial_leaves_one_plain_line(void **state)
{
    terminal = 0;
    assert_true(prints(*state, first_trial, ""));
    assert_true(prints(*state, result, "trial 1 of 4: async-read cold: 0.123 s\n"));
    assert_true(prints(*state, progress_clear, ""));
    assert_true(prints(*state, message, "scan_bench: 3 of four\n"));
}

#define CLEAR "\r\033[K"

static void on_a_terminal_one_line_replaces_the_other(void **state)
{
    terminal = 1;
    assert_true(prints(*state, first_trial, CLEAR "trial 1 of 4: async-read cold: evicting"));
    assert_true(prints(*state, result, ""));
    assert_true(prints(*state, progress_clear, CLEAR));
    assert_true(prints(*state, message, CLEAR "scan_bench: 3 of four\n"));
}

static void the_time_left_is_told_from_the_second_trial_on(void **state)
{
    terminal = 1;
    prints(*state, first_trial, "");
    assert_true(prints(*state, third_trial,
                       CLEAR "trial 3 of 4: async-mmap warm: scanning (about 20 s left)"));
    assert_true(prints(*state, slow_third_trial,
                       CLEAR "trial 3 of 4: async-mmap warm: scanning (about 4 min left)"));
}

static void without_a_total_the_time_so_far_is_told(void **state)
{
    terminal = 1;
    prints(*state, first_trial, "");
    clock_s = 1000 + 89;
    assert_true(prints(*state, an_open_trial,
                       CLEAR "trial 3: async-mmap warm, repeat 2: scanning (89 s so far)"));
    clock_s = 1000 + 240;
    assert_true(prints(*state, an_open_trial,
                       CLEAR "trial 3: async-mmap warm, repeat 2: scanning (4 min so far)"));
    terminal = 0;
    assert_true(prints(*state, result, "trial 3: async-mmap warm, repeat 2: 0.123 s\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(elsewhere_than_on_a_terminal_each_trial_leaves_one_plain_line),
        FOLDER_TEST(on_a_terminal_one_line_replaces_the_other),
        FOLDER_TEST(without_a_total_the_time_so_far_is_told),
        FOLDER_TEST(the_time_left_is_told_from_the_second_trial_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
