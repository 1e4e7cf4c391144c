// SPDX-License-Identifier: MIT
/* async-mmap: one task per file on the loop, each of which touches its whole mapping in one
 * callback. Nothing in it can yield: a page fault that waits for the disk puts the loop's thread to
 * sleep, and the tasks run one after the other although all are in flight. This is the hazard. */
#include "methods.h"

#include "blocking.h"
#include "walk.h"

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    blocking_mmap(walk->task);
    walk_end(walk);
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    return scan_map_files(scan);
}

const struct method async_mmap = {
    .name = "async-mmap",
    .about = "one loop, a task per file touches its whole mapping in one callback: the hazard",
    .concurrency = ASYNC,
    .io = MMAP,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
