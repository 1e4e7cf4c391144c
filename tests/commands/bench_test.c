// SPDX-License-Identifier: MIT
/* What each command asks of a run, by its own settings and by those that a person gives. */
#include "commands/bench.h"

#include "commands/show.h"
#include "core/exit_status.h"
#include "core/process.h"
#include "data-gen/emulated_storage.h"
#include "data-gen/kept_readahead.h"
#include "measure/run.h"
#include "methods/method.h"
#include "platform/polling.h"
#include "tests/captured.h"
#include "work/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <uv.h>

static char told[1 << 13];
static const char *folder;

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

/* What the fakes do next. */
static struct script {
    int status;       /* of the run */
    int shown;        /* what showing it ends with */
    bool leaves_none; /* no folder comes of it */
    bool keeps_none;  /* no method can run here */
    bool lacks_gnuplot;
    bool lacks_storage;
    bool lacks_beats;
    int signal;
    int recovers; /* what becomes of a readahead that a killed run has left */
} script;

int __wrap_run_make(const struct run_request *request, char **dir)
{
    static const char *const modes[] = {"cold", "warm", "both"};
    const struct options *options = request->options;
    tell("run %s: %s %s of", request->name, modes[request->mode], request->kind->name);
    for (size_t i = 0; i < request->method_count && i < 3; i++)
        tell(" %s", request->methods[i]);
    tell("%s, %zu runs, %zu files of %" PRIu64 " KiB, pool %zu, clients %zu, storage %u ms",
         request->method_count > 3 ? " and more" : "", options->runs, options->files,
         options->file_bytes / 1024, options->pool_threads, options->clients, options->storage_ms);
    tell(", seed %" PRIu64 ", to %s; %s to %s%s; %s\n", options->seed,
         options->to != NULL ? options->to : "-", request->data, request->results,
         request->is_part ? ", a part" : "", request->command_line);
    *dir = script.leaves_none ? NULL : strdup("made");
    return script.status;
}

int __wrap_show_results(const char *dir, const char *out)
{
    tell("show %s in %s\n", dir, out);
    return script.shown;
}

size_t __wrap_method_keep_supported(const char **names, size_t count, const char *data,
                                    const struct work_settings *settings)
{
    (void)names;
    (void)data;
    assert_null(settings);
    return script.keeps_none ? 0 : count;
}

bool __wrap_process_is_found(const char *name)
{
    return strcmp(name, "gnuplot") == 0 && !script.lacks_gnuplot;
}

int __wrap_emulated_storage_check(struct error *error)
{
    return script.lacks_storage ? error_set(error, -ENOENT, "nbdkit is missing") : 0;
}

const char *__wrap_polling_beat_unsupported(uint64_t interval_ns)
{
    tell("beats of %" PRIu64 " ns\n", interval_ns);
    return script.lacks_beats ? "too short here" : NULL;
}

int __wrap_uv_random(uv_loop_t *loop, uv_random_t *request, void *buffer, size_t length,
                     unsigned flags, uv_random_cb done)
{
    const uint32_t drawn = 4000000000;
    (void)loop;
    (void)request;
    assert_int_equal(flags, 0);
    assert_true(done == NULL && length == sizeof drawn);
    memcpy(buffer, &drawn, length);
    return 0;
}

int __wrap_interrupt_signal(void)
{
    return script.signal;
}

int __wrap_interrupt_status(void)
{
    return EXIT_SIGNALLED + script.signal;
}

int __wrap_kept_readahead_recover(const char *dir, uint64_t *bytes, struct error *error)
{
    (void)dir;
    *bytes = 131072;
    if (script.recovers < 0)
        error_set(error, script.recovers, "the readahead stays");
    return script.recovers;
}

/* Runs the command line, of words with blanks between them, with the data and the results in the
 * folder. What was asked and said is in `told`. */
