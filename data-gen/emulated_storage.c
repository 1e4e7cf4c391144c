// SPDX-License-Identifier: MIT
#include "emulated_storage.h"

#include "core/exit_status.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/process.h"
#include "keeper.h"
#include "platform/fuse_mounts.h"
#include "storage_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

/* The keeper may need 10 s for each of two groups of children, twice. */
enum { KEEPER_ENDS_WITHIN_MS = 45000, CHILDREN_END_WITHIN_MS = 10000 };

struct emulated_storage {
    uv_loop_t loop; /* runs only while something is waited for */
    uv_poll_t answered;
    uv_poll_t interrupted;
    uv_timer_t patience;
    struct process keeper;
    struct process_request request;
    const char **environment;
    char *mount;
    char *settings;
    int socket; /* to the keeper and, by it, its children */
    char line[640];
    size_t length;
    bool serves;
    bool is_interrupted;
    bool keeper_ended;
    bool all_ended; /* the children, too */
    bool is_late;
    bool forced;       /* the keeper did not end when it was told to, and was killed */
    struct error lost; /* what the keeper said last */
};

int emulated_storage_check(struct error *error)
{
    const int code = fuse_mounts_check(error);
    return code != 0 ? code : storage_programs_check(error);
}

/* ---- What comes from the keeper ----------------------------------------------------------------
 */

static void take_line(struct emulated_storage *storage, const char *line)
{
    char *text;
    if (strncmp(line, KEEPER_ANSWER, strlen(KEEPER_ANSWER)) != 0)
        return; /* of a child, which has nothing to say here */
    const int code = (int)strtol(line + strlen(KEEPER_ANSWER), &text, 10);
    if (code == 0)
        storage->serves = true;
    else if (storage->lost.code == 0)
        error_set(&storage->lost, code, "%s", text + strspn(text, " "));
}

static void take_bytes(struct emulated_storage *storage, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
            storage->line[storage->length] = '\0';
            storage->length = 0;
            take_line(storage, storage->line);
        } else if (storage->length + 1 < sizeof storage->line) {
            storage->line[storage->length++] = bytes[i];
        }
    }
}

static void on_answer(uv_poll_t *answered, int status, int events)
{
    struct emulated_storage *storage = answered->data;
    char bytes[1024];
    (void)events;
    const ssize_t got = read(storage->socket, bytes, sizeof bytes);
    if (got > 0) {
        take_bytes(storage, bytes, (size_t)got);
    } else if (got == 0 || status < 0 || (errno != EAGAIN && errno != EINTR)) {
        storage->all_ended = true;
        uv_poll_stop(answered);
    }
}

static void on_interrupt(uv_poll_t *interrupted, int status, int events)
{
    struct emulated_storage *storage = interrupted->data;
    (void)status;
    (void)events;
    storage->is_interrupted = true;
    uv_poll_stop(interrupted);
}

static void on_keeper_end(struct process *keeper)
{
    struct emulated_storage *storage = keeper->data;
    storage->keeper_ended = true;
}

static void on_patience_end(uv_timer_t *patience)
{
    struct emulated_storage *storage = patience->data;
    storage->is_late = true;
}

/* ---- Starting ----------------------------------------------------------------------------------
 */

/* Makes both ends of the socket; neither reaches a program that is not meant to have it. */
static int make_socket(struct emulated_storage *storage, int *theirs, struct error *error)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return error_set_call(error, -errno, "make", "a socket");
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    storage->socket = ends[0];
    *theirs = ends[1];
    return 0;
}

static int start_keeper(struct emulated_storage *storage, const char *data,
                        const struct emulated_storage_options *options, int socket,
                        struct error *error)
{
    char text[KEEPER_OPTION_WORDS][32];
    const char *const words[] = {process_self(), KEEPER_WORD, data,
                                 storage->mount, text[0],     text[1],
                                 text[2],        text[3],     NULL};
    keeper_write_options(text, options);
    storage->environment = storage_environment();
    storage->request = (struct process_request){
        .arguments = words, .environment = storage->environment, .output_fd = socket};
    storage->keeper.data = storage;
    return process_start(&storage->keeper, &storage->loop, &storage->request, on_keeper_end, error);
}

