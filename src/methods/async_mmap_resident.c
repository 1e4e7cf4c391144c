// SPDX-License-Identifier: MIT
/* async-mmap-resident: a task per file that asks mincore at every turn whether its next chunk is in
 * the page cache. If all of it is, the loop touches it; if not, the pool does. Cached data cost no
 * trip to the pool, and what has to be read never blocks the loop, but for pages that are taken
 * back between the question and the touch. Needs files that one owns or may write: of others Linux
 * says that all is resident. */
#include "methods.h"

#include "platform/page_cache.h"
#include "resident.h"

static const char *unsupported(const char *data)
{
    return file_set_unsupported(data, page_cache_mapped_unsupported);
}

static int prepare(struct work *scan)
{
    walks_prepare(scan, resident_step, WALK_FEW);
    scan->inline_chunks = 0;
    scan->offloaded_chunks = 0;
    return work_map_files(scan);
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
