// SPDX-License-Identifier: MIT
/* async-mmap-offload: a task per file, each chunk of whose mapping is touched on libuv's pool
 * (uv_queue_work), one after the other. The faults put a thread of the pool to sleep; the loop only
 * hears that a chunk is done and asks for the next. It never blocks, and pays a trip to the pool
 * and back for each chunk, also when the page was there all along. As many files wait at the same
 * time as the pool has threads. Needs nothing. */
#include "methods.h"

#include "walk.h"

static void touch_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    walk_touch(walk);
}

static void on_touched(uv_work_t *work, int status);

static void next_chunk(struct walk *walk)
{
    if (walk_length(walk) == 0 || walk->task->error.code != 0 ||
        walk_offload(walk, touch_on_pool, on_touched) != 0)
        walk_end(walk);
}

static void on_touched(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    walk->task->scan->offloaded_chunks++;
    next_chunk(walk);
}

static void on_turn(uv_idle_t *turn)
{
    uv_idle_stop(turn);
    next_chunk(turn->data);
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    scan->offloaded_chunks = 0;
    return scan_map_files(scan);
}

const struct method async_mmap_offload = {
    .name = "async-mmap-offload",
    .about = "each chunk of the mapping is touched on libuv's pool",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)1024 * 1024,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
