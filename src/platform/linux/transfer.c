// SPDX-License-Identifier: MIT
#include "platform/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t at_most(size_t length)
{
    return length < TRANSFER_MOST_BYTES ? length : TRANSFER_MOST_BYTES;
}

ssize_t transfer_sendfile(int to, int file, uint64_t offset, size_t length)
{
    off_t from = (off_t)offset;
    const ssize_t moved = sendfile(to, file, &from, at_most(length));
    return moved < 0 ? -errno : moved;
}

ssize_t transfer_splice_in(int pipe, int file, uint64_t offset, size_t length)
{
    loff_t from = (loff_t)offset;
    const ssize_t moved = splice(file, &from, pipe, NULL, at_most(length), SPLICE_F_MOVE);
    return moved < 0 ? -errno : moved;
}

ssize_t transfer_splice_out(int to, int pipe, size_t length)
{
    const ssize_t moved = splice(pipe, NULL, to, NULL, at_most(length), SPLICE_F_MOVE);
    return moved < 0 ? -errno : moved;
}

int transfer_pipe(int ends[2], size_t bytes)
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    fcntl(ends[1], F_SETPIPE_SZ, (int)(bytes < INT_MAX ? bytes : INT_MAX)); /* else as it is */
    return 0;
}

/* A packet to itself, which is received by the CPU that sends it. */
static void send_to_self(int fd, const struct sockaddr_in *address)
{
    char byte = 0;
    if (sendto(fd, &byte, 1, MSG_DONTWAIT, (const struct sockaddr *)address, sizeof *address) == 1)
        recv(fd, &byte, 1, MSG_DONTWAIT);
}

void transfer_settle(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    cpu_set_t ours;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (bind(fd, (const struct sockaddr *)&address, length) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &length) == 0 &&
        sched_getaffinity(0, sizeof ours, &ours) == 0) {
        for (size_t i = 0; i < CPU_SETSIZE; i++) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(i, &one);
            if (CPU_ISSET(i, &ours) && sched_setaffinity(0, sizeof one, &one) == 0)
                send_to_self(fd, &address);
        }
        sched_setaffinity(0, sizeof ours, &ours);
    }
    close(fd);
}

const char *transfer_splice_unsupported(void)
{
    return NULL;
}
