// SPDX-License-Identifier: MIT
/* async-copy-mmap: one task per file on the loop, each of which maps the copy, too, and copies its
 * whole file by one memcpy in one callback. It waits in faults on both sides: for the storage of
 * the file, and for pages and blocks of the copy, while the loop's thread sleeps. This is the
 * hazard. */
#include "methods.h"

#include "walk.h"
#include "work/copy.h"

static void on_turn(struct walk *walk)
{
    struct task *task = walk->task;
    unsigned char *to;
    if (copy_map(task, &to) == 0)
        copy_mapping(task, to, 0, task->file->bytes);
    copy_unmap(task, to);
    walk->offset = task->file->bytes;
    walk_resume(walk);
}

static int prepare(struct work *work)
{
    walks_prepare(work, on_turn, WALK_EVERY_FILE);
    walks_end_by(work, copy_done);
    return work_map_files(work);
}

const struct method async_copy_mmap = {
    .name = "async-copy-mmap",
    .about = "one loop, a task per file copies between two mappings in one callback",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
