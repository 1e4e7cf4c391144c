// SPDX-License-Identifier: MIT
/* What a reader sees of what is handed over to it, and what becomes of one that is lost. Its
 * process is this test once more. */
#include "work/reader.h"

#include "core/interrupt.h"
#include "core/process.h"
#include "platform/tie.h"
#include "tests/support.h"
#include "work/connections.h"
#include "work/touch.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <uv.h>

static struct reader *reader;
static struct error error;
static int reader_pid;
static int spawn_error;

int __real_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options)
{
    if (spawn_error != 0)
        return spawn_error;
    const int code = __real_uv_spawn(loop, process, options);
    reader_pid = process->pid;
    return code;
}

enum { MOST_BYTES = 3 << 20, MOST_CONNECTIONS = 4, STRIDE = 7 };
static unsigned char content[MOST_BYTES];

static void start(const char *to, uint64_t bytes_per_s, size_t count)
{
    const struct work_settings settings = {
        .to = to, .stride_bytes = STRIDE, .reader_bytes_per_s = bytes_per_s};
    if (reader_open(&reader, &settings, count, &error) != 0)
        fail_msg("%s", error.text);
}

static void hand_over(size_t connection, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t put = write(reader_connection(reader, connection), bytes, length);
        assert_true(put > 0);
        bytes += put;
        length -= (size_t)put;
    }
}

/* Of a reader that does not read: returns the errno that ends it, and must not wait for ever. */
static int hand_over_until_it_fails(void)
{
    for (;;) {
        if (write(reader_connection(reader, 0), content, sizeof content) < 0)
            return errno;
    }
}

/* ---- What it sees
 * --------------------------------------------------------------------------------
 */

static void each_connection_is_counted_and_added_up(void **state)
{
    static const char *const kinds[] = {CONNECTIONS_TCP, CONNECTIONS_UNIX};
    static const size_t lengths[MOST_CONNECTIONS] = {100001, 0, 1, MOST_BYTES};
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        struct reader_saw saw[MOST_CONNECTIONS];
        start(kinds[k], 0, MOST_CONNECTIONS);
        for (size_t i = 0; i < MOST_CONNECTIONS; i++)
            hand_over(i, content, lengths[i]);
        assert_int_equal(reader_hear(reader, saw, &error), 0);
        for (size_t i = 0; i < MOST_CONNECTIONS; i++) {
            assert_int_equal(saw[i].bytes, lengths[i]);
            assert_int_equal(saw[i].sum, touch(content, 0, lengths[i], STRIDE));
        }
        reader_free(reader);
    }
}

/* By pieces that fit no stride. */
static void a_sum_does_not_depend_on_the_pieces(void **state)
{
    struct reader_saw saw;
    (void)state;
    start(CONNECTIONS_UNIX, 0, 1);
    for (size_t at = 0, piece = 1; at < 100000; at += piece, piece = piece % 1000 + 13)
        hand_over(0, content + at, piece);
    assert_int_equal(reader_hear(reader, &saw, &error), 0);
    assert_true(saw.bytes >= 100000);
    assert_int_equal(saw.sum, touch(content, 0, saw.bytes, STRIDE));
    reader_free(reader);
}

/* Each connection has a rate of its own; the first piece, of 10 ms, comes at once. */
static void a_slow_reader_reads_no_faster_than_it_is_told(void **state)
{
    enum { BYTES = 40000, BYTES_PER_S = 200000, CONNECTIONS = 2 };
    struct reader_saw saw[CONNECTIONS];
    (void)state;
    start(CONNECTIONS_TCP, BYTES_PER_S, CONNECTIONS);
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < CONNECTIONS; i++)
        hand_over(i, content, BYTES);
    assert_int_equal(reader_hear(reader, saw, &error), 0);
    assert_true((double)(uv_hrtime() - start_ns) / 1e9 >= (double)BYTES / BYTES_PER_S - 0.03);
    for (size_t i = 0; i < CONNECTIONS; i++)
        assert_int_equal(saw[i].bytes, BYTES);
    reader_free(reader);
}

/* Its buffers are full, and it is alone with a connection that nobody writes to. */
static void a_slow_reader_lets_who_writes_wait(void **state)
{
    (void)state;
    start(CONNECTIONS_UNIX, 1, 2);
    const int fd = reader_connection(reader, 1);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, content, sizeof content) > 0)
        continue;
    assert_int_equal(errno, EAGAIN);
    reader_free(reader);
}

