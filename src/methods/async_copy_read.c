// SPDX-License-Identifier: MIT
/* async-copy-read: one task per file on the loop, each a chain of uv_fs_read and uv_fs_write: libuv
 * reads a chunk on its pool, the callback on the loop has the pool write it, and the next callback
 * asks for the next chunk. Two trips to the pool for each chunk, and the loop does nothing else. */
#include "methods.h"

#include "walk.h"
#include "work/copy.h"

#include <errno.h>

static void on_read(uv_fs_t *read);

/* What a short write leaves is read once more. */
static void on_written(uv_fs_t *write)
{
    struct walk *walk = write->data;
    const ssize_t put = write->result;
    uv_fs_req_cleanup(write);
    if (put > 0)
        walk->offset += (size_t)put;
    else
        copy_fail(walk->task, put < 0 ? (int)put : -EIO, "uv_fs_write");
    if (walk_is_through(walk))
        walk_resume(walk);
    else
        walk_read(walk, on_read);
}

static void write_chunk(struct walk *walk, size_t length)
{
    struct task *task = walk->task;
    const uv_buf_t chunk = uv_buf_init((char *)walk->buffer, (unsigned)length);
    const int code = uv_fs_write(task->work->loop, &walk->read, task->to_fd, &chunk, 1,
                                 (int64_t)walk->offset, on_written);
    if (code == 0)
        return;
    copy_fail(task, code, "uv_fs_write");
    walk_resume(walk);
}

static void on_read(uv_fs_t *read)
{
    struct walk *walk = read->data;
    const ssize_t got = read->result;
    uv_fs_req_cleanup(read);
    if (got > 0) {
        write_chunk(walk, (size_t)got);
        return;
    }
    task_fail(walk->task, got == 0 ? -ENODATA : (int)got, "uv_fs_read");
    walk_resume(walk);
}

static void on_turn(struct walk *walk)
{
    walk_read(walk, on_read);
}

static int prepare(struct work *work)
{
    const int code = walks_prepare_reading(work, on_turn, WALK_EVERY_FILE);
    walks_end_by(work, copy_done);
    return code;
}

const struct method async_copy_read = {
    .name = "async-copy-read",
    .about = "one loop, a task per file chains uv_fs_read and uv_fs_write, chunk by chunk",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = READ,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