static void watch(struct emulated_storage *storage)
{
    uv_poll_init(&storage->loop, &storage->answered, storage->socket);
    uv_poll_init(&storage->loop, &storage->interrupted, interrupt_fd());
    uv_timer_init(&storage->loop, &storage->patience);
    storage->answered.data = storage;
    storage->interrupted.data = storage;
    storage->patience.data = storage;
    uv_poll_start(&storage->answered, UV_READABLE, on_answer);
    uv_poll_start(&storage->interrupted, UV_READABLE, on_interrupt);
}

/* Waits for the answer, for the end of all or for an interrupt. */
static int await_answer(struct emulated_storage *storage, struct error *error)
{
    while (!storage->serves && storage->lost.code == 0 && !storage->all_ended &&
           !storage->is_interrupted)
        uv_run(&storage->loop, UV_RUN_ONCE);
    if (storage->is_interrupted)
        return error_set(error, -ECANCELED, "interrupted while the storage was starting");
    if (storage->serves && storage->lost.code == 0)
        return 0;
    if (storage->lost.code == 0)
        return error_set(error, -EIO, "the process that serves %s ended", storage->mount);
    *error = storage->lost;
    return error->code;
}

static int read_settings(struct emulated_storage *storage, struct error *error)
{
    enum { MOST_BYTES = 1024 };
    char *path = files_join(storage->mount, &STORAGE_STATE[1]);
    char *name = files_join(path, "settings");
    FILE *file = fopen(name, "r");
    int code = 0;
    storage->settings = calloc(1, MOST_BYTES);
    if (storage->settings == NULL)
        abort();
    if (file == NULL || fread(storage->settings, 1, MOST_BYTES - 1, file) == 0)
        code = error_set_call(error, -EIO, "read", name);
    if (file != NULL)
        fclose(file);
    free(name);
    free(path);
    return code;
}

/* ---- Ending ------------------------------------------------------------------------------------
 */

/* Waits for an end that sets `*ended`; gives up after a time. */
static void await_end(struct emulated_storage *storage, const bool *ended, uint64_t within_ms)
{
    storage->is_late = false;
    uv_timer_start(&storage->patience, on_patience_end, within_ms, 0);
    while (!*ended && !storage->is_late)
        uv_run(&storage->loop, UV_RUN_ONCE);
    uv_timer_stop(&storage->patience);
}

/* Tells the keeper to end, and does what it had to do when it was killed. */
static int end(struct emulated_storage *storage, struct error *error)
{
    shutdown(storage->socket, SHUT_WR);
    uv_poll_stop(&storage->interrupted); /* nothing may keep this from its end */
    await_end(storage, &storage->keeper_ended, KEEPER_ENDS_WITHIN_MS);
    if (!storage->keeper_ended) {
        storage->forced = true;
        process_signal(&storage->keeper, SIGKILL);
        await_end(storage, &storage->keeper_ended, CHILDREN_END_WITHIN_MS);
    }
    await_end(storage, &storage->all_ended, CHILDREN_END_WITHIN_MS);
    return storage->keeper.end.signal != 0 ? storage_folder_recover(storage->mount, error) : 0;
}

/* Gives back everything; `started`: there is a keeper. */
static void give_back(struct emulated_storage *storage, bool started)
{
    if (started)
        process_close(&storage->keeper);
    uv_close((uv_handle_t *)&storage->answered, NULL);
    uv_close((uv_handle_t *)&storage->interrupted, NULL);
    uv_close((uv_handle_t *)&storage->patience, NULL);
    uv_run(&storage->loop, UV_RUN_DEFAULT);
    uv_loop_close(&storage->loop);
    close(storage->socket);
    storage_environment_free(storage->environment);
    free(storage->settings);
    free(storage->mount);
    free(storage);
}

