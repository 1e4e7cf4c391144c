// SPDX-License-Identifier: MIT
/* async-mmap: one task per file on the loop, each of which touches its whole mapping in one
 * callback. Nothing in it can yield: a page fault that waits for the disk puts the loop's thread to
 * sleep, and the tasks run one after the other although all are in flight. This is the hazard. */
#include "methods.h"

#include "walk.h"

static void on_turn(struct walk *walk)
{
    walk_touch(walk);
    walk_resume(walk);
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_EVERY_FILE);
    return work_map_files(scan);
}

const struct method async_mmap = {
    .name = "async-mmap",
    .about = "one loop, a task per file touches its whole mapping in one callback: the hazard",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
