// SPDX-License-Identifier: MIT
/* async-mmap-offload: a task per file, each chunk of whose mapping is touched on libuv's pool
 * (uv_queue_work), one after the other. The faults put a thread of the pool to sleep; the loop only
 * hears that a chunk is done and asks for the next. It never blocks, and pays a trip to the pool
 * and back for each chunk, also when the page was there all along. As many files wait at the same
 * time as the pool has threads. Needs nothing. */
#include "methods.h"

#include "walk.h"

static void on_turn(struct walk *walk)
{
    walk_touch_on_pool(walk, walk_length(walk), WALK_FEW);
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_FEW);
    scan->offloaded_chunks = 0;
    return work_map_files(scan);
}

const struct method async_mmap_offload = {
    .name = "async-mmap-offload",
    .about = "each chunk of the mapping is touched on libuv's pool",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)8 * 1024 * 1024,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
