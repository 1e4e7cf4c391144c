// SPDX-License-Identifier: MIT
/* async-mmap-sequential: as async-mmap, but each task first says by MADV_SEQUENTIAL that it goes
 * through its mapping from front to back. Linux then reads ahead at every miss and frees pages
 * behind sooner. Fewer faults wait for the disk, but those that do block the loop as before. Needs
 * nothing. */
#include "methods.h"

#include "blocking.h"
#include "platform/ahead.h"
#include "walk.h"

#include <sys/mman.h>

static void on_turn(struct walk *walk)
{
    if (blocking_advise(walk->task, MADV_SEQUENTIAL) == 0)
        walk_touch(walk);
    walk_resume(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_advise_unsupported();
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_EVERY_FILE);
    return work_map_files(scan);
}

const struct method async_mmap_sequential = {
    .name = "async-mmap-sequential",
    .about = "async-mmap after MADV_SEQUENTIAL: more readahead",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
