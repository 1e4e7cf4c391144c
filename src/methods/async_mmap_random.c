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

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    if (blocking_advise(walk->task, MADV_RANDOM) == 0)
        blocking_mmap(walk->task);
    walk_end(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_advise_unsupported();
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    return scan_map_files(scan);
}

const struct method async_mmap_random = {
    .name = "async-mmap-random",
    .about = "async-mmap after MADV_RANDOM: no readahead, every page waits",
    .concurrency = ASYNC,
    .io = MMAP,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
