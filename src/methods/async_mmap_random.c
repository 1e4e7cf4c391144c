// SPDX-License-Identifier: MIT
/* async-mmap-random: as async-mmap, but each task first says by MADV_RANDOM that it goes through
 * its mapping in no order. Linux then reads nothing ahead and every page is a wait for the disk:
 * what a lookup in a large index does. This is no remedy but the hazard undisguised. Needs nothing.
 */
#include "methods.h"

#include "blocking.h"
#include "platform/ahead.h"
#include "walk.h"

#include <sys/mman.h>

static void on_turn(struct walk *walk)
{
    if (blocking_advise(walk->task, MADV_RANDOM) == 0)
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

const struct method async_mmap_random = {
    .name = "async-mmap-random",
    .about = "async-mmap after MADV_RANDOM: no readahead, every page waits",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
