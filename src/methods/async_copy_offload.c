// SPDX-License-Identifier: MIT
/* async-copy-offload: a task per file, each chunk of which is copied by the kernel on libuv's pool
 * (uv_fs_sendfile, which is copy_file_range where the system has it), one after the other. The
 * program never sees the bytes, the loop only hears that a chunk is there and asks for the next.
 * Needs nothing. */
#include "methods.h"

#include "core/interrupt.h"
#include "walk.h"
#include "work/copy.h"

#include <errno.h>

/* Where a file system can share blocks, copy_file_range has it share them, and no byte is moved.
 * Blocks are shared from the beginning of one: behind a first chunk of one byte none begins. */
static size_t chunk_length(const struct walk *walk)
{
    const bool must_move = !walk->task->work->settings->reflink;
    return must_move && walk->offset == 0 ? 1 : walk_length(walk);
}

static void on_turn(struct walk *walk);

static void on_copied(uv_fs_t *request)
{
    struct walk *walk = request->data;
    const ssize_t got = request->result;
    uv_fs_req_cleanup(request);
    if (got > 0)
        walk->offset += (size_t)got;
    else
        copy_fail_both(walk->task, got == 0 ? -ENODATA : (int)got, "uv_fs_sendfile");
    if (walk_is_through(walk))
        walk_resume(walk);
    else
        on_turn(walk);
}

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    const int code =
        interrupt_signal() != 0
            ? -ECANCELED
            : uv_fs_sendfile(task->work->loop, &walk->read, task->to_fd, task->file->fd,
                             (int64_t)walk->offset, chunk_length(walk), on_copied);
    if (code == 0)
        return;
    copy_fail_both(task, code, "uv_fs_sendfile");
    walk_resume(walk);
}

static int prepare(struct work *work)
{
    walks_prepare(work, on_turn, WALK_FEW);
    walks_end_by(work, copy_done);
    return 0;
}

const struct method async_copy_offload = {
    .name = "async-copy-offload",
    .about = "each chunk is copied by uv_fs_sendfile on libuv's pool",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = SENDFILE,
    .chunk_bytes = (size_t)4 * 1024 * 1024,
    .unsupported = walk_sendfile_unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
