// SPDX-License-Identifier: MIT
/* async-mmap-yield: a task per file on the loop that touches one chunk of its mapping at every turn
 * and then lets the others have theirs. The loop is held for a chunk of each file and no longer,
 * and while one file's chunk faults, the kernel reads ahead in the others. A fault still puts the
 * loop's thread to sleep for as long as storage takes. Needs nothing. */
#include "methods.h"

#include "walk.h"

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    if (walk_length(walk) > 0 && walk_touch(walk) == 0)
        walk->task->scan->inline_chunks++;
    if (walk_length(walk) == 0 || walk->task->error.code != 0)
        walk_end(walk);
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    scan->inline_chunks = 0;
    return scan_map_files(scan);
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
