// SPDX-License-Identifier: MIT
/* async-mmap-willneed: as async-mmap, but each task first asks for its whole file by MADV_WILLNEED.
 * The kernel then begins to read as much as it cares to and returns; the touching follows behind
 * the reading. It still blocks: on the advice while the requests are queued, and on every page that
 * has not arrived yet, and nothing tells when one would. Needs nothing. */
#include "methods.h"

#include "blocking.h"
#include "platform/ahead.h"
#include "walk.h"

#include <sys/mman.h>

static void on_turn(struct walk *walk)
{
    if (blocking_advise(walk->task, MADV_WILLNEED) == 0)
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

const struct method async_mmap_willneed = {
    .name = "async-mmap-willneed",
    .about = "async-mmap after MADV_WILLNEED: the kernel is asked to begin reading the whole file",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
