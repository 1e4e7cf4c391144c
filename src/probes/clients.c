// SPDX-License-Identifier: MIT
#include "clients.h"

#include "client.h"
#include "core/options.h"
#include "core/process.h"
#include "delays.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

enum { CONNECT_WITHIN_MS = 10000 };

/* One client's connection, on the loop. */
struct connection {
    uv_pipe_t pipe;
    struct clients *clients;
    size_t owed; /* answers that the connection did not take yet */
    size_t answers;
};

struct clients {
    size_t count;
    uv_loop_t process_loop; /* stands still while there is something to measure */
    struct process process;
    struct process_request request;
    bool runs; /* the process, or nobody has heard of its end yet */
    int fds[OPTIONS_CLIENTS_MOST];
    uv_loop_t *loop;  /* of the scan, from clients_connect to clients_stop */
    uv_timer_t limit; /* of clients_connect */
    size_t cold;      /* connections without all of their round trips */
    bool lost;        /* some connection came to its end */
    struct connection connections[OPTIONS_CLIENTS_MOST];
    char *told; /* by the process */
    size_t told_bytes;
    uint64_t start_ns;
    size_t requests; /* of each client */
    float *delays_s; /* of the first request of each client, of the second, ... */
};

/* ---- The process ------------------------------------------------------------------------------
 */

static void on_output(void *context, const char *bytes, size_t length)
{
    struct clients *clients = context;
    clients->told = realloc(clients->told, clients->told_bytes + length);
    if (clients->told == NULL)
        abort();
    memcpy(clients->told + clients->told_bytes, bytes, length);
    clients->told_bytes += length;
}

static void on_end(struct process *process)
{
    struct clients *clients = process->data;
    clients->runs = false;
}

/* The ends of the clients go to their process as soon as they are made. */
static int start_process(struct clients *clients, const int *ends, struct error *error)
{
    char count[24];
    const char *const arguments[] = {process_self(), CLIENT_WORD, count, NULL};
    snprintf(count, sizeof count, "%zu", clients->count);
    clients->request = (struct process_request){
        .arguments = arguments,
        .on_output = on_output,
        .context = clients,
        .inherited = ends,
        .inherited_count = clients->count,
    };
    clients->process.data = clients;
    const int code =
        process_start(&clients->process, &clients->process_loop, &clients->request, on_end, error);
    clients->runs = code == 0;
    clients->request.arguments = NULL; /* only on_output is looked at from now on */
    clients->request.inherited = NULL;
    return code;
}

static int make_connections(struct clients *clients, int *ends, struct error *error)
{
    for (size_t i = 0; i < clients->count; i++) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
            return error_set(error, -errno, "make the sockets of %zu clients: %s", clients->count,
                             strerror(errno));
        fcntl(pair[0], F_SETFD, FD_CLOEXEC);
        fcntl(pair[1], F_SETFD, FD_CLOEXEC);
        clients->fds[i] = pair[0];
        ends[i] = pair[1];
    }
    return 0;
}

static void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

int clients_open(struct clients **made, size_t count, struct error *error)
{
    int ends[OPTIONS_CLIENTS_MOST];
    struct clients *clients = calloc(1, sizeof *clients);
    assert(count > 0 && count <= OPTIONS_CLIENTS_MOST);
    if (clients == NULL || uv_loop_init(&clients->process_loop) != 0)
        abort();
    clients->count = count;
    for (size_t i = 0; i < count; i++)
        clients->fds[i] = ends[i] = -1;
    int code = make_connections(clients, ends, error);
    if (code == 0) {
        code = start_process(clients, ends, error);
        if (code == 0)
            *made = clients;
    }
    close_all(ends, count);
    if (code != 0)
        clients_free(clients);
    return code;
}

void clients_free(struct clients *clients)
{
    if (clients == NULL)
        return;
    close_all(clients->fds, clients->count);
    if (clients->runs)
        process_signal(&clients->process, SIGTERM);
    uv_run(&clients->process_loop, UV_RUN_DEFAULT);
    if (clients->process.request != NULL && !uv_is_closing((uv_handle_t *)&clients->process.output))
        process_close(&clients->process);
    uv_run(&clients->process_loop, UV_RUN_DEFAULT);
    uv_loop_close(&clients->process_loop);
    free(clients->delays_s);
    free(clients->told);
    free(clients);
}

