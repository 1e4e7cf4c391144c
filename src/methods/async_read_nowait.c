// SPDX-License-Identifier: MIT
/* async-read-nowait: a task per file that reads its next chunk at every turn by
 * preadv2(RWF_NOWAIT), which gives what is in the page cache and does not wait for more: EAGAIN
 * sends the chunk to libuv's pool. Cached data cost no trip to the pool. Some kernels' traps: a
 * read may be short where the cached part ends; Linux 5.9 and 5.10 may say 0 before the end of the
 * file, which is therefore asked of the pool; a file system that knows no RWF_NOWAIT says
 * EOPNOTSUPP, and all goes to the pool. The copy itself still takes the loop's time. Needs
 * Linux 4.14. */
#include "methods.h"

#include "core/interrupt.h"
#include "platform/ahead.h"
#include "walk.h"
#include "work/touch.h"

#include <errno.h>
#include <stdbool.h>

static void go_on(struct walk *walk)
{
    if (walk->offset == walk->task->file->bytes || walk->task->error.code != 0)
        walk_end(walk);
    else
        walk_resume(walk);
}

/* Adds up what was read and goes on behind it. */
static void add_up(struct walk *walk, size_t got)
{
    struct scan_task *task = walk->task;
    task->sum += touch(task->buffer, walk->offset, got, task->scan->stride_bytes);
    walk->offset += got;
}

static void on_read(uv_fs_t *request)
{
    struct walk *walk = request->data;
    const ssize_t got = request->result;
    uv_fs_req_cleanup(request);
    walk->task->scan->offloaded_chunks++;
    if (got > 0)
        add_up(walk, (size_t)got);
    else
        scan_task_fail(walk->task, got == 0 ? -ENODATA : (int)got, "uv_fs_read");
    go_on(walk);
}

static int read_on_pool(struct walk *walk)
{
    struct scan_task *task = walk->task;
    const uv_buf_t chunk = uv_buf_init((char *)task->buffer, (unsigned)walk_length(walk));
    const int code = uv_fs_read(task->scan->loop, &walk->read, task->file->fd, &chunk, 1,
                                (int64_t)walk->offset, on_read);
    return code == 0 ? 0 : scan_task_fail(task, code, "uv_fs_read");
}

/* Whether the pool may still give what the loop could not have at once. */
static bool is_for_the_pool(ssize_t got)
{
    return got == 0 || got == -EAGAIN || got == -EOPNOTSUPP || got == -EINTR;
}

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    struct scan_task *task = walk->task;
    uv_idle_stop(turn);
    if (walk_length(walk) == 0) { /* an empty file */
        walk_end(walk);
        return;
    }
    const ssize_t got = interrupt_signal() != 0
                            ? -ECANCELED
                            : ahead_read_nowait(task->file->fd, task->buffer, walk_length(walk),
                                                (int64_t)walk->offset);
    if (got > 0) {
        task->scan->inline_chunks++;
        add_up(walk, (size_t)got);
    } else if (!is_for_the_pool(got)) {
        scan_task_fail(task, (int)got, "preadv2");
    }
    if (got > 0 || task->error.code != 0 || read_on_pool(walk) != 0)
        go_on(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_read_nowait_unsupported();
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    scan->inline_chunks = 0;
    scan->offloaded_chunks = 0;
    return scan_allocate_buffers(scan);
}

const struct method async_read_nowait = {
    .name = "async-read-nowait",
    .about = "preadv2(RWF_NOWAIT) on the loop, the pool where that would have to wait",
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)256 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
