// SPDX-License-Identifier: MIT
/* async-send-offload: one task per file on the loop, each a chain of uv_fs_sendfile, which has a
 * thread of the pool wait for the storage, and for the reader, too: the connection blocks, since
 * uv_fs_sendfile tells of no room. So a reader that is slow holds a thread of the pool, and as many
 * of them as the pool has threads hold all that anybody asks of it. Needs nothing. */
#include "methods.h"

#include "core/interrupt.h"
#include "walk.h"
#include "work/send.h"

#include <errno.h>

static void on_sent(uv_fs_t *request)
{
    struct walk *walk = request->data;
    const ssize_t moved = request->result;
    uv_fs_req_cleanup(request);
    walk->task->work->offloaded_chunks++;
    if (moved > 0)
        walk->offset += (uint64_t)moved;
    else if (moved == 0)
        task_fail(walk->task, -ENODATA, "uv_fs_sendfile");
    else
        send_fail(walk->task, (int)moved, "uv_fs_sendfile");
    walk_resume(walk);
}

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    const int code =
        interrupt_signal() != 0
            ? -ECANCELED
            : uv_fs_sendfile(task->work->loop, &walk->read, task->to_fd, task->file->fd,
                             (int64_t)walk->offset, walk_length(walk), on_sent);
    if (code == 0)
        return;
    send_fail(task, code, "uv_fs_sendfile");
    walk_resume(walk);
}

static int prepare(struct work *work)
{
    walks_prepare(work, on_turn, WALK_EVERY_FILE);
    work->offloaded_chunks = 0;
    return 0;
}

const struct method async_send_offload = {
    .name = "async-send-offload",
    .about = "uv_fs_sendfile: the pool waits for the storage, and for the reader",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = SENDFILE,
    .chunk_bytes = (size_t)2 * 1024 * 1024,
    .unsupported = walk_sendfile_unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
