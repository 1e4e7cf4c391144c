// SPDX-License-Identifier: MIT
/* Whether the programs that emulate storage are there, with fakes for looking and running. */
#include "core/process.h"
#include "data-gen/storage_programs.h"
#include "tests/support.h"

#include <errno.h>

static struct error error;

/* What the fakes say. */
static struct {
    const char *missing; /* names with blanks between them */
    int run;             /* what starting nbdkit returns */
    struct process_end end;
    int signal; /* of an interrupt */
    int runs;   /* so far */
} fake;

bool __wrap_process_is_found(const char *name);
int __wrap_process_run(const struct process_request *request, struct process_end *end,
                       struct error *why);
int __wrap_interrupt_signal(void);

bool __wrap_process_is_found(const char *name)
{
    return strstr(fake.missing, name) == NULL;
}

int __wrap_process_run(const struct process_request *request, struct process_end *end,
                       struct error *why)
{
    static const char *const words[] = {"nbdkit",        "--filter=log",   "--filter=delay",
                                        "--filter=rate", "--filter=error", "file",
                                        "--dump-plugin"};
    for (size_t i = 0; i < LENGTH(words); i++)
        assert_string_equal(request->arguments[i], words[i]);
    assert_null(request->arguments[LENGTH(words)]);
    assert_string_equal(request->environment[0], "LC_ALL=C");
    assert_int_equal(request->output_fd, PROCESS_NOWHERE);
    assert_true(request->error_fd > 2); /* its words are not for the user */
    fake.runs++;
    *end = fake.end;
    return fake.run == 0 ? 0 : error_set(why, fake.run, "it cannot be started");
}

int __wrap_interrupt_signal(void)
{
    return fake.signal;
}

static void what_is_missing_is_named_with_what_gets_it(void **state)
{
#define GETS    ": run ./setup.sh, which installs what emulated storage needs"
#define FILTERS "missing: nbdkit's file plugin with its filters log, delay, rate and error" GETS
    static const struct {
        const char *missing;
        int run;
        struct process_end end;
        int signal;
        int code;
        const char *text;
        int runs;
    } rows[] = {
        {"", 0, {0}, 0, 0, "", 1},
        {"nbdkit", 0, {0}, 0, -ENOENT, "missing: nbdkit" GETS, 0},
        {"fusermount3", 0, {0}, 0, -ENOENT, "missing: fusermount3" GETS, 0},
        {"nbdfuse fusermount3", 0, {0}, 0, -ENOENT, "missing: nbdfuse, fusermount3" GETS, 0},
        {"nbdkit nbdfuse fusermount3",
         0,
         {0},
         0,
         -ENOENT,
         "missing: nbdkit, nbdfuse, fusermount3" GETS,
         0},
        {"", 0, {.status = 1}, 0, -ENOENT, FILTERS, 1},
        {"", 0, {.signal = 11}, 0, -ENOENT, FILTERS, 1},
        {"", -EAGAIN, {0}, 0, -EAGAIN, "it cannot be started", 1},
        {"", -EAGAIN, {0}, 2, -EAGAIN, "it cannot be started", 1},
        {"", 0, {.signal = 15}, 2, -ECANCELED, "interrupted", 1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        fake.missing = rows[i].missing;
        fake.run = rows[i].run;
        fake.end = rows[i].end;
        fake.signal = rows[i].signal;
        fake.runs = 0;
        error.text[0] = '\0';
        assert_int_equal(storage_programs_check(&error), rows[i].code);
        assert_string_equal(error.text, rows[i].text);
        assert_int_equal(fake.runs, rows[i].runs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_named_with_what_gets_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
