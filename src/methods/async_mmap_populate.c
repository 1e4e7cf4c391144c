// SPDX-License-Identifier: MIT
/* async-mmap-populate: a task per file. The pool maps the pages of the next chunk by
 * MADV_POPULATE_READ, which reads what is missing; when they are there the loop touches the chunk,
 * while the pool populates the one behind. The touching stays where it was in the program and is
 * not supposed to fault. It still blocks when pages are taken back in between, which a system short
 * of memory does, and the loop pays for all touching. Needs Linux 5.14. */
#include "methods.h"

#include "core/interrupt.h"
#include "platform/ahead.h"
#include "walk.h"
#include "work/touch.h"

#include <errno.h>
#include <stdbool.h>

/* `offset` of the walk is where the chunk begins that is populated; the one before is touched. */
static void populate_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    walk->code = interrupt_signal() != 0
                     ? -ECANCELED
                     : ahead_populate(walk->task->map + walk->offset, walk_length(walk));
}

static void on_populated(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    struct scan_task *task = walk->task;
    const uint64_t offset = walk->offset;
    const size_t length = walk_length(walk);
    (void)status; /* nothing here cancels work */
    if (walk->code != 0) {
        scan_task_fail(task, walk->code, "madvise (MADV_POPULATE_READ)");
        walk_end(walk);
        return;
    }
    task->scan->offloaded_chunks++;
    walk->offset += length;
    const bool is_last = walk_length(walk) == 0;
    const bool asked = !is_last && walk_offload(walk, populate_on_pool, on_populated) == 0;
    const int code = touch_mapping(task->map, offset, length, task->scan->stride_bytes, &task->sum);
    if (code != 0)
        scan_task_fail(task, code, "page fault in");
    if (!asked)
        walk_end(walk);
}

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    uv_idle_stop(turn);
    if (walk_length(walk) == 0 || walk_offload(walk, populate_on_pool, on_populated) != 0)
        walk_end(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_populate_unsupported();
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    scan->offloaded_chunks = 0;
    return scan_map_files(scan);
}

const struct method async_mmap_populate = {
    .name = "async-mmap-populate",
    .about = "MADV_POPULATE_READ of the next chunk on the pool, touched on the loop then",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)512 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
