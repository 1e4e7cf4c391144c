// SPDX-License-Identifier: MIT
/* async-mmap: one task per file on the loop, each of which touches its whole mapping in one
 * callback. Nothing in it can yield: a page fault that waits for the disk puts the loop's thread to
 * sleep, and the tasks run one after the other although all are in flight. This is the hazard. */
#include "methods.h"

#include "blocking.h"

#include <stdlib.h>

static void on_turn(uv_idle_t *turn)
{
    struct scan_task *task = turn->data;
    uv_idle_stop(turn);
    blocking_mmap(task);
    scan_task_done(task);
}

static int prepare(struct scan *scan)
{
    uv_idle_t *turns = calloc(scan->count + 1, sizeof *turns);
    if (turns == NULL)
        abort();
    for (size_t i = 0; i < scan->count; i++) {
        uv_idle_init(scan->loop, &turns[i]);
        turns[i].data = &scan->tasks[i];
    }
    scan->state = turns;
    return scan_map_files(scan);
}

static int start(struct scan *scan)
{
    uv_idle_t *turns = scan->state;
    for (size_t i = 0; i < scan->count; i++)
        uv_idle_start(&turns[i], on_turn);
    return 0;
}

static void finish(struct scan *scan)
{
    uv_idle_t *turns = scan->state;
    for (size_t i = 0; i < scan->count; i++)
        uv_close((uv_handle_t *)&turns[i], NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT); /* lets the handles close before their memory goes */
    free(turns);
    scan_unmap_files(scan);
}

const struct method async_mmap = {
    .name = "async-mmap",
    .about = "one loop, a task per file touches its whole mapping in one callback: the hazard",
    .concurrency = ASYNC,
    .io = MMAP,
    .prepare = prepare,
    .start = start,
    .finish = finish,
};
