// SPDX-License-Identifier: MIT
/* async-mmap-populate: a task per file. The pool maps the pages of the next chunk by
 * MADV_POPULATE_READ, which reads what is missing; when they are there the loop touches the chunk,
 * while the pool populates the one behind. The touching stays where it was in the program and is
 * not supposed to fault. It still blocks when pages are taken back in between, which a system short
 * of memory does, and the loop pays for all touching. Needs Linux 5.14. */
#include "methods.h"

#include "core/interrupt.h"
#include "platform/ahead.h"
#include "walk.h"

#include <errno.h>
#include <stdbool.h>

/* The bytes of the chunk to populate, which begins where the walk has seen to. */
static size_t ahead_length(const struct walk *walk)
{
    const uint64_t left = walk->task->file->bytes - walk->ahead;
    const size_t chunk = walk->task->work->chunk_bytes;
    return left < chunk ? (size_t)left : chunk;
}

static void populate_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    walk->code = interrupt_signal() != 0
                     ? -ECANCELED
                     : ahead_populate(walk->task->map + walk->ahead, ahead_length(walk));
}

static void on_populated(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    walk->task->work->offloaded_chunks++;
    walk->ahead += ahead_length(walk);
    if (walk->code != 0)
        task_fail(walk->task, walk->code, "madvise (MADV_POPULATE_READ)");
    walk_resume(walk);
}

static void on_turn(struct walk *walk)
{
    const bool is_there = walk->ahead > walk->offset;
    if (ahead_length(walk) > 0)
        walk_offload(walk, populate_on_pool, on_populated);
    else
        walk_resume(walk);
    if (is_there)
        walk_touch(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return ahead_populate_unsupported();
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, on_turn, WALK_FEW);
    scan->offloaded_chunks = 0;
    return work_map_files(scan);
}

const struct method async_mmap_populate = {
    .name = "async-mmap-populate",
    .about = "MADV_POPULATE_READ of the next chunk on the pool, touched on the loop then",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)512 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
