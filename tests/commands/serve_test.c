// SPDX-License-Identifier: MIT
/* The command serve: what is asked of the storage, what is printed, and how it ends. */
#include "commands/serve.h"

#include "core/exit_status.h"
#include "core/process.h"
#include "data-gen/emulated_storage.h"
#include "tests/captured.h"

#include <errno.h>
#include <inttypes.h>

/* What the fakes do next. */
static struct script {
    int signal;         /* has come before the command is run */
    int signal_in_wait; /* comes while nothing else is done */
    struct process_end end;
    int runs; /* what running the command ends with */
    int checks;
    int starts;
    int stops;
    bool lacks_command;
} script;

static char told[1024];

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

int __wrap_interrupt_signal(void)
{
    return script.signal;
}

int __wrap_interrupt_status(void)
{
    return EXIT_SIGNALLED + script.signal;
}

bool __wrap_process_is_found(const char *name)
{
    (void)name;
    return !script.lacks_command;
}

int __wrap_process_run(const struct process_request *request, struct process_end *end,
                       struct error *error)
{
    tell("run to %d:", request->output_fd);
    for (size_t i = 0; request->arguments[i] != NULL; i++)
        tell(" %s", request->arguments[i]);
    tell("\n");
    *end = script.end;
    return script.runs == 0 ? 0 : error_set(error, script.runs, "the command cannot be run");
}

int __wrap_emulated_storage_check(struct error *error)
{
    return script.checks == 0 ? 0 : error_set(error, script.checks, "nbdkit is missing");
}

int __wrap_emulated_storage_start(struct emulated_storage **storage, const char *data,
                                  const char *mount, const struct emulated_storage_options *options,
                                  struct error *error)
{
    tell("start %s %s: %u ms, %u at a time, %" PRIu64 " a second, %g fail\n", data, mount,
         options->latency_ms, options->in_flight, options->rate_bytes_per_s, options->error_rate);
    *storage = (struct emulated_storage *)told;
    return script.starts == 0 ? 0 : error_set(error, script.starts, "the mount is not empty");
}

const char *__wrap_emulated_storage_settings(const struct emulated_storage *storage)
{
    (void)storage;
    return "storage,emulated\n";
}

void __wrap_emulated_storage_wait(struct emulated_storage *storage)
{
    (void)storage;
    tell("wait\n");
    script.signal = script.signal_in_wait;
}

int __wrap_emulated_storage_stop(struct emulated_storage *storage,
                                 struct emulated_storage_counts *counts, struct error *error)
{
    (void)storage;
    tell("stop\n");
    *counts = (struct emulated_storage_counts){
        .requests = 12, .failed_requests = 3, .read_bytes = UINT64_C(5000000000)};
    return script.stops == 0 ? 0 : error_set(error, script.stops, "the storage was lost");
}

