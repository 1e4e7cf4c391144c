// SPDX-License-Identifier: MIT
/* async-read: one task per file on the loop, each a chain of uv_fs_read: libuv reads a chunk on its
 * pool (or through io_uring), the callback on the loop adds it up and asks for the next. */
#include "methods.h"

#include "core/interrupt.h"
#include "work/touch.h"

#include <errno.h>
#include <stdlib.h>

struct reader {
    uv_fs_t request;
    struct scan_task *task;
    uint64_t offset;
};

static void on_read(uv_fs_t *request);

/* Asks for the chunk at reader->offset, or ends the task. */
static void read_next(struct reader *reader)
{
    struct scan_task *task = reader->task;
    int code = 0;
    if (reader->offset < task->file->bytes && task->error.code == 0) {
        const uv_buf_t chunk = uv_buf_init((char *)task->buffer, (unsigned)task->scan->chunk_bytes);
        code = interrupt_signal() != 0
                   ? -ECANCELED
                   : uv_fs_read(task->scan->loop, &reader->request, task->file->fd, &chunk, 1,
                                (int64_t)reader->offset, on_read);
        if (code == 0)
            return;
        scan_task_fail(task, code, "uv_fs_read");
    }
    scan_task_done(task);
}

static void on_read(uv_fs_t *request)
{
    struct reader *reader = (struct reader *)request;
    struct scan_task *task = reader->task;
    const ssize_t got = request->result;
    uv_fs_req_cleanup(request);
    if (got > 0) {
        task->sum += touch(task->buffer, reader->offset, (size_t)got, task->scan->stride_bytes);
        reader->offset += (uint64_t)got;
    } else {
        scan_task_fail(task, got == 0 ? -ENODATA : (int)got, "uv_fs_read");
    }
    read_next(reader);
}

static int prepare(struct scan *scan)
{
    struct reader *readers = calloc(scan->count + 1, sizeof *readers);
    if (readers == NULL)
        abort();
    for (size_t i = 0; i < scan->count; i++)
        readers[i].task = &scan->tasks[i];
    scan->state = readers;
    return scan_allocate_buffers(scan);
}

static int start(struct scan *scan)
{
    struct reader *readers = scan->state;
    for (size_t i = 0; i < scan->count; i++)
        read_next(&readers[i]);
    return 0;
}

static void finish(struct scan *scan)
{
    free(scan->state);
    scan_free_buffers(scan);
}

const struct method async_read = {
    .name = "async-read",
    .about = "one loop, a task per file chains uv_fs_read, chunk by chunk",
    .concurrency = ASYNC,
    .io = READ,
    .prepare = prepare,
    .start = start,
    .finish = finish,
};
