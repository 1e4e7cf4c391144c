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

#include <errno.h>
#include <stdbool.h>

static void on_read(uv_fs_t *request)
{
    struct walk *walk = request->data;
    walk->task->work->offloaded_chunks++;
    walk_take_read(walk);
    walk_resume(walk);
}

/* Whether the pool may still give what the loop could not have at once. */
static bool is_for_the_pool(ssize_t got)
{
    return got == 0 || got == -EAGAIN || got == -EOPNOTSUPP || got == -EINTR;
}

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    const ssize_t got = interrupt_signal() != 0
                            ? -ECANCELED
                            : ahead_read_nowait(task->file->fd, walk->buffer, walk_length(walk),
                                                (int64_t)walk->offset);
    if (is_for_the_pool(got)) {
        walk_read(walk, on_read);
        return;
    }
    if (got > 0) {
        task->work->inline_chunks++;
        walk_add_up(walk, (size_t)got);
    } else {
        task_fail(task, (int)got, "preadv2");
    }
    walk_resume(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_read_nowait_unsupported();
}

static int prepare(struct work *scan)
{
    scan->inline_chunks = 0;
    scan->offloaded_chunks = 0;
    return walks_prepare_reading(scan, on_turn, WALK_FEW);
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