static int go(const char *line)
{
    char *words[24];
    char text[256];
    int count = 0;
    int status;
    told[0] = '\0';
    snprintf(text, sizeof text, "serve %s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = strcmp(word, "EMPTY") == 0 ? "" : word;
    words[count] = NULL;
    CAPTURED(status = command_serve(count, words));
    tell("%s%s", printed, complained);
    return status;
}

#define NEEDED  "--data d --mount m --latency 5ms "
#define STARTED "start d m: 5 ms, 16 at a time, 0 a second, 0 fail\n"
#define COUNTS                                                                                     \
    "storage,emulated\nstorage_requests,12\nstorage_failed_requests,3\n"                           \
    "storage_read_bytes,5000000000\n"
#define SERVED "the files of d are served in m until Ctrl-C\n"

static void the_storage_is_as_asked_for_and_ends_with_the_command(void **state)
{
    static const struct {
        const char *line;
        struct script script;
        int status;
        const char *expected;
    } cases[] = {
        {NEEDED "-- echo one two",
         {.end = {.status = 0}},
         EXIT_OK,
         STARTED "run to 1: echo one two\nstop\n" COUNTS},
        {NEEDED "--in-flight 99 --rate 2KiB --error 1% -- echo --data",
         {.end = {.status = 7}},
         7,
         "start d m: 5 ms, 99 at a time, 2048 a second, 0.01 fail\nrun to 1: echo "
         "--data\nstop\n" COUNTS},
        {NEEDED "-- echo",
         {.end = {.signal = 9}},
         EXIT_SIGNALLED + 9,
         STARTED "run to 1: echo\nstop\n" COUNTS},
        {NEEDED "-- echo",
         {.runs = -EACCES},
         EXIT_MISSING,
         STARTED "run to 1: echo\nstop\n" COUNTS "scan_bench: the command cannot be run\n"},
        {NEEDED "-- echo", {.signal = 2}, EXIT_SIGNALLED + 2, STARTED "stop\n" COUNTS},
        {NEEDED,
         {.signal_in_wait = 15},
         EXIT_SIGNALLED + 15,
         STARTED "wait\nstop\n" COUNTS "scan_bench: " SERVED},
        {NEEDED,
         {.signal_in_wait = 0},
         EXIT_TRIAL_FAILED,
         STARTED "wait\nstop\n" COUNTS "scan_bench: " SERVED},
        {NEEDED "-- echo",
         {.stops = -EIO},
         EXIT_TRIAL_FAILED,
         STARTED "run to 1: echo\nstop\nscan_bench: the storage was lost\n"},
        {NEEDED "-- echo",
         {.starts = -EINVAL},
         EXIT_WRONG_USAGE,
         STARTED "scan_bench: the mount is not empty\n"},
        {NEEDED "-- echo", {.checks = -ENOENT}, EXIT_MISSING, "scan_bench: nbdkit is missing\n"},
        {NEEDED "-- echo",
         {.lacks_command = true},
         EXIT_MISSING,
         "scan_bench: echo is not found\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        script = cases[i].script;
        const int status = go(cases[i].line);
        assert_text(told, cases[i].expected);
        assert_int_equal(status, cases[i].status);
    }
}

static void wrong_words_are_named(void **state)
{
    static const struct {
        const char *line;
        const char *said;
    } cases[] = {
        {"", "--data is missing; see serve --help"},
        {"--mount m --latency 5ms", "--data is missing; see serve --help"},
        {"--data d --latency 5ms", "--mount is missing; see serve --help"},
        {"--data d --mount m", "--latency is missing; see serve --help"},
        {"--data", "--data needs a value"},
        {"--data EMPTY", "--data needs a value"},
        {"--data=", "--data= needs a value"},
        {"--date d", "unknown option '--date': see serve --help"},
        {NEEDED "echo", "unknown word 'echo': a command comes after --"},
        {NEEDED "--", "there is no command after --"},
        {"--data d --mount m --latency 5", NULL},
        {NEEDED "--rate 5", NULL},
        {NEEDED "--error 5", NULL},
        {NEEDED "--in-flight 0", "--in-flight 0: give a whole number from 1 to 99"},
        {NEEDED "--in-flight 07", "--in-flight 07: give a whole number from 1 to 99"},
        {NEEDED "--in-flight 100", "--in-flight 100: give a whole number from 1 to 99"},
        {NEEDED "--in-flight 1x", "--in-flight 1x: give a whole number from 1 to 99"},
        {NEEDED "--in-flight x", "--in-flight x: give a whole number from 1 to 99"},
    };
    char expected[128];
    (void)state;
    script = (struct script){.signal = 0};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(go(cases[i].line), EXIT_WRONG_USAGE);
        snprintf(expected, sizeof expected, "scan_bench: %s\n",
                 cases[i].said != NULL ? cases[i].said : "");
        if (cases[i].said != NULL)
            assert_text(told, expected);
    }
}

static void one_request_at_a_time_will_do(void **state)
{
    (void)state;
    script = (struct script){.signal = 0};
    assert_int_equal(go(NEEDED "--in-flight 1 -- echo"), EXIT_OK);
    assert_non_null(strstr(told, ", 1 at a time, "));
    assert_int_equal(go(NEEDED "--in-flight 10 -- echo"), EXIT_OK);
    assert_non_null(strstr(told, ", 10 at a time, "));
}

static void help_needs_nothing_else(void **state)
{
    (void)state;
    script = (struct script){.checks = -ENOENT};
    assert_int_equal(go("--help nonsense"), EXIT_OK);
    assert_int_equal(strncmp(told, "usage: scan_bench serve --data DIR --mount DIR ", 47), 0);
    assert_null(strstr(told, "scan_bench: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_storage_is_as_asked_for_and_ends_with_the_command),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(one_request_at_a_time_will_do),
        cmocka_unit_test(help_needs_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
