// SPDX-License-Identifier: MIT
#include "reader.h"

#include "connections.h"
#include "core/interrupt.h"
#include "core/process.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { NUMBER_BYTES = 24 };

struct reader {
    size_t count;
    int *fds;       /* our ends */
    uv_loop_t loop; /* that watches the process, on the thread once there is one */
    uv_thread_t thread;
    bool is_watched; /* there is one */
    bool has_process;
    struct process process;
    struct process_request request;
    uv_async_t unwanted;   /* nobody wants to hear it any more */
    uv_poll_t interrupted; /* when interrupts are caught */
    bool heeds_interrupts;
    struct reader_saw *saw;
    size_t told_bytes; /* of that */
};

/* ---- The process, and the thread that watches it ----------------------------------------------
 */

static void on_output(void *context, const char *bytes, size_t length)
{
    struct reader *reader = context;
    const size_t room = reader->count * sizeof *reader->saw - reader->told_bytes;
    const size_t some = length < room ? length : room;
    memcpy((char *)reader->saw + reader->told_bytes, bytes, some);
    reader->told_bytes += some;
}

/* Nothing keeps the loop running then. */
static void on_end(struct process *process)
{
    (void)process;
}

static void on_unwanted(uv_async_t *unwanted)
{
    struct reader *reader = unwanted->data;
    process_signal(&reader->process, SIGKILL);
}

static void on_interrupt(uv_poll_t *interrupted, int status, int events)
{
    struct reader *reader = interrupted->data;
    (void)status;
    (void)events;
    uv_poll_stop(interrupted);
    process_signal(&reader->process, SIGKILL);
}

static void watch(void *context)
{
    struct reader *reader = context;
    uv_run(&reader->loop, UV_RUN_DEFAULT);
}

static void init_watch(struct reader *reader)
{
    if (uv_loop_init(&reader->loop) != 0 ||
        uv_async_init(&reader->loop, &reader->unwanted, on_unwanted) != 0)
        abort();
    reader->unwanted.data = reader;
    uv_unref((uv_handle_t *)&reader->unwanted);
    reader->heeds_interrupts = interrupt_fd() >= 0;
    if (!reader->heeds_interrupts)
        return;
    uv_poll_init(&reader->loop, &reader->interrupted, interrupt_fd());
    reader->interrupted.data = reader;
    uv_poll_start(&reader->interrupted, UV_READABLE, on_interrupt);
    uv_unref((uv_handle_t *)&reader->interrupted);
}

/* Started here and not on the thread: it is tied to the one that starts it. */
static int start_process(struct reader *reader, const struct work_settings *settings,
                         const int *ends, struct error *error)
{
    char count[NUMBER_BYTES];
    char stride[NUMBER_BYTES];
    char rate[NUMBER_BYTES];
    const char *const arguments[] = {process_self(), READER_WORD, count, stride, rate, NULL};
    snprintf(count, sizeof count, "%zu", reader->count);
    snprintf(stride, sizeof stride, "%" PRIu64, settings->stride_bytes);
    snprintf(rate, sizeof rate, "%" PRIu64, settings->reader_bytes_per_s);
    reader->request = (struct process_request){
        .arguments = arguments,
        .on_output = on_output,
        .context = reader,
        .inherited = ends,
        .inherited_count = reader->count,
    };
    int code = process_start(&reader->process, &reader->loop, &reader->request, on_end, error);
    reader->has_process = code == 0;
    reader->request.arguments = NULL; /* only on_output is looked at from now on */
    reader->request.inherited = NULL;
    if (code != 0)
        return code;
    code = uv_thread_create(&reader->thread, watch, reader);
    reader->is_watched = code == 0;
    return code == 0 ? 0
                     : error_set(error, code, "start the thread that watches the reader: %s",
                                 uv_strerror(code));
}

static void end_watch(struct reader *reader)
{
    if (reader->is_watched)
        uv_thread_join(&reader->thread);
    else
        watch(reader);
    reader->is_watched = false;
}

/* ---- From beginning to end --------------------------------------------------------------------
 */

static void close_all(int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
        fds[i] = -1;
    }
}

/* The ends of the reader go to its process as soon as they are made. */
int reader_open(struct reader **made, const struct work_settings *settings, size_t count,
                struct error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    int *ends = calloc(count + 1, sizeof *ends);
    if (reader == NULL || ends == NULL)
        abort();
    reader->count = count;
    reader->fds = calloc(count + 1, sizeof *reader->fds);
    reader->saw = calloc(count + 1, sizeof *reader->saw);
    if (reader->fds == NULL || reader->saw == NULL)
        abort();
    init_watch(reader);
    int code = connections_make(settings->to, reader->fds, ends, count, error);
    if (code == 0) {
        code = start_process(reader, settings, ends, error);
        close_all(ends, count);
    }
    free(ends);
    if (code == 0)
        *made = reader;
    else
        reader_free(reader);
    return code;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    close_all(reader->fds, reader->count);
    uv_async_send(&reader->unwanted); /* one that has ended does not hear it */
    end_watch(reader);
    if (reader->has_process)
        process_close(&reader->process);
    if (reader->heeds_interrupts)
        uv_close((uv_handle_t *)&reader->interrupted, NULL);
    uv_close((uv_handle_t *)&reader->unwanted, NULL);
    uv_run(&reader->loop, UV_RUN_DEFAULT);
    uv_loop_close(&reader->loop);
    free(reader->fds);
    free(reader->saw);
    free(reader);
}

int reader_connection(const struct reader *reader, size_t number)
{
    return reader->fds[number];
}

static int how_it_ended(const struct process_end *end, struct error *error)
{
    if (end->stopped)
        return error_set(error, -ECHILD, "the reader was stopped by somebody, and so ended");
    if (end->signal != 0)
        return error_set(error, -ECHILD, "the reader was ended by signal %d (%s)", end->signal,
                         strsignal(end->signal));
    return error_set(error, -ECHILD, "the reader ended with %d before it had told what it saw",
                     end->status);
}

int reader_hear(struct reader *reader, struct reader_saw *saw, struct error *error)
{
    const struct process_end *end = &reader->process.end;
    close_all(reader->fds, reader->count);
    end_watch(reader);
    if (end->stopped || end->signal != 0 || end->status != 0 ||
        reader->told_bytes != reader->count * sizeof *saw)
        return how_it_ended(end, error);
    memcpy(saw, reader->saw, reader->told_bytes);
    return 0;
}
