// SPDX-License-Identifier: MIT
/* async-mmap-readahead: as async-mmap, but each task first asks for its whole file by the system
 * call readahead. As with MADV_WILLNEED the kernel begins to read and the touching follows; the
 * manual page promises that the call itself blocks until all is read, the kernel returns when the
 * requests are queued. Either way the loop's thread waits: in the call, or in the faults behind it.
 * Needs Linux. */
#include "methods.h"

#include "platform/ahead.h"
#include "walk.h"

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    const int code = ahead_read(task->file->fd, 0, (size_t)task->file->bytes);
    if (code != 0)
        task_fail(task, code, "readahead");
    else
        walk_touch(walk);
    walk_resume(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_read_unsupported();
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_EVERY_FILE);
    return work_map_files(scan);
}

const struct method async_mmap_readahead = {
    .name = "async-mmap-readahead",
    .about = "async-mmap after the system call readahead on the whole file",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
