// SPDX-License-Identifier: MIT
#include "reader_process.h"

#include "core/exit_status.h"
#include "core/process.h"
#include "touch.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <uv.h>

/* The most that is read at a time. Of eight connections at once a loop sent 1.3 times as long into
 * readers of 256 KiB, and twice as long into those of 64 KiB. */
enum { BUFFER_BYTES = 1024 * 1024 };

/* What a slow reader reads at a time takes it so long, so that the buffers of the connection stay
 * as full as those of a slow network. */
#define PIECE_NS UINT64_C(10000000)

/* Fewer bytes wake no fast reader, unless they are the last or the connection is full. When each
 * packet did, one thread's sendfile took 1.7 times as long. */
enum { WORTH_WAKING_BYTES = 64 * 1024 };

#define NEVER UINT64_MAX

struct drain {
    uint64_t stride_bytes;
    uint64_t bytes_per_s; /* 0: all that there is */
    size_t piece_bytes;
    size_t count;
    size_t open;
    unsigned char *buffer;
    struct pollfd *polls;
    struct connection {
        int fd; /* -1: at its end */
        struct reader_saw *saw;
        uint64_t next_ns; /* when it may be read again */
    } connections[];
};

/* What could not be read for want of bytes is not made up for. */
static void pace(const struct drain *drain, struct connection *connection, size_t got)
{
    if (drain->bytes_per_s == 0)
        return;
    const uint64_t now_ns = uv_hrtime();
    if (connection->next_ns + PIECE_NS < now_ns)
        connection->next_ns = now_ns;
    connection->next_ns += (uint64_t)((double)got * 1e9 / (double)drain->bytes_per_s);
}

static void take(struct drain *drain, struct connection *connection)
{
    struct reader_saw *saw = connection->saw;
    const ssize_t got = recv(connection->fd, drain->buffer, drain->piece_bytes, MSG_DONTWAIT);
    if (got > 0) {
        saw->sum += touch(drain->buffer, saw->bytes, (size_t)got, drain->stride_bytes);
        saw->bytes += (uint64_t)got;
        pace(drain, connection, (size_t)got);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        connection->fd = -1;
        drain->open--;
    }
}

/* Of each connection that may be read and has something. */
static void take_pieces(struct drain *drain)
{
    const uint64_t now_ns = drain->bytes_per_s > 0 ? uv_hrtime() : 0;
    uint64_t next_ns = NEVER;
    for (size_t i = 0; i < drain->count; i++) {
        const struct connection *connection = &drain->connections[i];
        const bool is_due = connection->next_ns <= now_ns;
        drain->polls[i] = (struct pollfd){.fd = is_due ? connection->fd : -1, .events = POLLIN};
        if (!is_due && connection->fd >= 0 && connection->next_ns < next_ns)
            next_ns = connection->next_ns;
    }
    const int wait_ms = next_ns == NEVER ? -1 : (int)((next_ns - now_ns + 999999) / 1000000);
    if (poll(drain->polls, (nfds_t)drain->count, wait_ms) <= 0)
        return;
    for (size_t i = 0; i < drain->count; i++) {
        if (drain->polls[i].fd >= 0 && drain->polls[i].revents != 0)
            take(drain, &drain->connections[i]);
    }
}

static size_t piece_bytes(uint64_t bytes_per_s)
{
    const uint64_t bytes = bytes_per_s / (1000000000 / PIECE_NS);
    if (bytes_per_s == 0 || bytes > BUFFER_BYTES)
        return BUFFER_BYTES;
    return bytes > 0 ? (size_t)bytes : 1;
}

void reader_drain(const int *fds, size_t count, uint64_t stride_bytes, uint64_t bytes_per_s,
                  struct reader_saw *saw)
{
    struct drain *drain = calloc(1, sizeof *drain + count * sizeof drain->connections[0]);
    unsigned char *buffer = malloc(BUFFER_BYTES);
    struct pollfd *polls = calloc(count + 1, sizeof *polls);
    const int worth_waking = WORTH_WAKING_BYTES;
    if (drain == NULL || buffer == NULL || polls == NULL)
        abort();
    drain->stride_bytes = stride_bytes;
    drain->bytes_per_s = bytes_per_s;
    drain->piece_bytes = piece_bytes(bytes_per_s);
    drain->count = drain->open = count;
    drain->buffer = buffer;
    drain->polls = polls;
    for (size_t i = 0; i < count; i++) {
        drain->connections[i].fd = fds[i];
        drain->connections[i].saw = &saw[i];
        if (bytes_per_s == 0)
            setsockopt(fds[i], SOL_SOCKET, SO_RCVLOWAT, &worth_waking, sizeof worth_waking);
    }
    while (drain->open > 0)
        take_pieces(drain);
    free(polls);
    free(buffer);
    free(drain);
}

int reader_main(int count, char *const *words)
{
    const size_t connections = count == 3 ? strtoul(words[0], NULL, 10) : 0;
    const uint64_t stride_bytes = count == 3 ? strtoull(words[1], NULL, 10) : 0;
    struct reader_saw *saw = calloc(connections + 1, sizeof *saw);
    int *fds = calloc(connections + 1, sizeof *fds);
    if (saw == NULL || fds == NULL)
        abort();
    for (size_t i = 0; i < connections; i++)
        fds[i] = PROCESS_FIRST_INHERITED + (int)i;
    int status = EXIT_TRIAL_FAILED;
    if (connections > 0 && stride_bytes > 0) {
        reader_drain(fds, connections, stride_bytes, strtoull(words[2], NULL, 10), saw);
        if (fwrite(saw, sizeof *saw, connections, stdout) == connections && fflush(stdout) == 0)
            status = EXIT_OK;
    }
    free(fds);
    free(saw);
    return status;
}
