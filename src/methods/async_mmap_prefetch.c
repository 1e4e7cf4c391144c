// SPDX-License-Identifier: MIT
/* async-mmap-prefetch: as async-mmap, but a CPU prefetch instruction runs a page ahead of the
 * touch. A prefetch of a page that is not mapped is dropped by the CPU and starts no read: it can
 * hide the latency of memory and never that of storage. It blocks as async-mmap does. Needs
 * nothing. */
#include "methods.h"

#include "walk.h"
#include "work/touch.h"

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    const int code = touch_mapping_prefetching(task->map, task->file->bytes,
                                               task->work->settings->stride_bytes, &task->sum);
    if (code != 0)
        task_fail(task, code, "page fault in");
    walk->offset = task->file->bytes;
    walk_resume(walk);
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_EVERY_FILE);
    return work_map_files(scan);
}

const struct method async_mmap_prefetch = {
    .name = "async-mmap-prefetch",
    .about = "async-mmap with CPU prefetch instructions ahead of the touch",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
