// SPDX-License-Identifier: MIT
#include "walk.h"

#include "work/touch.h"

#include <stdlib.h>

struct walks {
    uv_idle_cb on_turn;
    struct walk walks[];
};

void walks_prepare(struct scan *scan, uv_idle_cb on_turn)
{
    struct walks *walks = calloc(1, sizeof *walks + scan->count * sizeof walks->walks[0]);
    if (walks == NULL)
        abort();
    walks->on_turn = on_turn;
    for (size_t i = 0; i < scan->count; i++) {
        struct walk *walk = &walks->walks[i];
        walk->task = &scan->tasks[i];
        uv_idle_init(scan->loop, &walk->turn);
        walk->turn.data = walk;
        walk->work.data = walk;
        walk->read.data = walk;
    }
    scan->state = walks;
}

void walks_finish(struct scan *scan)
{
    struct walks *walks = scan->state;
    for (size_t i = 0; walks != NULL && i < scan->count; i++)
        uv_close((uv_handle_t *)&walks->walks[i].turn, NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT); /* lets the handles close before their memory goes */
    free(walks);
    scan_unmap_files(scan);
    scan_free_buffers(scan);
}

int walks_start(struct scan *scan)
{
    struct walks *walks = scan->state;
    for (size_t i = 0; i < scan->count; i++)
        walk_resume(&walks->walks[i]);
    return 0;
}

void walk_resume(struct walk *walk)
{
    const struct walks *walks = walk->task->scan->state;
    uv_idle_start(&walk->turn, walks->on_turn);
}

void walk_end(struct walk *walk)
{
    uv_idle_stop(&walk->turn);
    scan_task_done(walk->task);
}

size_t walk_length(const struct walk *walk)
{
    const uint64_t left = walk->task->file->bytes - walk->offset;
    const size_t chunk = walk->task->scan->chunk_bytes;
    return left < chunk ? (size_t)left : chunk;
}

int walk_touch(struct walk *walk)
{
    struct scan_task *task = walk->task;
    const size_t length = walk_length(walk);
    const int code =
        touch_mapping(task->map, walk->offset, length, task->scan->stride_bytes, &task->sum);
    walk->offset += length;
    return code == 0 ? 0 : scan_task_fail(task, code, "page fault in");
}

int walk_offload(struct walk *walk, uv_work_cb work, uv_after_work_cb on_done)
{
    const int code = uv_queue_work(walk->task->scan->loop, &walk->work, work, on_done);
    return code == 0 ? 0 : scan_task_fail(walk->task, code, "uv_queue_work for");
}