int emulated_storage_start(struct emulated_storage **made, const char *data, const char *mount,
                           const struct emulated_storage_options *options, struct error *error)
{
    struct emulated_storage *storage = calloc(1, sizeof *storage);
    int theirs = -1;
    if (storage == NULL || (storage->mount = strdup(mount)) == NULL ||
        uv_loop_init(&storage->loop) != 0)
        abort();
    int code = make_socket(storage, &theirs, error);
    if (code != 0) {
        uv_loop_close(&storage->loop);
        free(storage->mount);
        free(storage);
        return code;
    }
    watch(storage);
    code = start_keeper(storage, data, options, theirs, error);
    close(theirs);
    const bool started = code == 0;
    if (code == 0)
        code = await_answer(storage, error);
    if (code == 0)
        code = read_settings(storage, error);
    if (code == 0) {
        *made = storage;
        return 0;
    }
    if (started) {
        struct error later;
        end(storage, &later);
    }
    give_back(storage, started);
    return code;
}

const char *emulated_storage_settings(const struct emulated_storage *storage)
{
    return storage->settings;
}

void emulated_storage_wait(struct emulated_storage *storage)
{
    while (!storage->is_interrupted && storage->lost.code == 0 && !storage->all_ended &&
           !storage->keeper_ended)
        uv_run(&storage->loop, UV_RUN_ONCE);
}

/* Says how the storage came to an end by itself; returns 0 when it did not. */
static int check_alive(const struct emulated_storage *storage, struct error *error)
{
    const char *how = NULL;
    if (storage->lost.code != 0)
        how = storage->lost.text;
    else if (storage->keeper.end.stopped)
        how = "its keeper was stopped";
    else if (storage->keeper.end.signal != 0)
        how = "its keeper was killed";
    if (how == NULL)
        return 0;
    return error_set(error, -EIO, "the storage came to an end before it was told to: %s", how);
}

static int count(const struct emulated_storage *storage, struct emulated_storage_counts *counts)
{
    char *state = files_join(storage->mount, &STORAGE_STATE[1]);
    char *log = files_join(state, STORAGE_LOG);
    const int code = storage_log_count(log, counts);
    free(log);
    free(state);
    return code;
}

int emulated_storage_stop(struct emulated_storage *storage, struct emulated_storage_counts *counts,
                          struct error *error)
{
    struct error later;
    uv_run(&storage->loop, UV_RUN_NOWAIT); /* takes note of what happened meanwhile */
    int code = check_alive(storage, error);
    const int counted = count(storage, counts);
    const int left = end(storage, &later);
    if (code == 0 && storage->lost.code != 0) {
        *error = storage->lost; /* something could not be taken down */
        code = error->code;
    }
    if (code == 0 && !storage->forced)
        code = check_alive(storage, error);
    if (code == 0 && left != 0) {
        *error = later;
        code = left;
    }
    if (code == 0 && counted != 0)
        code = error_set(error, counted, "the log of requests in %s cannot be read: %s",
                         storage->mount, strerror(-counted));
    give_back(storage, true);
    return code;
}

int emulated_storage_exit_status(int code)
{
    switch (code) {
    case 0:
        return EXIT_OK;
    case -EINVAL:
        return EXIT_WRONG_USAGE;
    case -ENOENT:
    case -ENOTSUP:
        return EXIT_MISSING;
    case -ECANCELED:
        return interrupt_status();
    default:
        return EXIT_TRIAL_FAILED;
    }
}

/* ---- Options -----------------------------------------------------------------------------------
 */

int emulated_storage_latency(const char *option, const char *text, unsigned *latency_ms,
                             struct error *error)
{
    const size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 5 || text[0] == '0' || strcmp(&text[digits], "ms") != 0)
        return error_set(error, -EINVAL,
                         "--%s %s: give whole milliseconds from 1ms to 99999ms, such as 5ms",
                         option, text);
    *latency_ms = (unsigned)strtoul(text, NULL, 10);
    return 0;
}

int emulated_storage_error_rate(const char *option, const char *text, double *error_rate,
                                struct error *error)
{
    char *end;
    const double percent = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || strspn(text, "0123456789.") != (size_t)(end - text) ||
        strcmp(end, "%") != 0 || percent > 100)
        return error_set(error, -EINVAL,
                         "--%s %s: give a percentage from 0%% to 100%%, such as 1%%", option, text);
    *error_rate = percent / 100;
    return 0;
}
