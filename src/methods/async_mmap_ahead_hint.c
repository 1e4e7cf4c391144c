// SPDX-License-Identifier: MIT
/* async-mmap-ahead-hint: as async-mmap-ahead, but the pool asks by MADV_WILLNEED on parts of the
 * mapping, which every system has; one call per file (async-mmap-willneed) is capped as readahead
 * is. It blocks only for pages that are taken back between the question and the touch. Needs files
 * that one owns or may write. */
#include "methods.h"

#include "platform/ahead.h"
#include "platform/page_cache.h"
#include "resident.h"
#include "windows.h"

#include <errno.h>
#include <sys/mman.h>

/* Windows begin at whole pages. */
static int ask(const struct task *task, uint64_t offset, size_t length)
{
    return madvise((void *)(task->map + offset), length, MADV_WILLNEED) == 0 ? 0 : -errno;
}

static void ask_on_pool(uv_work_t *work)
{
    windows_ask(work->data, ask);
}

static void on_turn(struct walk *walk)
{
    windows_turn(walk, ask_on_pool, resident_step);
}

static const char *unsupported(const char *data)
{
    const char *reason = ahead_advise_unsupported();
    return reason != NULL ? reason : file_set_unsupported(data, page_cache_mapped_unsupported);
}

static int prepare(struct work *scan)
{
    return windows_prepare(scan, on_turn);
}

const struct method async_mmap_ahead_hint = {
    .name = "async-mmap-ahead-hint",
    .about = "async-mmap-resident while the pool gives MADV_WILLNEED for the windows ahead",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)256 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
