// SPDX-License-Identifier: MIT
#include "client.h"

#include "core/exit_status.h"
#include "core/options.h"
#include "core/process.h"
#include "platform/polling.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

struct connection {
    int fd; /* -1: closed */
    uint64_t sent;
    uint64_t answers;
    uint64_t room;
    uint64_t *answered_ns;
};

struct client {
    size_t count;
    size_t open;
    uint64_t start_ns;
    struct connection connections[OPTIONS_CLIENTS_MOST];
};

static bool read_all(int fd, void *bytes, size_t length)
{
    return recv(fd, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

/* The first requests of a connection cost more than all others. */
static bool warm_up(int fd)
{
    char byte = 0;
    for (int i = 0; i < CLIENT_ROUND_TRIPS; i++) {
        if (send(fd, &byte, 1, 0) != 1 || !read_all(fd, &byte, 1))
            return false;
    }
    return true;
}

static uint64_t due_by(const struct client *client, uint64_t now_ns)
{
    return now_ns < client->start_ns ? 0 : (now_ns - client->start_ns) / CLIENT_INTERVAL_NS;
}

/* Sends what fell due and was not sent; what the connection does not take waits. */
static void send_due(struct client *client, uint64_t due)
{
    static const char requests[4096];
    for (size_t i = 0; i < client->count; i++) {
        struct connection *connection = &client->connections[i];
        while (connection->fd >= 0 && connection->sent < due) {
            const uint64_t left = due - connection->sent;
            const ssize_t took =
                send(connection->fd, requests,
                     left < sizeof requests ? (size_t)left : sizeof requests, MSG_DONTWAIT);
            if (took <= 0)
                break;
            connection->sent += (uint64_t)took;
        }
    }
}

static void note_answers(struct connection *connection, uint64_t answers, uint64_t now_ns)
{
    while (connection->room < connection->answers + answers) {
        connection->room = connection->room > 0 ? 2 * connection->room : 8192;
        connection->answered_ns =
            realloc(connection->answered_ns, connection->room * sizeof *connection->answered_ns);
        if (connection->answered_ns == NULL)
            abort();
    }
    for (uint64_t i = 0; i < answers; i++)
        connection->answered_ns[connection->answers++] = now_ns;
}

static void take_answers(struct client *client, struct connection *connection)
{
    char answers[4096];
    const ssize_t got = recv(connection->fd, answers, sizeof answers, MSG_DONTWAIT);
    if (got > 0) {
        note_answers(connection, (uint64_t)got, uv_hrtime());
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(connection->fd);
        connection->fd = -1;
        client->open--;
    }
}

/* Waits for answers up to that time, and takes them. */
static void wait_until(struct client *client, uint64_t until_ns)
{
    fd_set readable;
    int most = 0;
    const uint64_t now_ns = uv_hrtime();
    const uint64_t wait_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    const struct timespec timeout = {.tv_nsec = (long)wait_ns}; /* less than a second */
    FD_ZERO(&readable);
    for (size_t i = 0; i < client->count; i++) {
        const int fd = client->connections[i].fd;
        if (fd < 0)
            continue;
        FD_SET(fd, &readable);
        most = fd > most ? fd : most;
    }
    if (pselect(most + 1, &readable, NULL, NULL, &timeout, NULL) <= 0)
        return;
    for (size_t i = 0; i < client->count; i++) {
        struct connection *connection = &client->connections[i];
        if (connection->fd >= 0 && FD_ISSET(connection->fd, &readable))
            take_answers(client, connection);
    }
}

static void ask(struct client *client)
{
    while (client->open > 0) {
        const uint64_t due = due_by(client, uv_hrtime());
        send_due(client, due);
        wait_until(client, client->start_ns + (due + 1) * CLIENT_INTERVAL_NS);
    }
}

static int tell(const struct client *client)
{
    for (size_t i = 0; i < client->count; i++) {
        const struct connection *connection = &client->connections[i];
        fwrite(&connection->answers, sizeof connection->answers, 1, stdout);
        if (connection->answers > 0) /* else there is no list */
            fwrite(connection->answered_ns, sizeof *connection->answered_ns,
                   (size_t)connection->answers, stdout);
        free(connection->answered_ns);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_OK : EXIT_TRIAL_FAILED;
}

int client_main(int count, char *const *words)
{
    struct client client = {.count = count > 0 ? strtoul(words[0], NULL, 10) : 0};
    bool is_warm = client.count > 0 && client.count <= OPTIONS_CLIENTS_MOST;
    polling_be_punctual();
    polling_be_prompt();
    for (size_t i = 0; is_warm && i < client.count; i++) {
        client.connections[i].fd = PROCESS_FIRST_INHERITED + (int)i;
        is_warm = warm_up(client.connections[i].fd);
    }
    client.open = client.count;
    if (!is_warm || !read_all(PROCESS_FIRST_INHERITED, &client.start_ns, sizeof client.start_ns))
        return EXIT_TRIAL_FAILED;
    ask(&client);
    return tell(&client);
}
