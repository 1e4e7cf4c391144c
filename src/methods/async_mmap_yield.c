// SPDX-License-Identifier: MIT
/* async-mmap-yield: a task per file on the loop that touches one chunk of its mapping at every turn
 * and then lets the others have theirs. The loop is held for a chunk of each file and no longer,
 * and while one file's chunk faults, the kernel reads ahead in the others. A fault still puts the
 * loop's thread to sleep for as long as storage takes. Needs nothing. */
#include "methods.h"

#include "walk.h"

static void on_turn(struct walk *walk)
{
    walk_touch(walk);
    walk->task->work->inline_chunks++;
    walk_resume(walk);
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_FEW);
    scan->inline_chunks = 0;
    return work_map_files(scan);
}

const struct method async_mmap_yield = {
    .name = "async-mmap-yield",
    .about = "async-mmap that gives the loop a turn after each chunk",
    .concurrency = ASYNC,
    .io = MMAP,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
