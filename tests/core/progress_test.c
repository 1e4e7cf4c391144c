// SPDX-License-Identifier: MIT
#include "core/progress.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/ioctl.h>

static int terminal;
static int columns; /* of the terminal; -1: it does not tell */
static uint64_t clock_s;

int __wrap_isatty(int fd)
{
    assert_int_equal(fd, STDERR_FILENO);
    return terminal;
}

/* The only one of the calls that go through it here. */
int __wrap_ioctl(int fd, unsigned long request, void *answer)
{
    struct winsize *size = answer;
    assert_int_equal(fd, STDERR_FILENO);
    assert_int_equal(request, TIOCGWINSZ);
    errno = ENOTTY;
    if (columns < 0)
        return -1;
    size->ws_col = (unsigned short)columns;
    return 0;
}

uint64_t __wrap_uv_hrtime(void)
{
    return clock_s * 1000000000;
}

/* Each test begins on a wide terminal that can take a line back. */
static int on_a_wide_terminal(void **state)
{
    terminal = 1;
    columns = 200;
    setenv("TERM", "xterm", 1);
    return folder_make(state);
}

#define PROGRESS_TEST(test) cmocka_unit_test_setup_teardown(test, on_a_wide_terminal, folder_remove)

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

/* A dumb one cannot take a line back, nor one that does not say what it is. */
static void a_terminal_that_cannot_take_a_line_back_gets_plain_lines(void **state)
{
    static const char *const kinds[] = {"dumb", NULL};
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        if (kinds[i] != NULL)
            setenv("TERM", kinds[i], 1);
        else
            unsetenv("TERM");
        assert_true(prints(*state, first_trial, ""));
        assert_true(prints(*state, result, "trial 1 of 4: async-read cold: 0.123 s\n"));
        assert_true(prints(*state, message, "scan_bench: 3 of four\n"));
    }
}

static void step_of_no_trial(void)
{
    progress_trial(0, 0, "");
    progress_step("making scan-0000.bin");
}

static void before_the_first_trial_a_step_stands_alone(void **state)
{
    assert_true(prints(*state, step_of_no_trial, CLEAR "making scan-0000.bin"));
}

/* One character stays free; the line would be two otherwise. */
static void a_line_is_cut_off_before_the_terminal_ends(void **state)
{
    static const struct {
        int columns;
        size_t width;
    } cases[] = {{2, 1}, {20, 19}, {39, 38}, {40, 39}, {41, 40}, {200, 199}};
    static const char line[] = "trial 1 of 4: async-read cold: evicting";
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char expected[64];
        columns = cases[i].columns;
        const size_t fits = cases[i].width < strlen(line) ? cases[i].width : strlen(line);
        snprintf(expected, sizeof expected, CLEAR "%.*s", (int)fits, line);
        if (!prints(*state, first_trial, expected))
            fail_msg("%d columns", cases[i].columns);
    }
}

static void long_trial(void)
{
    progress_trial(1, 4, "a-method-with-a-name-that-is-so-long-as-to-fill-a-line cold");
    progress_step("evicting what is there");
}

static void a_terminal_that_does_not_tell_is_taken_for_80_columns(void **state)
{
    static const char line[] =
        "trial 1 of 4: a-method-with-a-name-that-is-so-long-as-to-fill-a-line "
        "cold: evicting what is there";
    static const int unknown[] = {-1, 0, 1};
    for (size_t i = 0; i < LENGTH(unknown); i++) {
        char expected[128];
        columns = unknown[i];
        snprintf(expected, sizeof expected, CLEAR "%.79s", line);
        if (!prints(*state, long_trial, expected))
            fail_msg("%d columns", columns);
    }
}

/* The first of four began at 1000 s. */
static struct {
    size_t number;
    size_t total;
    uint64_t s;
} moment;

static void at_that_moment(void)
{
    clock_s = 1000 + moment.s;
    progress_trial(moment.number, moment.total, "a");
    progress_step("b");
}

static void the_time_left_is_that_of_the_trials_before_for_those_that_are_left(void **state)
{
    static const struct {
        size_t number;
        size_t total;
        uint64_t s;
        const char *line;
    } cases[] = {
        {2, 4, 10, "trial 2 of 4: a: b (about 30 s left)"},
        {4, 4, 30, "trial 4 of 4: a: b (about 10 s left)"},
        {2, 2, 89, "trial 2 of 2: a: b (about 89 s left)"},
        {2, 2, 90, "trial 2 of 2: a: b (about 2 min left)"},
        {2, 2, 120, "trial 2 of 2: a: b (about 2 min left)"},
        {2, 101, 60, "trial 2 of 101: a: b (about 100 min left)"},
        {1, 4, 50, "trial 1 of 4: a: b"},
        {2, 4, 60, "trial 2 of 4: a: b (about 30 s left)"}, /* the first one began anew */
        {2, 0, 59, "trial 2: a: b (9 s so far)"},
    };
    prints(*state, first_trial, "");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char expected[128];
        moment.number = cases[i].number;
        moment.total = cases[i].total;
        moment.s = cases[i].s;
        snprintf(expected, sizeof expected, CLEAR "%s", cases[i].line);
        if (!prints(*state, at_that_moment, expected))
            fail_msg("not %s", cases[i].line);
    }
}

/* Last, as it cannot be taken back. */
static void a_relayed_step_goes_to_the_parent(void **state)
{
    char *path = files_join(*state, "stdout");
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0 && kept >= 0);
    dup2(fd, STDOUT_FILENO);
    progress_relay();
    const bool is_silent = prints(*state, first_trial, "") && prints(*state, progress_clear, "") &&
                           prints(*state, message, "scan_bench: 3 of four\n");
    const bool is_told = file_holds(*state, "stdout", "step evicting\n");
    terminal = 0; /* a step is for a person only */
    const bool is_silent_elsewhere = prints(*state, first_trial, "");
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(fd);
    free(path);
    assert_true(is_silent && is_told && is_silent_elsewhere);
    assert_true(file_holds(*state, "stdout", "step evicting\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROGRESS_TEST(elsewhere_than_on_a_terminal_each_trial_leaves_one_plain_line),
        PROGRESS_TEST(on_a_terminal_one_line_replaces_the_other),
        PROGRESS_TEST(without_a_total_the_time_so_far_is_told),
        PROGRESS_TEST(the_time_left_is_told_from_the_second_trial_on),
        PROGRESS_TEST(a_terminal_that_cannot_take_a_line_back_gets_plain_lines),
        PROGRESS_TEST(before_the_first_trial_a_step_stands_alone),
        PROGRESS_TEST(a_line_is_cut_off_before_the_terminal_ends),
        PROGRESS_TEST(a_terminal_that_does_not_tell_is_taken_for_80_columns),
        PROGRESS_TEST(the_time_left_is_that_of_the_trials_before_for_those_that_are_left),
        PROGRESS_TEST(a_relayed_step_goes_to_the_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