/* ---- The loop ---------------------------------------------------------------------------------
 */

/* What a request says is not looked at: that it is there is all. */
static char requests[65536];

static void give_buffer(uv_handle_t *pipe, size_t size, uv_buf_t *buffer)
{
    (void)pipe;
    (void)size;
    *buffer = uv_buf_init(requests, sizeof requests);
}

/* Answers right here, as many as the connection takes; the rest with the next request. */
static void answer(struct connection *connection, size_t count)
{
    static char answers[sizeof requests];
    connection->owed += count;
    const size_t most = connection->owed < sizeof answers ? connection->owed : sizeof answers;
    const uv_buf_t buffer = uv_buf_init(answers, (unsigned)most);
    const int took = uv_try_write((uv_stream_t *)&connection->pipe, &buffer, 1);
    if (took <= 0)
        return;
    const size_t before = connection->answers;
    connection->owed -= (size_t)took;
    connection->answers += (size_t)took;
    if (before < CLIENT_ROUND_TRIPS && connection->answers >= CLIENT_ROUND_TRIPS)
        connection->clients->cold--;
}

static void on_request(uv_stream_t *pipe, ssize_t got, const uv_buf_t *buffer)
{
    struct connection *connection = pipe->data;
    (void)buffer;
    if (got > 0) {
        answer(connection, (size_t)got);
    } else if (got < 0) {
        uv_read_stop(pipe);
        connection->clients->lost = true;
    }
}

static void on_limit(uv_timer_t *limit)
{
    struct clients *clients = limit->data;
    clients->lost = true;
}

static int open_connection(struct clients *clients, size_t i)
{
    struct connection *connection = &clients->connections[i];
    connection->clients = clients;
    uv_pipe_init(clients->loop, &connection->pipe, 0);
    connection->pipe.data = connection;
    int code = uv_pipe_open(&connection->pipe, clients->fds[i]);
    if (code != 0)
        return code;
    clients->fds[i] = -1; /* it is the pipe's */
    uv_unref((uv_handle_t *)&connection->pipe);
    return uv_read_start((uv_stream_t *)&connection->pipe, give_buffer, on_request);
}

int clients_connect(struct clients *clients, struct uv_loop_s *loop, struct error *error)
{
    int code = 0;
    clients->loop = loop;
    clients->cold = clients->count;
    uv_timer_init(loop, &clients->limit);
    clients->limit.data = clients;
    uv_update_time(loop);
    uv_timer_start(&clients->limit, on_limit, CONNECT_WITHIN_MS, 0);
    for (size_t i = 0; i < clients->count; i++) {
        const int opened = open_connection(clients, i);
        code = code == 0 ? opened : code;
    }
    while (code == 0 && clients->cold > 0 && !clients->lost)
        uv_run(loop, UV_RUN_ONCE);
    uv_timer_stop(&clients->limit);
    if (code == 0 && !clients->lost)
        return 0;
    const int stopped = clients_stop(clients, 0, error);
    if (stopped != 0)
        return stopped; /* it knows better */
    code = code != 0 ? code : -ETIMEDOUT;
    return error_set(error, code, "connect the clients of the loop: %s", uv_strerror(code));
}

void clients_start(struct clients *clients, uint64_t start_ns)
{
    const uv_buf_t buffer = uv_buf_init((char *)&start_ns, sizeof start_ns);
    clients->start_ns = start_ns;
    /* Should they be gone, clients_stop says so. */
    uv_try_write((uv_stream_t *)&clients->connections[0].pipe, &buffer, 1);
}

/* ---- What they saw ----------------------------------------------------------------------------
 */

