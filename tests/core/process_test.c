// SPDX-License-Identifier: MIT
#include "core/process.h"

#include "core/interrupt.h"
#include "platform/tie.h"
#include "tests/support.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static struct process_end end;
static struct error error;
static char output[4096];

static void keep_output(void *context, const char *bytes, size_t length)
{
    (void)context;
    strncat(output, bytes, length);
}

/* Runs a script of the shell, the handiest program for a test, and keeps its output. */
static int run_script(const char *script, const char *const *environment, const char *directory)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    const struct process_request request = {
        .arguments = arguments,
        .environment = environment,
        .directory = directory,
        .on_output = keep_output,
    };
    output[0] = '\0';
    return process_run(&request, &end, &error);
}

static void how_it_ended_is_told(void **state)
{
    static const struct {
        const char *script;
        int status;
        int signal;
        bool stopped;
    } rows[] = {
        {"exit 0", 0, 0, false},
        {"exit 7", 7, 0, false},
        {"kill -ABRT $$", 0, SIGABRT, false},
        {"kill -STOP $$; exit 0", 0, SIGKILL, true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(run_script(rows[i].script, NULL, NULL), 0);
        assert_int_equal(end.status, rows[i].status);
        assert_int_equal(end.signal, rows[i].signal);
        assert_int_equal(end.stopped, rows[i].stopped);
    }
}

static void what_it_is_given_is_what_was_asked_for(void **state)
{
    static const char *const environment[] = {"SCAN_BENCH_SET=new", "SCAN_BENCH_GONE", NULL};
    static const struct {
        const char *script;
        const char *output;
    } rows[] = {
        {"echo $SCAN_BENCH_SET-$SCAN_BENCH_GONE-$SCAN_BENCH_KEPT", "new--kept\n"},
        {"wc -c", "0\n"}, /* no standard input */
        {"test $(ps -o sid= -p $$) = $$ && echo alone", "alone\n"},
        {"test $(ps -o pgid= -p $$) = $$ && echo alone", "alone\n"},
        {"trap 'exit 3' INT HUP; kill -INT $$; echo ignored", ""}, /* signals are not inherited */
        {"{ echo >&8; } 2>/dev/null || echo closed", "closed\n"},
    };
    (void)state;
    setenv("SCAN_BENCH_SET", "old", 1);
    setenv("SCAN_BENCH_GONE", "here", 1);
    setenv("SCAN_BENCH_KEPT", "kept", 1);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGINT, &ignore, &before);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(run_script(rows[i].script, environment, NULL), 0);
        assert_string_equal(output, rows[i].output);
    }
    sigaction(SIGINT, &before, NULL);
}

static void all_of_a_long_output_comes(void **state)
{
    size_t length;
    char *found;
    const char *const arguments[] = {"sh", "-c", "seq 1 200000", NULL};
    char *path = files_join(*state, "numbers");
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const struct process_request request = {.arguments = arguments, .output_fd = fd};
    free(path);
    assert_int_equal(process_run(&request, &end, &error), 0);
    close(fd);
    found = file_read(*state, "numbers", &length);
    assert_int_equal(length, 1288895);
    assert_string_equal(found + length - 7, "200000\n");
    free(found);
}

static void what_it_inherits_comes_after_the_streams(void **state)
{
    const char *const arguments[] = {"sh", "-c", "echo first >&3; echo second >&4", NULL};
    int fds[2];
    for (int i = 0; i < 2; i++) {
        char *path = files_join(*state, i == 0 ? "3" : "4");
        fds[i] = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        free(path);
    }
    const struct process_request request = {.arguments = arguments,
                                            .output_fd = PROCESS_NOWHERE,
                                            .inherited = fds,
                                            .inherited_count = 2};
    assert_int_equal(process_run(&request, &end, &error), 0);
    assert_int_equal(end.status, 0);
    close(fds[0]);
    close(fds[1]);
    assert_true(file_holds(*state, "3", "first\n") && file_holds(*state, "4", "second\n"));
}

static void it_runs_in_the_folder_that_was_asked_for(void **state)
{
    assert_int_equal(run_script(": >here", NULL, *state), 0);
    assert_true(file_exists(*state, "here"));
    assert_true(run_script("exit 0", NULL, "/nowhere") < 0);
    assert_non_null(strstr(error.text, "start sh: "));
}

