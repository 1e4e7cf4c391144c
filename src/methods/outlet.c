// SPDX-License-Identifier: MIT
#include "outlet.h"

#include "core/interrupt.h"
#include "platform/transfer.h"
#include "work/send.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct outlet {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
        uv_poll_t poll;
    };
    bool is_made;
    uv_write_t request;
    size_t writing; /* the bytes of that */
};

static struct outlet *outlet_of(const struct walk *walk)
{
    const struct work *work = walk->task->work;
    struct outlet *outlets = *walks_own(work);
    return &outlets[walk->task - work->tasks];
}

/* ---- Before and after ------------------------------------------------------------------------ */

/* libuv closes the descriptor of a stream: it gets one of its own. */
static int open_stream(struct outlet *outlet, uv_loop_t *loop, int fd)
{
    const bool is_tcp = uv_guess_handle(fd) == UV_TCP;
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0)
        return -errno;
    int code = is_tcp ? uv_tcp_init(loop, &outlet->tcp) : uv_pipe_init(loop, &outlet->pipe, 0);
    outlet->is_made = code == 0;
    if (code == 0)
        code = is_tcp ? uv_tcp_open(&outlet->tcp, own) : uv_pipe_open(&outlet->pipe, own);
    if (code != 0)
        close(own);
    return code;
}

static int open_poll(struct outlet *outlet, uv_loop_t *loop, int fd)
{
    const int code = uv_poll_init(loop, &outlet->poll, fd);
    outlet->is_made = code == 0;
    return code;
}

static int open_each(struct work *work,
                     int (*open_one)(struct outlet *outlet, uv_loop_t *loop, int fd))
{
    struct outlet *outlets = calloc(work->count + 1, sizeof *outlets);
    if (outlets == NULL)
        abort();
    *walks_own(work) = outlets;
    for (size_t i = 0; i < work->count; i++) {
        struct task *task = &work->tasks[i];
        const int code = open_one(&outlets[i], work->loop, task->to_fd);
        if (code != 0)
            return send_fail(task, code, "open the connection of");
    }
    return 0;
}

int outlets_open_streams(struct work *work)
{
    return open_each(work, open_stream);
}

int outlets_open_polls(struct work *work)
{
    return open_each(work, open_poll);
}

void outlets_finish(struct work *work)
{
    struct outlet *outlets = *walks_own(work);
    for (size_t i = 0; outlets != NULL && i < work->count; i++) {
        if (outlets[i].is_made)
            uv_close(&outlets[i].handle, NULL);
    }
    walks_finish(work); /* lets these close, too */
    free(outlets);
}

/* ---- Handing over ---------------------------------------------------------------------------- */

static void on_written(uv_write_t *request, int status)
{
    struct walk *walk = request->data;
    if (status == 0)
        walk->offset += outlet_of(walk)->writing;
    else
        send_fail(walk->task, status, "uv_write");
    walk_resume(walk);
}

void outlet_write(struct walk *walk, const unsigned char *bytes, size_t length)
{
    struct outlet *outlet = outlet_of(walk);
    const uv_buf_t buffer = {.base = (char *)bytes, .len = length};
    outlet->request.data = walk;
    outlet->writing = length;
    const int code = interrupt_signal() != 0
                         ? -ECANCELED
                         : uv_write(&outlet->request, &outlet->stream, &buffer, 1, on_written);
    if (code == 0)
        return;
    send_fail(walk->task, code, "uv_write");
    walk_resume(walk);
}

/* There is room, or the reader is gone, as the next call will say. */
static void on_room(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    uv_poll_stop(poll);
    walk_resume(poll->data);
}

static void wait_for_room(struct walk *walk)
{
    uv_poll_t *poll = &outlet_of(walk)->poll;
    poll->data = walk;
    const int code = uv_poll_start(poll, UV_WRITABLE, on_room);
    if (code == 0)
        return;
    send_fail(walk->task, code, "uv_poll_start for");
    walk_resume(walk);
}

void outlet_sendfile(struct walk *walk)
{
    struct task *task = walk->task;
    const size_t length = walk_length(walk);
    const ssize_t moved = interrupt_signal() != 0 ? -ECANCELED
                                                  : transfer_sendfile(task->to_fd, task->file->fd,
                                                                      walk->offset, length);
    if (moved > 0)
        walk->offset += (uint64_t)moved;
    else if (moved == 0)
        task_fail(task, -ENODATA, "sendfile");
    else if (moved != -EAGAIN && moved != -EINTR)
        send_fail(task, (int)moved, "sendfile");
    if (moved == -EAGAIN || (moved > 0 && (size_t)moved < length))
        wait_for_room(walk);
    else
        walk_resume(walk);
}