static int how_they_ended(const struct process_end *end, struct error *error)
{
    if (end->stopped)
        return error_set(error, -ECHILD,
                         "the clients of the loop were stopped by somebody, and so "
                         "ended");
    if (end->signal != 0)
        return error_set(error, -ECHILD, "the clients of the loop were ended by signal %d (%s)",
                         end->signal, strsignal(end->signal));
    return error_set(error, -ECHILD,
                     "the clients of the loop ended with %d before they had told "
                     "what they saw",
                     end->status);
}

/* Takes `count` numbers from what was told. Returns whether there were as many. */
static bool take(const struct clients *clients, size_t *at, uint64_t *numbers, size_t count)
{
    const size_t left = (clients->told_bytes - *at) / sizeof *numbers;
    if (left < count)
        return false;
    memcpy(numbers, clients->told + *at, count * sizeof *numbers);
    *at += count * sizeof *numbers;
    return true;
}

static void note_delays(struct clients *clients, size_t client, const uint64_t *answered_ns,
                        size_t answers, uint64_t end_ns)
{
    for (size_t k = 0; k < clients->requests; k++) {
        const uint64_t due_ns = clients->start_ns + (k + 1) * CLIENT_INTERVAL_NS;
        const bool in_time = k < answers && answered_ns[k] < end_ns;
        const uint64_t served_ns = in_time ? answered_ns[k] : end_ns;
        assert(served_ns >= due_ns);
        clients->delays_s[k * clients->count + client] =
            (float)((double)(served_ns - due_ns) / 1e9);
    }
}

static int take_answers(struct clients *clients, uint64_t end_ns, struct error *error)
{
    size_t at = 0;
    if (end_ns > clients->start_ns)
        clients->requests = (size_t)((end_ns - clients->start_ns) / CLIENT_INTERVAL_NS);
    clients->delays_s = calloc(clients->requests * clients->count + 1, sizeof *clients->delays_s);
    uint64_t *answered_ns = malloc(clients->told_bytes + sizeof *answered_ns);
    if (clients->delays_s == NULL || answered_ns == NULL)
        abort();
    bool is_whole = true;
    for (size_t i = 0; i < clients->count && is_whole; i++) {
        uint64_t answers = 0;
        is_whole =
            take(clients, &at, &answers, 1) && take(clients, &at, answered_ns, (size_t)answers);
        if (is_whole)
            note_delays(clients, i, answered_ns, (size_t)answers, end_ns);
    }
    free(answered_ns);
    if (is_whole)
        return 0;
    clients->requests = 0;
    return how_they_ended(&clients->process.end, error);
}

/* The end of the connections tells the clients that it is over. */
int clients_stop(struct clients *clients, uint64_t end_ns, struct error *error)
{
    for (size_t i = 0; i < clients->count; i++)
        uv_close((uv_handle_t *)&clients->connections[i].pipe, NULL);
    uv_close((uv_handle_t *)&clients->limit, NULL);
    uv_run(clients->loop, UV_RUN_NOWAIT);
    close_all(clients->fds, clients->count); /* of those that no pipe took */
    uv_run(&clients->process_loop, UV_RUN_DEFAULT);
    const struct process_end *end = &clients->process.end;
    if (end->stopped || end->signal != 0 || end->status != 0)
        return how_they_ended(end, error);
    return take_answers(clients, end_ns, error);
}

size_t clients_requests(const struct clients *clients)
{
    return clients->requests;
}

double clients_delay(const struct clients *clients, size_t client, size_t number)
{
    return (double)clients->delays_s[number * clients->count + client];
}

void clients_record(const struct clients *clients, struct trial *trial)
{
    const struct delays delays = delays_of(clients->delays_s, clients->requests * clients->count);
    trial->client_p50_s = delays.p50_s;
    trial->client_p99_s = delays.p99_s;
    trial->client_max_s = delays.max_s;
}

void clients_print(const struct clients *clients, const char *trial, FILE *out)
{
    for (size_t k = 0; k < clients->requests; k++) {
        const double due_s = (double)(k + 1) * (double)CLIENT_INTERVAL_NS / 1e9;
        for (size_t i = 0; i < clients->count; i++)
            fprintf(out, "%s,%.6f,%.9f\n", trial, due_s, clients_delay(clients, i, k));
    }
}
