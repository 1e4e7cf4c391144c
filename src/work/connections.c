// SPDX-License-Identifier: MIT
#include "connections.h"

#include "core/interrupt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

/* How long our own connection may take to be accepted, whoever else connects meanwhile. */
#define ACCEPT_WITHIN_NS UINT64_C(10000000000)
enum { POLL_MS = 100 };

bool connections_are_known(const char *to)
{
    return strcmp(to, CONNECTIONS_TCP) == 0 || strcmp(to, CONNECTIONS_UNIX) == 0;
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- Unix -------------------------------------------------------------------------------------
 */

static int make_unix(int *ours, int *theirs, struct error *error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return error_set(error, -errno, "make a pair of Unix sockets: %s", strerror(errno));
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    *ours = pair[0];
    *theirs = pair[1];
    return 0;
}

/* ---- TCP --------------------------------------------------------------------------------------
 */

static int tcp_fail(struct error *error, int code, const char *call)
{
    return error_set(error, code, "%s on 127.0.0.1: %s; --to unix needs no network", call,
                     strerror(-code));
}

/* Neither a connect nor an accept waits, for there may be strangers. */
static int tcp_socket(struct error *error)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return tcp_fail(error, -errno, "socket");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* Returns a socket that listens, with its address, or a negative errno. */
static int tcp_listen(struct sockaddr_in *address, struct error *error)
{
    socklen_t length = sizeof *address;
    int fd = tcp_socket(error);
    if (fd < 0)
        return fd;
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
        listen(fd, SOMAXCONN) == 0 && getsockname(fd, (struct sockaddr *)address, &length) == 0)
        return fd;
    const int code = tcp_fail(error, -errno, "listen");
    close_one(&fd);
    return code;
}

static bool is_same(const struct sockaddr_in *one, const struct sockaddr_in *other)
{
    return one->sin_addr.s_addr == other->sin_addr.s_addr && one->sin_port == other->sin_port;
}

/* The next of those who have connected, when it is the one with the address `own`; any other is
 * closed unheard. Returns -EAGAIN when it was not, or nobody has. */
static int tcp_accept(int listener, const struct sockaddr_in *own)
{
    struct sockaddr_in peer = {.sin_port = 0};
    socklen_t length = sizeof peer;
    const int fd = accept(listener, (struct sockaddr *)&peer, &length);
    if (fd < 0)
        return errno == EINTR || errno == ECONNABORTED ? -EAGAIN : -errno;
    if (is_same(&peer, own))
        return fd;
    close(fd);
    return -EAGAIN;
}

static int tcp_await(int listener, const struct sockaddr_in *own)
{
    const uint64_t end_ns = uv_hrtime() + ACCEPT_WITHIN_NS;
    int fd = -EAGAIN;
    while (fd == -EAGAIN) {
        struct pollfd connecting = {.fd = listener, .events = POLLIN};
        if (interrupt_signal() != 0)
            return -ECANCELED;
        if (uv_hrtime() > end_ns)
            return -ETIMEDOUT;
        poll(&connecting, 1, POLL_MS);
        fd = tcp_accept(listener, own);
    }
    return fd;
}

static int make_tcp(int listener, const struct sockaddr_in *address, int *ours, int *theirs,
                    struct error *error)
{
    struct sockaddr_in own = {.sin_port = 0};
    socklen_t length = sizeof own;
    *ours = tcp_socket(error);
    if (*ours < 0)
        return *ours;
    if (connect(*ours, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno != EINPROGRESS)
        return tcp_fail(error, -errno, "connect");
    if (getsockname(*ours, (struct sockaddr *)&own, &length) != 0)
        return tcp_fail(error, -errno, "getsockname");
    *theirs = tcp_await(listener, &own);
    if (*theirs < 0)
        return tcp_fail(error, *theirs, "accept");
    fcntl(*theirs, F_SETFD, FD_CLOEXEC);
    fcntl(*theirs, F_SETFL, 0); /* where a listener hands that down */
    fcntl(*ours, F_SETFL, 0);
    return 0;
}

/* -----------------------------------------------------------------------------------------------
 */

int connections_make(const char *to, int *ours, int *theirs, size_t count, struct error *error)
{
    const bool is_tcp = strcmp(to, CONNECTIONS_TCP) == 0;
    struct sockaddr_in address = {.sin_port = 0};
    int listener = is_tcp ? tcp_listen(&address, error) : -1;
    int code = is_tcp && listener < 0 ? listener : 0;
    for (size_t i = 0; i < count; i++)
        ours[i] = theirs[i] = -1;
    for (size_t i = 0; i < count && code == 0; i++)
        code = is_tcp ? make_tcp(listener, &address, &ours[i], &theirs[i], error)
                      : make_unix(&ours[i], &theirs[i], error);
    close_one(&listener);
    for (size_t i = 0; i < count && code != 0; i++) {
        close_one(&ours[i]);
        close_one(&theirs[i]);
    }
    return code;
}
