// SPDX-License-Identifier: MIT
/* Whole runs of the program on files of a few pages: what it says, what it leaves, how it ends. */
#include "core/exit_status.h"
#include "tests/support.h"

#include <stdlib.h>
#include <sys/wait.h>

static char *built; /* the program that was built with this test */

/* Runs the program with these words in the folder, its streams in the files out and err there. */
static int run(const char *dir, const char *words)
{
    char *line = NULL;
    assert_true(asprintf(&line, "cd '%s' && build/scan_bench %s --results results >out 2>err", dir,
                         words) > 0);
    /* NOLINTNEXTLINE(cert-env33-c): the words are those of this file */
    const int status = system(line);
    free(line);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* How often the text occurs in the file. */
static size_t count(const char *dir, const char *name, const char *text)
{
    size_t length;
    size_t found = 0;
    char *bytes = file_read(dir, name, &length);
    for (const char *at = bytes; (at = strstr(at, text)) != NULL; at++)
        found++;
    free(bytes);
    return found;
}

static void expect(const char *dir, const char *name, const char *text)
{
    if (count(dir, name, text) > 0)
        return;
    size_t length;
    fail_msg("no '%s' in %s:\n%s", text, name, file_read(dir, name, &length));
}

static void expect_ok(const char *dir, const char *words)
{
    const int status = run(dir, words);
    size_t length;
    if (status != EXIT_OK)
        fail_msg("%s: %d\n%s", words, status, file_read(dir, "err", &length));
}

static void expect_files(const char *dir, const char *const *names, size_t names_count)
{
    for (size_t i = 0; i < names_count; i++) {
        if (!file_exists(dir, names[i]))
            fail_msg("no %s", names[i]);
    }
}

static void a_run_leaves_a_row_for_each_trial(void **state)
{
    static const char *const names[] = {
        "results/latest/plan.csv", "results/latest/machine.csv", "results/latest/times-cold.csv",
        "results/latest/times-warm.svg", "results/latest/loop-warm.png"};
    expect_ok(*state, "remedies --seed 1 --data data --runs 2 --files 2 --size 70000B --methods "
                      "single-read,async-read,async-mmap,async-read-large");
    assert_int_equal(count(*state, "results/latest/trials.csv", ",ok,"), 16);
    assert_int_equal(count(*state, "results/latest/trials.csv", "\n"), 17);
    expect(*state, "err", "-remedies; --seed 1 repeats");
    expect(*state, "err", "trial 1 of 16: ");
    expect(*state, "err", "trial 16 of 16: ");
    expect(*state, "out", "cold page cache: 2 files of 68.3594 KiB");
    expect(*state, "out", "warm page cache: 2 files of 68.3594 KiB");
    expect(*state, "out", "\npictures and data: results/2");
    expect_ok(*state, "plot results/latest");
    expect_files(*state, names, LENGTH(names));
}

static void a_run_with_an_open_end_counts_the_repeats(void **state)
{
    expect_ok(*state, "cold --data data --precision 50% --at-most 9s --files 1 --size 4KiB "
                      "--methods single-read");
    expect(*state, "err", "trial 1: single-read cold, repeat 1: ");
    expect(*state, "err", "trial 6: single-read cold, repeat 6: ");
}

static void copies_and_sends_are_runs_as_well(void **state)
{
    static const char *const words[] = {
        "copy both --data data --runs 1 --files 2 --size 70000B --methods all",
        "send both --data data --runs 1 --files 2 --size 70000B --methods all",
    };
    for (size_t i = 0; i < LENGTH(words); i++) {
        expect_ok(*state, words[i]);
        const size_t rows = count(*state, "results/latest/trials.csv", "\n") - 1;
        assert_true(rows > 0);
        assert_int_equal(count(*state, "results/latest/trials.csv", ",ok,"), rows);
        assert_int_equal(count(*state, "err", "\ntrial "), rows);
    }
}

static void storage_is_emulated_and_gone_afterwards(void **state)
{
    const int status =
        run(*state, "cold --data data --storage 20ms --runs 1 --files 2 --size 70000B --methods "
                    "single-read,async-read");
    if (status == EXIT_MISSING) {
        print_message("[  SKIPPED ] storage cannot be emulated here\n");
        skip();
    }
    assert_int_equal(status, EXIT_OK);
    assert_int_equal(count(*state, "results/latest/trials.csv", ",ok,"), 2);
    expect(*state, "results/latest/machine.csv", "storage,emulated");
    /* Nobody holds the data any more. */
    expect_ok(*state, "cold --data data --runs 1 --files 1 --size 4KiB");
}

/* The program looks for the scripts of the pictures beside the folder that it is in. */
static int settle(void **state)
{
    const int code = folder_make(state);
    char *plots = realpath("plots", NULL);
    char *build = files_join(*state, "build");
    char *to = files_join(build, "scan_bench");
    char *link_to = files_join(*state, "plots");
    assert_non_null(plots);
    assert_int_equal(mkdir(build, 0700), 0);
    assert_int_equal(link(built, to), 0);
    assert_int_equal(symlink(plots, link_to), 0);
    free(plots);
    free(build);
    free(to);
    free(link_to);
    return code;
}

#define RUN_TEST(test) cmocka_unit_test_setup_teardown(test, settle, folder_remove)

int main(int argc, char **argv)
{
    /* BUILD/tests/commands/program_test tests BUILD/scan_bench. */
    char *path = realpath(argv[0], NULL);
    (void)argc;
    for (int up = 0; path != NULL && up < 3; up++)
        *strrchr(path, '/') = '\0';
    built = files_join(path, "scan_bench");
    free(path);
    const struct CMUnitTest tests[] = {
        RUN_TEST(a_run_leaves_a_row_for_each_trial),
        RUN_TEST(a_run_with_an_open_end_counts_the_repeats),
        RUN_TEST(copies_and_sends_are_runs_as_well),
        RUN_TEST(storage_is_emulated_and_gone_afterwards),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(built);
    return failed;
}