static int go(const char *line)
{
    char *words[24];
    char text[256];
    int count = 0;
    int status;
    char *data = files_join(folder, "d");
    told[0] = '\0';
    snprintf(text, sizeof text, "scan_bench %s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    words[count++] = "--data";
    words[count++] = data;
    words[count] = NULL;
    CAPTURED(status = command_run(count, words));
    tell("%s%s", printed, complained);
    put_for(told, folder, "DIR");
    free(data);
    return status;
}

static void each_command_asks_for_its_run(void **state)
{
    static const struct {
        const char *line;
        const char *expected;
    } cases[] = {
        {"cold", "beats of 1000000 ns\n"
                 "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 "
                 "files of 262144 KiB, pool 8, clients 0, storage 0 ms, seed 4000000000, to -; "
                 "DIR/d to results; scan_bench cold --data DIR/d\n"
                 "show made in made\n"},
        {"warm --seed 5 --results elsewhere --methods async-mmap,single-read --runs 3",
         "beats of 1000000 ns\n"
         "run warm: warm scan of async-mmap single-read, 3 runs, 8 files of 262144 KiB, pool 8, "
         "clients 0, storage 0 ms, seed 5, to -; DIR/d to elsewhere; scan_bench warm --seed 5 "
         "--results elsewhere --methods async-mmap,single-read --runs 3 --data DIR/d\n"
         "show made in made\n"},
        {"both --heartbeat 0.5",
         "beats of 500000 ns\n"
         "run both: both scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "262144 KiB, pool 8, clients 0, storage 0 ms, seed 4000000000, to -; DIR/d to results; "
         "scan_bench both --heartbeat 0.5 --data DIR/d\n"
         "show made in made\n"},
        {"remedies", "beats of 1000000 ns\n"
                     "run remedies: both scan of async-read async-mmap threads-read and more, 10 "
                     "runs, 8 files of 262144 KiB, pool 8, clients 1, storage 0 ms, seed "
                     "4000000000, to -; DIR/d to results; scan_bench remedies --data DIR/d\n"
                     "show made in made\n"},
        {"remedies warm --clients 2 --methods async-mmap-yield",
         "beats of 1000000 ns\n"
         "run remedies: warm scan of async-mmap-yield, 10 runs, 8 files of 262144 KiB, pool 8, "
         "clients 2, storage 0 ms, seed 4000000000, to -; DIR/d to results; scan_bench remedies "
         "warm --clients 2 --methods async-mmap-yield --data DIR/d\n"
         "show made in made\n"},
        {"copy",
         "beats of 1000000 ns\n"
         "run copy: both copy of single-copy-whole single-copy-mmap single-copy-sendfile and more, "
         "10 runs, 1 files of 1048576 KiB, pool 1, clients 0, storage 0 ms, seed 4000000000, to "
         "DIR/d/copy/copies; DIR/d/copy to results; scan_bench copy --data DIR/d\n"
         "show made in made\n"},
        {"copy cold --files 3 --size 2MiB --to place",
         "beats of 1000000 ns\n"
         "run copy: cold copy of single-copy-whole single-copy-mmap single-copy-sendfile and more, "
         "10 runs, 3 files of 2048 KiB, pool 3, clients 0, storage 0 ms, seed 4000000000, to "
         "place; DIR/d/copy to results; scan_bench copy cold --files 3 --size 2MiB --to place "
         "--data DIR/d\n"
         "show made in made\n"},
        {"copy warm --files 3 --pool 5",
         "beats of 1000000 ns\n"
         "run copy: warm copy of single-copy-whole single-copy-mmap single-copy-sendfile and more, "
         "10 runs, 3 files of 1048576 KiB, pool 5, clients 0, storage 0 ms, seed 4000000000, to "
         "DIR/d/copy/copies; DIR/d/copy to results; scan_bench copy warm --files 3 --pool 5 --data "
         "DIR/d\n"
         "show made in made\n"},
        {"send", "beats of 1000000 ns\n"
                 "run send: both send of single-send-read single-send-sendfile async-send-read and "
                 "more, 10 runs, 8 files of 262144 KiB, pool 8, clients 0, storage 0 ms, seed "
                 "4000000000, to tcp; DIR/d to results; scan_bench send --data DIR/d\n"
                 "show made in made\n"},
        {"send both --to unix",
         "beats of 1000000 ns\n"
         "run send: both send of single-send-read single-send-sendfile async-send-read and more, "
         "10 runs, 8 files of 262144 KiB, pool 8, clients 0, storage 0 ms, seed 4000000000, to "
         "unix; DIR/d to results; scan_bench send both --to unix --data DIR/d\n"
         "show made in made\n"},
        {"cold --storage 1ms",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "65536 KiB, pool 8, clients 0, storage 1 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 1ms --data DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 1 ms: files of 64MiB, so that a run takes minutes; "
         "--size says otherwise\n"},
        {"cold --storage 5ms",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "8192 KiB, pool 8, clients 0, storage 5 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 5ms --data DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 5 ms: files of 8MiB, so that a run takes minutes; --size "
         "says otherwise\n"},
        {"cold --storage 64ms",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "1024 KiB, pool 8, clients 0, storage 64 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 64ms --data DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 64 ms: files of 1MiB, so that a run takes minutes; "
         "--size says otherwise\n"},
        {"cold --storage 65ms",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "1024 KiB, pool 8, clients 0, storage 65 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 65ms --data DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 65 ms: files of 1MiB, so that a run takes minutes; "
         "--size says otherwise\n"},
        {"cold --storage 200ms",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "1024 KiB, pool 8, clients 0, storage 200 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 200ms --data DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 200 ms: files of 1MiB, so that a run takes minutes; "
         "--size says otherwise\n"},
        {"cold --storage 5ms --size 256MiB",
         "beats of 1000000 ns\n"
         "run cold: cold scan of async-read async-mmap threads-read and more, 10 runs, 8 files of "
         "262144 KiB, pool 8, clients 0, storage 5 ms, seed 4000000000, to -; DIR/d/emulated to "
         "results; scan_bench cold --storage 5ms --size 256MiB --data DIR/d\n"
         "show made in made\n"},
        {"copy --storage 20ms",
         "beats of 1000000 ns\n"
         "run copy: both copy of single-copy-whole single-copy-mmap single-copy-sendfile and more, "
         "10 runs, 1 files of 8192 KiB, pool 1, clients 0, storage 20 ms, seed 4000000000, to "
         "DIR/d/emulated/copies; DIR/d/emulated to results; scan_bench copy --storage 20ms --data "
         "DIR/d\n"
         "show made in made\n"
         "scan_bench: emulated storage of 20 ms: files of 8MiB, so that a run takes minutes; "
         "--size says otherwise\n"},
    };
    folder = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        script = (struct script){.status = EXIT_OK};
        assert_int_equal(go(cases[i].line), EXIT_OK);
        assert_text(told, cases[i].expected);
    }
}

