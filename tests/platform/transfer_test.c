// SPDX-License-Identifier: MIT
#include "platform/transfer.h"

#include "tests/support.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

enum { BYTES = 10000 };

static int file;
static int pair[2]; /* the kernel sends to the first */
static unsigned char content[BYTES];

static void begin(const char *dir)
{
    char *path = files_join(dir, "file");
    content_fill(CONTENT_SEED, 0, 0, content, sizeof content);
    file_write(dir, "file", content, sizeof content);
    file = open(path, O_RDONLY);
    free(path);
    assert_true(file >= 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void end(void)
{
    close(file);
    close(pair[0]);
    close(pair[1]);
}

static void expect_received(size_t offset, size_t length)
{
    unsigned char bytes[BYTES];
    assert_int_equal(recv(pair[1], bytes, sizeof bytes, MSG_DONTWAIT), (ssize_t)length);
    assert_memory_equal(bytes, content + offset, length);
}

static void sendfile_moves_from_an_offset_and_leaves_the_files_own(void **state)
{
    begin(*state);
    assert_int_equal(transfer_sendfile(pair[0], file, 4000, 3000), 3000);
    expect_received(4000, 3000);
    assert_int_equal(transfer_sendfile(pair[0], file, 9000, 5000), 1000);
    expect_received(9000, 1000);
    assert_int_equal(transfer_sendfile(pair[0], file, BYTES, 1), 0);
    assert_int_equal(lseek(file, 0, SEEK_CUR), 0);
    end();
}

static void splice_moves_through_a_pipe(void **state)
{
    int pipe[2];
    if (transfer_splice_unsupported() != NULL)
        skip();
    begin(*state);
    assert_int_equal(transfer_pipe(pipe, 65536), 0);
    assert_int_equal(fcntl(pipe[0], F_GETFD) & fcntl(pipe[1], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(transfer_splice_in(pipe[1], file, 4000, 3000), 3000);
    assert_int_equal(transfer_splice_out(pair[0], pipe[0], 1000), 1000);
    expect_received(4000, 1000);
    assert_int_equal(transfer_splice_out(pair[0], pipe[0], 5000), 2000);
    expect_received(5000, 2000);
    assert_int_equal(transfer_splice_in(pipe[1], file, BYTES, 1), 0);
    close(pipe[0]);
    close(pipe[1]);
    end();
}

static void a_failure_is_a_negative_errno(void **state)
{
    int pipe[2];
    begin(*state);
    assert_int_equal(transfer_sendfile(-1, file, 0, 1), -EBADF);
    assert_int_equal(transfer_sendfile(pair[0], -1, 0, 1), -EBADF);
    if (transfer_pipe(pipe, 1) == 0) {
        assert_int_equal(transfer_splice_in(pipe[1], -1, 0, 1), -EBADF);
        assert_int_equal(transfer_splice_out(-1, pipe[0], 1), -EBADF);
        close(pipe[0]);
        close(pipe[1]);
    }
    end();
}

/* It visits each CPU. */
static void after_settling_the_thread_may_run_where_it_might_before(void **state)
{
#ifdef __linux__
    cpu_set_t before;
    cpu_set_t after;
    cpu_set_t one;
    size_t i = 0;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    transfer_settle();
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
    while (!CPU_ISSET(i, &before))
        i++;
    CPU_ZERO(&one);
    CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    transfer_settle();
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&one, &after));
    sched_setaffinity(0, sizeof before, &before);
#endif
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(sendfile_moves_from_an_offset_and_leaves_the_files_own),
        FOLDER_TEST(splice_moves_through_a_pipe),
        FOLDER_TEST(a_failure_is_a_negative_errno),
        cmocka_unit_test(after_settling_the_thread_may_run_where_it_might_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
