// SPDX-License-Identifier: MIT
/* Real signals. What they do cannot be taken back, so each test is made in a process of its own. */
#include "core/interrupt.h"

#include "data-gen/generator.h"
#include "measure/prime.h"
#include "measure/protocol.h"
#include "platform/page_cache.h"
#include "work/send.h"

#include "tests/support.h"
#include "work/touch.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <uv.h>

/* Runs `run` in a child and returns its wait status; what `run` returns is its exit status. */
static int in_child(int (*run)(const char *dir), const char *dir)
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(run(dir));
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_exit(int status, int expected)
{
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

static int catch_nothing(const char *dir)
{
    (void)dir;
    interrupt_catch();
    return interrupt_signal();
}

static void without_a_signal_there_is_none(void **state)
{
    assert_exit(in_child(catch_nothing, *state), 0);
}

static int signal_to_send;

/* Whether the descriptor for those who wait tells as much. */
static bool wakes(void)
{
    struct pollfd wake = {.fd = interrupt_fd(), .events = POLLIN};
    return poll(&wake, 1, 0) == 1;
}

static int catch_one(const char *dir)
{
    sigset_t all;
    (void)dir;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL); /* as a careless parent leaves it */
    interrupt_catch();
    if (wakes())
        return 1;
    raise(signal_to_send);
    return interrupt_signal() == signal_to_send && wakes() ? interrupt_status() : 0;
}

static int ignore_one(const char *dir)
{
    (void)dir;
    signal(signal_to_send, SIG_IGN); /* as nohup does, and a shell with its background jobs */
    interrupt_catch();
    raise(signal_to_send);
    return interrupt_signal();
}

static void a_signal_that_was_ignored_stays_so(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < LENGTH(signals); i++) {
        signal_to_send = signals[i];
        assert_exit(in_child(ignore_one, *state), 0);
    }
}

static void the_first_signal_is_noted(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < LENGTH(signals); i++) {
        signal_to_send = signals[i];
        assert_exit(in_child(catch_one, *state), 128 + signals[i]);
    }
}

static int catch_two(const char *dir)
{
    (void)dir;
    interrupt_catch();
    raise(SIGINT);
    raise(SIGTERM);
    return 0;
}

static void the_second_signal_ends_the_process(void **state)
{
    const int status = in_child(catch_two, *state);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* Runs a trial of each method after an interrupt. Returns how many gave a row. */
static int run_trials(const char *dir)
{
    int rows = 0;
    struct file_set files;
    file_set_get(&files, dir, 512);
    const struct protocol protocol = {
        .files = &files, .settings = {.stride_bytes = 512, .to = dir}, .chunk_bytes = 4096};
    interrupt_catch();
    raise(SIGTERM);
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (method_kind(methods[i]) == &send_kind)
            continue; /* they need a reader */
        for (int cache = CACHE_COLD; cache <= CACHE_WARM; cache++) {
            struct trial trial;
            struct error error;
            if (protocol_trial(&protocol, methods[i], (enum cache_state)cache, &trial, &error) !=
                    -ECANCELED ||
                !isnan(trial.elapsed_s) || files.files[0].fd != -1)
                rows++;
        }
    }
    file_set_free(&files);
    uv_library_shutdown(); /* which _exit would not do: ends the threads of the pool */
    return rows;
}

static void an_interrupted_trial_gives_no_row(void **state)
{
    static const uint64_t sizes[] = {70001, 0, 513};
    file_set_make(*state, sizes, LENGTH(sizes));
    assert_exit(in_child(run_trials, *state), 0);
}

static int touch_and_prime(const char *dir)
{
    uint64_t sum = 0;
    struct file_set files;
    struct error error;
    interrupt_catch();
    raise(SIGTERM);
    file_set_get(&files, dir, 512);
    if (file_set_open(&files, &error) != 0)
        return 1;
    const int primed = prime_by_read(files.files[0].fd, files.files[0].bytes);
    file_set_free(&files);
    if (primed != -ECANCELED)
        return 2;
    return touch_mapping((const unsigned char *)"ab", 0, 2, 1, &sum) == -ECANCELED ? 0 : 3;
}

static void touching_and_priming_end_with_it(void **state)
{
    static const uint64_t size = 70001;
    file_set_make(*state, &size, 1);
    assert_exit(in_child(touch_and_prime, *state), 0);
}

static int generate(const char *dir)
{
    struct error error;
    interrupt_catch();
    raise(SIGTERM);
    return generator_run(dir, 3, 5000, &error) == -ECANCELED ? 0 : 1;
}

static void an_interrupted_generator_makes_nothing(void **state)
{
    assert_exit(in_child(generate, *state), 0);
    assert_false(file_exists(*state, MANIFEST_NAME));
    assert_false(file_exists(*state, "scan-0000.bin"));
    assert_false(file_exists(*state, "scan-0000.bin.part"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(without_a_signal_there_is_none),
        FOLDER_TEST(the_first_signal_is_noted),
        FOLDER_TEST(a_signal_that_was_ignored_stays_so),
        FOLDER_TEST(the_second_signal_ends_the_process),
        FOLDER_TEST(an_interrupted_trial_gives_no_row),
        FOLDER_TEST(touching_and_priming_end_with_it),
        FOLDER_TEST(an_interrupted_generator_makes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