/* ---- Endings
 * -------------------------------------------------------------------------------------
 */

static void a_reader_that_is_gone_is_an_error_and_keeps_nobody_waiting(void **state)
{
    static const struct {
        int signal;
        const char *said;
    } rows[] = {{SIGKILL, "ended by signal 9"},
                {SIGTERM, "ended by signal 15"},
                {SIGSTOP, "stopped by somebody"}};
    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
        struct reader_saw saw[2];
        start(i % 2 == 0 ? CONNECTIONS_TCP : CONNECTIONS_UNIX, 1, 2);
        kill(reader_pid, rows[i / 2].signal);
        const int code = hand_over_until_it_fails();
        assert_true(code == EPIPE || code == ECONNRESET);
        assert_int_equal(reader_hear(reader, saw, &error), -ECHILD);
        assert_non_null(strstr(error.text, rows[i / 2].said));
        reader_free(reader);
    }
}

static void a_reader_that_cannot_read_is_an_error(void **state)
{
    struct reader_saw saw;
    (void)state;
    setenv("READER_FAILS", "1", 1);
    start(CONNECTIONS_TCP, 0, 1);
    unsetenv("READER_FAILS");
    assert_int_equal(reader_hear(reader, &saw, &error), -ECHILD);
    assert_non_null(strstr(error.text, "ended with 9"));
    reader_free(reader);
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *dir = opendir("/dev/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

/* Heard or not, slow or not; a process that is gone is waited for, so that kill finds nobody. */
static void nothing_is_left_of_a_reader(void **state)
{
    struct reader_saw saw[MOST_CONNECTIONS];
    size_t before = 0;
    (void)state;
    for (int i = 0; i < 4; i++) {
        start(i % 2 == 0 ? CONNECTIONS_TCP : CONNECTIONS_UNIX, i == 2 ? 1 : 0, MOST_CONNECTIONS);
        hand_over(0, content, 1000);
        if (i % 2 == 1)
            assert_int_equal(reader_hear(reader, saw, &error), 0);
        reader_free(reader);
        assert_int_equal(kill(reader_pid, 0), -1);
        if (i == 0)
            before = open_files(); /* libuv keeps some descriptors from the first loop on */
        assert_int_equal(open_files(), before);
    }
    reader_free(NULL);
}

static void a_reader_that_cannot_be_started_is_an_error(void **state)
{
    const struct work_settings settings = {.to = CONNECTIONS_TCP, .stride_bytes = 1};
    (void)state;
    const size_t before = open_files();
    spawn_error = UV_EAGAIN;
    assert_int_equal(reader_open(&reader, &settings, 2, &error), UV_EAGAIN);
    spawn_error = 0;
    assert_non_null(strstr(error.text, "start "));
    assert_int_equal(open_files(), before);
}

/* The last test: what has come stays. */
static void an_interrupt_ends_the_reader_and_every_wait_for_it(void **state)
{
    struct reader_saw saw;
    (void)state;
    interrupt_catch();
    start(CONNECTIONS_TCP, 1, 1);
    raise(SIGTERM);
    assert_int_equal(interrupt_signal(), SIGTERM);
    const int code = hand_over_until_it_fails();
    assert_true(code == EPIPE || code == ECONNRESET);
    assert_int_equal(reader_hear(reader, &saw, &error), -ECHILD);
    reader_free(reader);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_connection_is_counted_and_added_up),
        cmocka_unit_test(a_sum_does_not_depend_on_the_pieces),
        cmocka_unit_test(a_slow_reader_reads_no_faster_than_it_is_told),
        cmocka_unit_test(a_slow_reader_lets_who_writes_wait),
        cmocka_unit_test(a_reader_that_is_gone_is_an_error_and_keeps_nobody_waiting),
        cmocka_unit_test(a_reader_that_cannot_read_is_an_error),
        cmocka_unit_test(nothing_is_left_of_a_reader),
        cmocka_unit_test(a_reader_that_cannot_be_started_is_an_error),
        cmocka_unit_test(an_interrupt_ends_the_reader_and_every_wait_for_it),
    };
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    signal(SIGPIPE, SIG_IGN);
    if (argc > 2 && strcmp(argv[1], READER_WORD) == 0)
        return getenv("READER_FAILS") != NULL ? 9 : reader_main(argc - 2, &argv[2]);
    process_set_self(argv[0]);
    content_fill(CONTENT_SEED, 0, 0, content, sizeof content);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
