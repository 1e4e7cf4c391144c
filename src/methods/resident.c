// SPDX-License-Identifier: MIT
#include "resident.h"

#include "platform/page_cache.h"

void resident_step(struct walk *walk)
{
    struct task *task = walk->task;
    const int64_t missing = page_cache_mapped_missing(task->map + walk->offset, walk_length(walk));
    if (missing > 0) {
        walk_touch_on_pool(walk, walk_length(walk), WALK_FEW);
        return;
    }
    if (missing < 0) {
        task_fail(task, (int)missing, "mincore");
    } else {
        walk_touch(walk);
        task->work->inline_chunks++;
    }
    walk_resume(walk);
}
