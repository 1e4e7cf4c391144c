// SPDX-License-Identifier: MIT
/* async-send-resident: asks mincore at every turn whether the next chunk of a file is in the page
 * cache. If all of it is, the loop sends it by sendfile, which copies nothing; if not, the pool
 * waits until it is, and then the loop sends it. Once something of a file was missing, the pool
 * asks for windows ahead by the system call readahead, so that there is little to wait for. mincore
 * counts a page only when it has been read, and readahead leaves no mark on a page that would have
 * sendfile ask for more itself; a mark that another reader has left makes it ask, not wait. So the
 * loop waits for storage in one case only: pages that are taken back between the answer and the
 * call, as a system short of memory does it, are read inside sendfile. Needs Linux, and files that
 * one owns or may write: of others Linux says that all is resident. */
#include "methods.h"

#include "outlet.h"
#include "platform/ahead.h"
#include "platform/page_cache.h"
#include "platform/storage.h"
#include "windows.h"
#include "work/send.h"
#include "work/touch.h"

static int ask(const struct task *task, uint64_t offset, size_t length)
{
    return ahead_read(task->file->fd, offset, length);
}

static void ask_on_pool(uv_work_t *work)
{
    windows_ask(work->data, ask);
}

/* A touch of each page waits for those that are on their way, and reads those that nobody asked
 * for. */
static void wait_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    uint64_t sum = 0;
    walk->code =
        touch_mapping(walk->task->map, walk->offset, walk->touching, WORK_BLOCK_BYTES, &sum);
}

static void on_come(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    walk->task->work->offloaded_chunks++;
    if (walk->code != 0)
        task_fail(walk->task, walk->code, "page fault in");
    walk->has_come = walk->code == 0;
    walk_resume(walk);
}

/* Sends the next chunk unless something of it is missing, which it returns. */
static bool is_missing(struct walk *walk)
{
    struct task *task = walk->task;
    const int64_t pages = page_cache_mapped_missing(task->map + walk->offset, walk_length(walk));
    if (pages < 0) {
        task_fail(task, (int)pages, "mincore");
        walk_resume(walk);
    } else if (pages == 0) {
        task->work->inline_chunks++;
        outlet_sendfile(walk);
    }
    return pages > 0;
}

/* What has just come is not asked about again. */
static void step(struct walk *walk)
{
    if (walk->has_come) {
        walk->has_come = false;
        outlet_sendfile(walk);
    } else if (is_missing(walk)) {
        walk->touching = walk_length(walk);
        walk_offload(walk, wait_on_pool, on_come);
    }
}

/* The pool is not troubled for a file before something of it is missing. */
static void on_turn(struct walk *walk)
{
    if (walk->ahead > 0 || is_missing(walk))
        windows_turn(walk, ask_on_pool, step);
}

static const char *unsupported(const char *data)
{
    const char *reason = ahead_read_unsupported();
    if (reason == NULL)
        reason = file_set_unsupported(data, page_cache_mapped_unsupported);
    return reason != NULL ? reason : file_set_unsupported(data, storage_map_unsupported);
}

static int prepare(struct work *work)
{
    const int code = windows_prepare(work, on_turn);
    return code == 0 ? outlets_open_polls(work) : code;
}

const struct method async_send_resident = {
    .name = "async-send-resident",
    .about = "sendfile on the loop of what mincore says is resident, read ahead on the pool",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = SENDFILE,
    .chunk_bytes = (size_t)256 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = outlets_finish,
};
