// SPDX-License-Identifier: MIT
/* async-mmap-ahead: as async-mmap-resident, but the pool asks for the windows ahead of each file by
 * the system call readahead, piece by piece: the kernel caps what one call brings in, so that a
 * single call per file (async-mmap-readahead) reads little ahead. The loop touches what has come,
 * the pool waits for what has not. It blocks only for pages that are taken back between the
 * question and the touch. Needs Linux, and files that one owns or may write. */
#include "methods.h"

#include "platform/ahead.h"
#include "platform/page_cache.h"
#include "resident.h"
#include "windows.h"

static int ask(const struct task *task, uint64_t offset, size_t length)
{
    return ahead_read(task->file->fd, offset, length);
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
    const char *reason = ahead_read_unsupported();
    return reason != NULL ? reason : file_set_unsupported(data, page_cache_mapped_unsupported);
}

static int prepare(struct work *scan)
{
    return windows_prepare(scan, on_turn);
}

const struct method async_mmap_ahead = {
    .name = "async-mmap-ahead",
    .about = "async-mmap-resident while the pool asks readahead for the windows ahead of all files",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)256 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
