// SPDX-License-Identifier: MIT
#include "walk.h"

#include "core/interrupt.h"
#include "work/touch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* One handle for all of them: libuv runs idle handles last in, first out. */
struct walks {
    walk_turn *on_turn;
    void (*end)(struct task *task);
    void *own; /* the method's */
    uint64_t turn_bytes;
    uv_idle_t turn; /* started while a walk waits for its turn */
    struct walk *first;
    struct walk **last;
    size_t begun;    /* files */
    size_t touching; /* on the pool */
    size_t count;
    struct walk walks[];
};

size_t walks_prepare(struct work *scan, walk_turn *on_turn, size_t at_most)
{
    const bool all = at_most == WALK_EVERY_FILE || scan->count < at_most;
    const size_t count = all ? scan->count : at_most;
    struct walks *walks = calloc(1, sizeof *walks + count * sizeof walks->walks[0]);
    if (walks == NULL)
        abort();
    walks->on_turn = on_turn;
    walks->end = task_done;
    walks->turn_bytes = at_most == WALK_EVERY_FILE ? UINT64_MAX : WALK_TURN_BYTES;
    walks->count = count;
    walks->last = &walks->first;
    for (size_t i = 0; i < count; i++) {
        walks->walks[i].work.data = &walks->walks[i];
        walks->walks[i].read.data = &walks->walks[i];
    }
    uv_idle_init(scan->loop, &walks->turn);
    walks->turn.data = walks;
    scan->state = walks;
    return count;
}

void walks_end_by(struct work *scan, void (*end)(struct task *task))
{
    struct walks *walks = scan->state;
    walks->end = end;
}

int walks_prepare_reading(struct work *scan, walk_turn *on_turn, size_t at_most)
{
    const size_t count = walks_prepare(scan, on_turn, at_most);
    struct walks *walks = scan->state;
    const int code = work_allocate_buffers(scan, count);
    for (size_t i = 0; code == 0 && i < count; i++)
        walks->walks[i].buffer = work_buffer(scan, i);
    scan->depth = (int64_t)count;
    return code;
}

void walks_finish(struct work *scan)
{
    struct walks *walks = scan->state;
    if (walks != NULL)
        uv_close((uv_handle_t *)&walks->turn, NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT); /* lets the handle close before its memory goes */
    free(walks);
    work_release(scan);
}

void **walks_own(const struct work *scan)
{
    struct walks *walks = scan->state;
    return &walks->own;
}

/* Ends the task that the walk is through with, and goes over to the next. Returns whether there is
 * one. */
static bool take_next_file(struct walk *walk, struct work *scan)
{
    struct walks *walks = scan->state;
    if (walk->task != NULL)
        walks->end(walk->task);
    if (walks->begun == scan->count)
        return false;
    walk->task = &scan->tasks[walks->begun++];
    walk->offset = 0;
    walk->ahead = 0;
    return true;
}

bool walk_is_through(const struct walk *walk)
{
    return walk_length(walk) == 0 || walk->task->error.code != 0;
}

/* The turn of one walk. Returns the bytes that it takes. */
static size_t give_turn(struct walks *walks, struct walk *walk)
{
    struct work *scan = walk->task->work;
    bool goes_on = true;
    while (goes_on && walk_is_through(walk))
        goes_on = take_next_file(walk, scan);
    if (!goes_on)
        return 0;
    const size_t length = walk_length(walk);
    walks->on_turn(walk);
    return length;
}

static void on_idle(uv_idle_t *turn)
{
    struct walks *walks = turn->data;
    for (uint64_t taken = 0;
         walks->first != NULL && taken < walks->turn_bytes && uv_is_active((uv_handle_t *)turn);) {
        struct walk *walk = walks->first;
        walks->first = walk->behind_me;
        if (walks->first == NULL)
            walks->last = &walks->first;
        taken += give_turn(walks, walk);
    }
    if (walks->first == NULL)
        uv_idle_stop(turn);
}

int walks_start(struct work *scan)
{
    struct walks *walks = scan->state;
    for (size_t i = 0; i < walks->count; i++) {
        if (take_next_file(&walks->walks[i], scan))
            walk_resume(&walks->walks[i]);
    }
    return 0;
}

void walk_resume(struct walk *walk)
{
    struct walks *walks = walk->task->work->state;
    walk->behind_me = NULL;
    *walks->last = walk;
    walks->last = &walk->behind_me;
    uv_idle_start(&walks->turn, on_idle);
}

size_t walk_length(const struct walk *walk)
{
    const uint64_t left = walk->task->file->bytes - walk->offset;
    const size_t chunk = walk->task->work->chunk_bytes;
    return left < chunk ? (size_t)left : chunk;
}

static void touch_next(struct walk *walk, size_t length)
{
    struct task *task = walk->task;
    const int code = touch_mapping(task->map, walk->offset, length,
                                   task->work->settings->stride_bytes, &task->sum);
    walk->offset += length;
    if (code != 0)
        task_fail(task, code, "page fault in");
}

void walk_touch(struct walk *walk)
{
    touch_next(walk, walk_length(walk));
}

static void touch_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    touch_next(walk, walk->touching);
}

static void on_touched(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    struct walks *walks = walk->task->work->state;
    (void)status; /* nothing here cancels work */
    walks->touching--;
    walk->task->work->offloaded_chunks++;
    walk_resume(walk);
}

void walk_touch_on_pool(struct walk *walk, size_t length, size_t at_once)
{
    struct walks *walks = walk->task->work->state;
    walk->touching = length;
    if (walk_offload(walk, touch_on_pool, on_touched) == 0 && ++walks->touching >= at_once)
        uv_idle_stop(&walks->turn);
}

void walk_add_up(struct walk *walk, size_t got)
{
    struct task *task = walk->task;
    task->sum += touch(walk->buffer, walk->offset, got, task->work->settings->stride_bytes);
    walk->offset += got;
}

int walk_offload(struct walk *walk, uv_work_cb work, uv_after_work_cb on_done)
{
    const int code = uv_queue_work(walk->task->work->loop, &walk->work, work, on_done);
    if (code == 0)
        return 0;
    walk_resume(walk);
    return task_fail(walk->task, code, "uv_queue_work for");
}

void walk_read(struct walk *walk, uv_fs_cb on_read)
{
    struct task *task = walk->task;
    const uv_buf_t chunk = uv_buf_init((char *)walk->buffer, (unsigned)walk_length(walk));
    const int code = interrupt_signal() != 0
                         ? -ECANCELED
                         : uv_fs_read(task->work->loop, &walk->read, task->file->fd, &chunk, 1,
                                      (int64_t)walk->offset, on_read);
    if (code == 0)
        return;
    task_fail(task, code, "uv_fs_read");
    walk_resume(walk);
}

void walk_take_read(struct walk *walk)
{
    const ssize_t got = walk->read.result;
    uv_fs_req_cleanup(&walk->read);
    if (got > 0)
        walk_add_up(walk, (size_t)got);
    else
        task_fail(walk->task, got == 0 ? -ENODATA : (int)got, "uv_fs_read");
}

const char *walk_sendfile_unsupported(const char *data)
{
    uv_fs_t request;
    const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)data;
    const int code = uv_fs_sendfile(NULL, &request, fd, fd, 0, 1, NULL);
    uv_fs_req_cleanup(&request);
    close(fd);
    return code != UV_EPERM && code != UV_EACCES
               ? NULL
               : "copy_file_range is refused here in a way that keeps uv_fs_sendfile from sendfile";
}