static void each_ending_is_told(void **state)
{
    static const struct {
        const char *line;
        struct script script;
        int status;
        const char *end; /* of what is told */
    } cases[] = {
        {"cold", {.status = EXIT_TRIAL_FAILED}, EXIT_TRIAL_FAILED, "\nshow made in made\n"},
        {"cold", {.shown = EXIT_TRIAL_FAILED}, EXIT_TRIAL_FAILED, "\nshow made in made\n"},
        {"cold",
         {.status = EXIT_MISSING, .shown = EXIT_TRIAL_FAILED},
         EXIT_MISSING,
         "\nshow made in made\n"},
        {"cold",
         {.status = EXIT_SIGNALLED},
         EXIT_SIGNALLED,
         "scan_bench cold --data DIR/d\nscan_bench: ./run_bench.sh plot made shows what is "
         "finished\n"},
        {"cold",
         {.status = EXIT_SIGNALLED + 2, .leaves_none = true},
         EXIT_SIGNALLED + 2,
         "; scan_bench cold --data DIR/d\n"},
        {"cold", {.keeps_none = true}, EXIT_MISSING, "beats of 1000000 ns\n"},
        {"cold",
         {.lacks_gnuplot = true},
         EXIT_MISSING,
         "scan_bench: gnuplot is missing: run ./setup.sh, which installs it\n"},
        {"cold",
         {.lacks_beats = true, .lacks_gnuplot = true},
         EXIT_WRONG_USAGE,
         "scan_bench: --heartbeat 1: too short here\n"},
        {"cold --storage 5ms",
         {.lacks_storage = true},
         EXIT_MISSING,
         "scan_bench: nbdkit is missing\n"},
        {"cold --storage 5ms",
         {.lacks_storage = true, .signal = 15},
         EXIT_SIGNALLED + 15,
         "beats of 1000000 ns\n"},
        {"cold --methods nonsense", {.status = EXIT_OK}, EXIT_WRONG_USAGE, NULL},
        {"copy --methods single-read", {.status = EXIT_OK}, EXIT_WRONG_USAGE, NULL},
        {"send --to folder",
         {.status = EXIT_OK},
         EXIT_WRONG_USAGE,
         "scan_bench: --to folder: a send goes to tcp or unix\n"},
        {"send cool",
         {.status = EXIT_OK},
         EXIT_WRONG_USAGE,
         "scan_bench: unknown word 'cool' after 'send': give cold, warm or both\n"},
        {"copy cool",
         {.status = EXIT_OK},
         EXIT_WRONG_USAGE,
         "scan_bench: unknown word 'cool' after 'copy': give cold, warm or both\n"},
        {"remedies cool",
         {.status = EXIT_OK},
         EXIT_WRONG_USAGE,
         "scan_bench: unknown word 'cool' after 'remedies': give cold, warm or both\n"},
        {"remedies --clients 0",
         {.status = EXIT_OK},
         EXIT_WRONG_USAGE,
         "scan_bench: --clients 0: remedies always has a client: give 1 to 64, or leave it out\n"},
        {"storage", {.lacks_storage = true}, EXIT_MISSING, "scan_bench: nbdkit is missing\n"},
        {"storage", {.lacks_gnuplot = true}, EXIT_MISSING, "run ./setup.sh, which installs it\n"},
    };
    folder = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        script = cases[i].script;
        const int status = go(cases[i].line);
        const size_t length = cases[i].end != NULL ? strlen(cases[i].end) : 0;
        if (status != cases[i].status || strlen(told) < length ||
            strcmp(told + strlen(told) - length, cases[i].end != NULL ? cases[i].end : "") != 0)
            fail_msg("%zu, %s: %d, and\n%s", i, cases[i].line, status, told);
    }
}

/* By the commands of a person, not by those of this program itself. */
static void a_readahead_that_a_killed_run_left_is_put_back(void **state)
{
    static const char back[] = "scan_bench: a run that was killed had set the readahead of the "
                               "device: it is put back to 128 KiB\n";
    folder = *state;
    script = (struct script){.recovers = 1};
    assert_int_equal(go("cold"), EXIT_OK);
    assert_non_null(strstr(told, back));
    assert_int_equal(go("idle 1 --heartbeat 0"), EXIT_OK);
    assert_null(strstr(told, back));
    script = (struct script){.recovers = -EIO};
    assert_int_equal(go("cold"), EXIT_OK);
    assert_non_null(strstr(told, "scan_bench: the readahead stays\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_command_asks_for_its_run),
        FOLDER_TEST(each_ending_is_told),
        FOLDER_TEST(a_readahead_that_a_killed_run_left_is_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
