// SPDX-License-Identifier: MIT
#include "work/connections.h"

#include "tests/support.h"

#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <uv.h>

static const char *const kinds[] = {CONNECTIONS_TCP, CONNECTIONS_UNIX};
static struct error error;

/* ---- Fakes --------------------------------------------------------------------------------------
 */

static int strangers[2]; /* that connect before and after our own socket does; 0: not yet */
static bool has_strangers;
static int connect_error;
static int accept_error; /* of every accept, or 0 */
static int interrupt;
static uint64_t tick_ns; /* that a look at the clock takes */

static int connect_stranger(const struct sockaddr *address, socklen_t length);

int __real_connect(int fd, const struct sockaddr *address, socklen_t length);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    if (connect_error != 0) {
        errno = connect_error;
        return -1;
    }
    if (has_strangers)
        strangers[0] = connect_stranger(address, length);
    const int code = __real_connect(fd, address, length);
    const int after = errno;
    if (has_strangers)
        strangers[1] = connect_stranger(address, length);
    errno = after;
    return code;
}

static int connect_stranger(const struct sockaddr *address, socklen_t length)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(__real_connect(fd, address, length), 0);
    return fd;
}

int __real_accept(int fd, struct sockaddr *address, socklen_t *length);
int __wrap_accept(int fd, struct sockaddr *address, socklen_t *length)
{
    if (accept_error == 0)
        return __real_accept(fd, address, length);
    errno = accept_error;
    return -1;
}

int __wrap_interrupt_signal(void)
{
    return interrupt;
}

uint64_t __wrap_uv_hrtime(void)
{
    static uint64_t now_ns;
    return now_ns += tick_ns;
}

static int reset(void **state)
{
    (void)state;
    has_strangers = false;
    connect_error = accept_error = interrupt = 0;
    tick_ns = 1000;
    error.text[0] = '\0';
    return 0;
}

/* -------------------------------------------------------------------------------------------------
 */

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

static void only_tcp_and_unix_are_known(void **state)
{
    (void)state;
    assert_true(connections_are_known("tcp") && connections_are_known("unix"));
    assert_false(connections_are_known("") || connections_are_known("udp") ||
                 connections_are_known("tcp:80"));
}

/* What goes into one end comes out of the other, and of no other pair. */
static void expect_connected(const int *ours, const int *theirs, size_t count)
{
    char byte;
    for (size_t i = 0; i < count; i++) {
        byte = (char)('a' + i);
        assert_int_equal(write(ours[i], &byte, 1), 1);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(read(theirs[i], &byte, 1), 1);
        assert_int_equal(byte, 'a' + i);
    }
}

static void close_both(const int *ours, const int *theirs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(ours[i]);
        close(theirs[i]);
    }
}

static void each_end_of_ours_is_connected_to_one_of_theirs(void **state)
{
    enum { COUNT = 20 };
    int ours[COUNT] = {0};
    int theirs[COUNT] = {0};
    (void)state;
    const size_t before = open_files();
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        assert_int_equal(connections_make(kinds[k], ours, theirs, COUNT, &error), 0);
        assert_int_equal(open_files(), before + 2 * COUNT);
        expect_connected(ours, theirs, COUNT);
        close_both(ours, theirs, COUNT);
    }
}

static void both_ends_block_and_go_to_no_other_program(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        int ends[2];
        assert_int_equal(connections_make(kinds[k], &ends[0], &ends[1], 1, &error), 0);
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(fcntl(ends[i], F_GETFL) & O_NONBLOCK, 0);
            assert_int_equal(fcntl(ends[i], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        }
        close_both(&ends[0], &ends[1], 1);
    }
}

/* Its connection is closed, or reset, before a byte came. */
static void a_stranger_gets_nothing(void **state)
{
    int ours = -1;
    int theirs = -1;
    char byte;
    (void)state;
    has_strangers = true;
    assert_int_equal(connections_make(CONNECTIONS_TCP, &ours, &theirs, 1, &error), 0);
    expect_connected(&ours, &theirs, 1);
    for (size_t i = 0; i < LENGTH(strangers); i++) {
        assert_true(recv(strangers[i], &byte, 1, 0) <= 0);
        send(strangers[i], "s", 1, MSG_NOSIGNAL);
        close(strangers[i]);
    }
    assert_int_equal(recv(theirs, &byte, 1, MSG_DONTWAIT), -1); /* nor is one heard */
    close_both(&ours, &theirs, 1);
}

static void nobody_can_connect_afterwards(void **state)
{
    int ours = -1;
    int theirs = -1;
    struct sockaddr_in address = {.sin_port = 0};
    socklen_t length = sizeof address;
    (void)state;
    assert_int_equal(connections_make(CONNECTIONS_TCP, &ours, &theirs, 1, &error), 0);
    assert_int_equal(getpeername(ours, (struct sockaddr *)&address, &length), 0);
    assert_int_equal(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK);
    const int stranger = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(__real_connect(stranger, (struct sockaddr *)&address, length), -1);
    assert_int_equal(errno, ECONNREFUSED);
    close(stranger);
    close_both(&ours, &theirs, 1);
}

static void a_failure_says_what_to_do_and_leaves_no_socket(void **state)
{
    static const struct {
        int connect_error;
        int accept_error;
        int interrupt;
        uint64_t tick_ns;
        int code;
        const char *said;
    } rows[] = {
        {ENETUNREACH, 0, 0, 1000, -ENETUNREACH, "connect on 127.0.0.1: Network is unreachable"},
        {0, EMFILE, 0, 1000, -EMFILE, "accept on 127.0.0.1: Too many open files"},
        {0, EAGAIN, 0, 1000000000, -ETIMEDOUT, "accept on 127.0.0.1: Connection timed out"},
        {0, EAGAIN, SIGTERM, 1000, -ECANCELED, "accept"},
    };
    (void)state;
    const size_t before = open_files();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int ours[3];
        int theirs[3];
        connect_error = rows[i].connect_error;
        accept_error = rows[i].accept_error;
        interrupt = rows[i].interrupt;
        tick_ns = rows[i].tick_ns;
        assert_int_equal(connections_make(CONNECTIONS_TCP, ours, theirs, 3, &error), rows[i].code);
        assert_int_equal(error.code, rows[i].code);
        assert_non_null(strstr(error.text, rows[i].said));
        assert_non_null(strstr(error.text, "--to unix"));
        assert_int_equal(open_files(), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_tcp_and_unix_are_known),
        cmocka_unit_test_setup(each_end_of_ours_is_connected_to_one_of_theirs, reset),
        cmocka_unit_test_setup(both_ends_block_and_go_to_no_other_program, reset),
        cmocka_unit_test_setup(a_stranger_gets_nothing, reset),
        cmocka_unit_test_setup(nobody_can_connect_afterwards, reset),
        cmocka_unit_test_setup(a_failure_says_what_to_do_and_leaves_no_socket, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