static void a_program_that_is_missing_is_named(void **state)
{
    static const char *const arguments[] = {"no-such-program", NULL};
    const struct process_request request = {.arguments = arguments, .output_fd = PROCESS_NOWHERE};
    (void)state;
    assert_int_equal(process_run(&request, &end, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no-such-program is missing: run ./setup.sh"));
    assert_false(process_is_found("no-such-program"));
    assert_true(process_is_found("sh"));
    assert_true(process_is_found("/bin/sh"));
    assert_false(process_is_found("/bin/no-such-program"));
}

static void make_program(const char *dir, const char *name, mode_t mode)
{
    file_make(dir, name, "#!/bin/sh\necho here\n");
    char *path = files_join(dir, name);
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

/* In a child, whose working folder and PATH are its own, in a folder with the program "./near", the
 * program "far/away", the plain file "far/plain" and the folder "far/folder". */
static void it_is_looked_for_as_the_system_does(void **state)
{
    static const struct {
        const char *path; /* NULL: there is none */
        const char *name;
        int found;
    } rows[] = {
        {"far", "away", 1},
        {"far", "near", 0},
        {"/nowhere:far", "away", 1},
        {"far:/nowhere", "away", 1},
        {"/nowhere:/nowhere/either", "away", 0},
        {"fa", "away", 0},
        {"farther:fa", "away", 0},
        {"", "near", 1}, /* an empty place is the working folder */
        {"", "away", 0},
        {":far", "near", 1},
        {":far", "away", 1},
        {"far:", "near", 1},
        {"far::/nowhere", "near", 1},
        {".", "near", 1},
        {"far", "plain", 0},
        {"far", "folder", 0},
        {"far", "", 0},
        {"far", "./near", 1}, /* a path is not looked for */
        {"far", "far/away", 1},
        {"far", "far/near", 0},
        {"far", "far/plain", 0},
        {"far", "far/folder", 0},
        {":", "bin/sh", 0},
        {"", "bin", 0}, /* not /bin */
        {NULL, "near", 0},
        {NULL, "far/away", 1},
    };
    make_program(*state, "near", 0700);
    make_program(*state, "far/away", 0700);
    make_program(*state, "far/plain", 0600);
    file_make(*state, "far/folder/something", "");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int status;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (chdir(*state) != 0)
                _exit(2);
            if (rows[i].path != NULL)
                setenv("PATH", rows[i].path, 1);
            else
                unsetenv("PATH");
            _exit(process_is_found(rows[i].name));
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != rows[i].found)
            fail_msg("%s in %s: %d", rows[i].name, rows[i].path, WEXITSTATUS(status));
    }
}

/* What is found is what runs. */
static void a_program_in_an_empty_place_of_path_runs(void **state)
{
    static const char *const arguments[] = {"near", NULL};
    const struct process_request request = {.arguments = arguments, .on_output = keep_output};
    char here[4096];
    const char *before = getenv("PATH");
    char *path = strdup(before != NULL ? before : "");
    make_program(*state, "near", 0700);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(*state), 0);
    setenv("PATH", "/nowhere:", 1);
    output[0] = '\0';
    const int code = process_run(&request, &end, &error);
    setenv("PATH", path, 1);
    assert_int_equal(chdir(here), 0);
    free(path);
    assert_int_equal(code, 0);
    assert_int_equal(end.status, 0);
    assert_string_equal(output, "here\n");
}

/* In a child, as an interrupt cannot be taken back. The script tells that it began by a file. */
static void an_interrupt_reaches_it_once(void **state)
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        interrupt_catch();
        const int code = run_script("trap 'echo TERM >>got; exit 5' TERM; : >began; "
                                    "while :; do sleep 0.01; done",
                                    NULL, *state);
        _exit(code == 0 && end.status == 5 && end.signal == 0 ? interrupt_status() : 1);
    }
    while (!file_exists(*state, "began"))
        usleep(1000);
    kill(child, SIGINT);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGINT);
    assert_true(file_holds(*state, "got", "TERM\n"));
}

/* The parent is killed, which it cannot do anything about. */
static void it_ends_with_its_parent(void **state)
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run_script("trap ': >ended; exit' TERM; : >began; while :; do sleep 0.01; done", NULL,
                   *state);
        _exit(0);
    }
    while (!file_exists(*state, "began"))
        usleep(1000);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
#ifdef __linux__
    while (!file_exists(*state, "ended"))
        usleep(1000);
#endif
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_ended_is_told),
        cmocka_unit_test(what_it_is_given_is_what_was_asked_for),
        FOLDER_TEST(all_of_a_long_output_comes),
        FOLDER_TEST(what_it_inherits_comes_after_the_streams),
        FOLDER_TEST(it_runs_in_the_folder_that_was_asked_for),
        cmocka_unit_test(a_program_that_is_missing_is_named),
        FOLDER_TEST(it_is_looked_for_as_the_system_does),
        FOLDER_TEST(a_program_in_an_empty_place_of_path_runs),
        FOLDER_TEST(it_ends_with_its_parent),
        FOLDER_TEST(an_interrupt_reaches_it_once), /* last: what wakes this process is woken */
    };
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    process_set_self(argv[0]);
    interrupt_catch();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
