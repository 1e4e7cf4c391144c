// SPDX-License-Identifier: MIT
#include "windows.h"

/* Two windows of each walk are asked for at a time, and must stay in memory until they are touched:
 * 128 MiB in all. */
#define WINDOW_BYTES (UINT64_C(8) << 20)

/* The kernel reads in pieces as large as the first, where its cap is no less, and in one request
 * each. The second is the least cap that is common: the readahead that Linux sets for a device. */
#define LARGE_BYTES ((size_t)2 << 20)
#define PIECE_BYTES ((size_t)128 * 1024)

/* Whole pieces, and at least a chunk. */
static uint64_t window_bytes(const struct work *scan)
{
    if (scan->chunk_bytes <= WINDOW_BYTES)
        return WINDOW_BYTES;
    return (scan->chunk_bytes + PIECE_BYTES - 1) / PIECE_BYTES * PIECE_BYTES;
}

int windows_prepare(struct work *scan, walk_turn *on_turn)
{
    walks_prepare(scan, on_turn, WALK_FEW);
    scan->inline_chunks = 0;
    scan->offloaded_chunks = 0;
    return work_map_files(scan);
}

typedef int ask_function(const struct task *task, uint64_t offset, size_t length);

static int ask_by(ask_function *ask, const struct task *task, uint64_t begin, uint64_t end,
                  size_t piece)
{
    int code = 0;
    for (uint64_t at = begin; at < end && code == 0; at += piece)
        code = ask(task, at, end - at < piece ? (size_t)(end - at) : piece);
    return code;
}

void windows_ask(struct walk *walk, ask_function *ask)
{
    const struct task *task = walk->task;
    const uint64_t window = window_bytes(task->work);
    const uint64_t next = (walk->offset / window + 1) * window;
    const uint64_t begin = walk->ahead == 0 ? walk->offset : next; /* the first time, or later */
    const uint64_t end = next + window < task->file->bytes ? next + window : task->file->bytes;
    walk->code = ask_by(ask, task, begin, end, LARGE_BYTES);
    if (walk->code == 0) /* what the cap has cut off; the rest is passed over */
        walk->code = ask_by(ask, task, begin, end, PIECE_BYTES);
    walk->ahead = next;
}

static void on_asked(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    if (walk->code != 0)
        task_fail(walk->task, walk->code, "ask ahead");
    walk_resume(walk);
}

void windows_turn(struct walk *walk, uv_work_cb ask_on_pool, walk_turn *step)
{
    if (walk->offset < walk->ahead)
        step(walk);
    else
        walk_offload(walk, ask_on_pool, on_asked);
}
