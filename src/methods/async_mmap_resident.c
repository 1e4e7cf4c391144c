// SPDX-License-Identifier: MIT
/* async-mmap-resident: a task per file that asks mincore at every turn whether its next chunk is in
 * the page cache. If all of it is, the loop touches it; if not, the pool does. Cached data cost no
 * trip to the pool, and what has to be read never blocks the loop, but for pages that are taken
 * back between the question and the touch. Needs files that one owns or may write: of others Linux
 * says that all is resident. */
#include "methods.h"

#include "platform/page_cache.h"
#include "walk.h"

static void touch_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    walk_touch(walk);
}

static void go_on(struct walk *walk)
{
    if (walk_length(walk) == 0 || walk->task->error.code != 0)
        walk_end(walk);
    else
        walk_resume(walk);
}

static void on_touched(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    walk->task->scan->offloaded_chunks++;
    go_on(walk);
}

static void on_turn(uv_idle_t *turn)
{
    struct walk *walk = turn->data;
    struct scan_task *task = walk->task;
    const int resident = page_cache_mapped_resident(task->map + walk->offset, walk_length(walk));
    uv_idle_stop(turn);
    if (resident < 0)
        scan_task_fail(task, resident, "mincore");
    else if (resident > 0 && walk_touch(walk) == 0)
        task->scan->inline_chunks++;
    if (resident != 0 || walk_offload(walk, touch_on_pool, on_touched) != 0)
        go_on(walk);
}

static const char *unsupported(const char *data)
{
    return file_set_unsupported(data, page_cache_mapped_unsupported);
}

static int prepare(struct scan *scan)
{
    walks_prepare(scan, on_turn);
    scan->inline_chunks = 0;
    scan->offloaded_chunks = 0;
    return scan_map_files(scan);
}

const struct method async_mmap_resident = {
    .name = "async-mmap-resident",
    .about = "touches on the loop what mincore says is resident, the rest on the pool",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)256 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
