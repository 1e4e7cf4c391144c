// SPDX-License-Identifier: MIT
/* Words that no command takes are refused before anything is made. */
#include "commands/command.h"

#include "core/exit_status.h"
#include "core/process.h"
#include "methods/method.h"
#include "tests/captured.h"

enum { MOST_WORDS = 4 };

static void wrong_words_are_refused(void **state)
{
    static const char *const cases[][MOST_WORDS] = {
        {NULL},
        {"sideways"},
        {"remedies", "sideways"},
        {"remedies", "cold", "warm"},
        {"cold", "warm"},
        {"remedies", "--clients", "0"},
        {"plot"},
        {"compare", "one"},
        {"trial", "single-read", "cold"},
        {"generate", "--runs", "2"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        /* Small and elsewhere, should it be taken all the same. */
        char *words[MOST_WORDS + 8] = {"scan_bench"};
        int count = 1;
        for (size_t k = 0; k < MOST_WORDS && cases[i][k] != NULL; k++)
            words[count++] = (char *)cases[i][k];
        if (count > 1 && strcmp(words[1], "remedies") == 0) {
            char *const small[] = {"--files", "1", "--size", "4KiB", "--data", *state};
            memcpy(&words[count], small, sizeof small);
            count += (int)LENGTH(small);
        }
        assert_int_equal(command_run(count, words), EXIT_WRONG_USAGE);
        assert_int_equal(rmdir(*state), 0); /* nothing is in there */
        assert_int_equal(mkdir(*state, 0700), 0);
    }
}

/* Runs the command line, of words with blanks between them. */
static int go(const char *line)
{
    char *words[MOST_WORDS + 8];
    char text[256];
    int count = 0;
    int status;
    snprintf(text, sizeof text, "scan_bench %s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    CAPTURED(status = command_run(count, words));
    return status;
}

#define ALL                                                                                        \
    "give one of cold, warm, both, remedies, copy, send, storage, questions, plot, compare, "      \
    "generate"

static void what_is_wrong_is_said_and_what_is_right(void **state)
{
    static const struct {
        const char *line;
        const char *said;
    } cases[] = {
        {"", "no command given: " ALL "; see --help"},
        {"sideways", "unknown command 'sideways': " ALL},
        {"cald", "unknown command 'cald': did you mean 'cold'?"},
        {"copi", "unknown command 'copi': did you mean 'copy'?"},
        {"trail", "unknown command 'trail': " ALL}, /* trial is not a person's */
        {"cold warm", "'warm' is one word too many after 'cold'"},
        {"remedies cold warm", "'warm' is one word too many after 'cold'"},
        {"idle 1 2", "'2' is one word too many after '1'"},
        {"trial single-read cold sums 1 metrics more",
         "'more' is one word too many after 'metrics'"},
        {"plot", "plot needs the results folders to draw, such as results/latest"},
        {"compare one", "compare needs at least two results folders"},
        {"trial single-read cold sums", "trial needs METHOD CACHE SUMS ORDER"},
        {"idle", "idle needs MILLISECONDS"},
        {"generate --runs 2", "generate takes no --runs: leave it out"},
        {"generate --clients 2 --anyway", "generate takes no --anyway: leave it out"},
        {"cold --fsync", "cold takes no --fsync: leave it out"},
        {"send --fsync", "send takes no --fsync: leave it out"},
        {"copy --stride 4", "copy takes no --stride: leave it out"},
        {"copy --reader-rate 4KiB", "copy takes no --reader-rate: leave it out"},
        {"storage --storage 5ms", "storage takes no --storage: leave it out"},
        {"questions --methods all", "questions takes no --methods: leave it out"},
        {"plot one --anyway", "plot takes no --anyway: leave it out"},
        {"compare one two --data d", "compare takes no --data: leave it out"},
        {"prepare --storage 5ms", "prepare takes no --storage: leave it out"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "scan_bench: %s\n", cases[i].said);
        assert_int_equal(go(cases[i].line), EXIT_WRONG_USAGE);
        assert_text(complained, expected);
        assert_string_equal(printed, "");
    }
}

/* Those of a person, in their order, and none of the others. */
static void help_names_the_commands(void **state)
{
    static const char *const begin =
        "usage: ./run_bench.sh cold [OPTIONS]\n"
        "           the six, with nothing of the files in the page cache\n"
        "       ./run_bench.sh warm [OPTIONS]\n"
        "           the six, with all of them in the page cache\n"
        "       ./run_bench.sh both [OPTIONS]\n"
        "           cold and warm trials shuffled together\n"
        "       ./run_bench.sh remedies [cold | warm | both] [OPTIONS]\n"
        "           all methods, not only the six\n"
        "       ./run_bench.sh copy [cold | warm | both] [OPTIONS]\n"
        "           copies a file in six ways, or in all, and shows what that does to a loop\n"
        "       ./run_bench.sh send [cold | warm | both] [OPTIONS]\n"
        "           hands files over to sockets in six ways, or in all, and shows what that does "
        "to a loop\n"
        "       ./run_bench.sh storage [OPTIONS]\n"
        "           the six over a range of storage latencies\n"
        "       ./run_bench.sh questions [--data DIR] [--results DIR]\n"
        "           the article's open questions, an experiment each\n"
        "       ./run_bench.sh plot DIR...\n"
        "           tables, sentences and pictures of finished results again\n"
        "       ./run_bench.sh compare [--anyway] DIR DIR...\n"
        "           one table and picture over several finished results\n"
        "       ./run_bench.sh generate [--files N] [--size SIZE] [--data DIR]\n"
        "           makes the data, or finds that it is there and right, and measures nothing";
    (void)state;
    assert_int_equal(go("--help nonsense"), EXIT_OK);
    char *end = strstr(printed, "\n\nScans a set of files by read and through mmap");
    assert_non_null(end);
    assert_non_null(strstr(end, "\n  --runs N"));
    assert_non_null(strstr(end, "\nexit status: 0 all well; 1 some trial failed, the others are on "
                                "disk, or the output could not\nbe written; 2 wrong usage; 3 "));
    *end = '\0';
    assert_text(printed, begin);
}

/* One of the methods cannot run here. */
const char *__wrap_method_unsupported(const struct method *method, const char *data)
{
    (void)data;
    return strcmp(method->name, "threads-read") == 0 ? "no threads" : NULL;
}

static void the_list_says_what_each_method_is_and_whether_it_runs(void **state)
{
    static const char *const parts[] = {
        "\nthreads-read             ",
        "\n                         cannot run here: no threads\nthreads-mmap  ",
        "\n\nMethods of copies; the first 6 are those that run by default:\nsingle-copy-",
        "\n\nMethods of sends; the first 6 are those that run by default:\nsingle-send-read  ",
        "\nasync-read-large         ",
        "\n                         in chunks of 1024 KiB, unless --chunk says otherwise\n",
    };
    size_t lines = 0;
    size_t count = 0;
    (void)state;
    assert_int_equal(go("--list"), EXIT_OK);
    assert_int_equal(strncmp(printed,
                             "Methods of scans; the first 6 are those that run by default:\n"
                             "async-read  ",
                             73),
                     0);
    for (size_t i = 0; i < LENGTH(parts); i++) {
        if (strstr(printed, parts[i]) == NULL)
            fail_msg("no %s in\n%s", parts[i], printed);
    }
    for (size_t i = 0; methods[i] != NULL; i++) {
        const size_t chunk = methods[i]->chunk_bytes;
        count += chunk != 0 && chunk != METHOD_WHOLE_FILE ? 2 : 1;
    }
    for (const char *at = printed; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, count + 3 + 2 + 1); /* headings, blank lines, and the reason */
}

/* Beside the program's own folder; by its name alone where that is the working folder. */
static void the_home_is_two_folders_up(void **state)
{
    char here[4096];
    char there[4096];
    char *home = command_home("plots");
    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(home[0], '/');
    assert_string_equal(strrchr(home, '/'), "/plots");
    *strrchr(home, '/') = '\0';
    snprintf(there, sizeof there, "%s/commands/command_test", home);
    assert_int_equal(access(there, X_OK), 0);
    assert_int_equal(chdir(home), 0);
    char *near = command_home("plots");
    assert_int_equal(chdir(here), 0);
    assert_string_equal(near, "plots");
    free(near);
    free(home);
}

static void output_that_cannot_be_written_is_told(void **state)
{
    FILE *full = fopen("/dev/full", "w");
    int status;
    (void)state;
    if (full == NULL) {
        print_message("[  SKIPPED ] there is no /dev/full\n");
        skip();
    }
    struct capture capture;
    capture_begin(&capture);
    assert_true(dup2(fileno(full), STDOUT_FILENO) >= 0);
    char *words[] = {"scan_bench", "--help", NULL};
    status = command_run(2, words);
    clearerr(stdout);
    capture_end(&capture);
    fclose(full);
    assert_int_equal(status, EXIT_TRIAL_FAILED);
    assert_string_equal(complained, "scan_bench: standard output cannot be written: No space left "
                                    "on device\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(wrong_words_are_refused),
        cmocka_unit_test(what_is_wrong_is_said_and_what_is_right),
        cmocka_unit_test(help_names_the_commands),
        cmocka_unit_test(the_list_says_what_each_method_is_and_whether_it_runs),
        cmocka_unit_test(the_home_is_two_folders_up),
        cmocka_unit_test(output_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
