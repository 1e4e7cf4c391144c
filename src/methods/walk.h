// SPDX-License-Identifier: MIT
#ifndef WALK_H
#define WALK_H

#include "work/scan.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* One task's way through its file, for methods that take it in steps: on the loop, a turn at a
 * time, on the pool, or on either. */
struct walk {
    struct scan_task *task;
    uint64_t offset; /* where the next chunk begins */
    uv_idle_t turn;  /* calls the method at every turn of the loop while it is started */
    uv_work_t work;  /* what the pool does for this walk meanwhile; one of the two */
    uv_fs_t read;
    int code; /* what became of the work: 0 or a negative errno */
};

/* Makes a walk for each task, in scan->state. Turns call `on_turn`, with the walk as the handle's
 * data; NULL for methods without. The walks are undone by walks_finish, which also lets go of
 * mappings and buffers and passes over a scan whose walks were never made. */
void walks_prepare(struct scan *scan, uv_idle_cb on_turn);
void walks_finish(struct scan *scan);

/* Lets every walk have turns. */
int walks_start(struct scan *scan);

/* Lets one walk have turns again, after a step on the pool. */
void walk_resume(struct walk *walk);

/* The walk is over, well or not: it has no more turns, and its task is done. */
void walk_end(struct walk *walk);

/* The bytes of the next chunk; 0 when the walk has come to the end of the file. */
size_t walk_length(const struct walk *walk);

/* Touches the next chunk of the mapping and goes on behind it. Returns 0, or a negative errno that
 * is noted in the task. */
int walk_touch(struct walk *walk);

/* Asks the pool for work on this walk; `on_done` is called on the loop then. Returns 0, or a
 * negative errno that is noted in the task. */
int walk_offload(struct walk *walk, uv_work_cb work, uv_after_work_cb on_done);

#endif
