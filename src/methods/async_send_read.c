// SPDX-License-Identifier: MIT
/* async-send-read: one task per file on the loop, each a chain of uv_fs_read and uv_write: the pool
 * reads a chunk into a buffer, the loop hands it over, and reads on once the connection has taken
 * it. The loop pays for the copy into the connection, never for storage, and a slow reader holds
 * nothing but its buffer. Needs nothing. */
#include "methods.h"

#include "outlet.h"
#include "work/send.h"

#include <errno.h>

static void on_read(uv_fs_t *request)
{
    struct walk *walk = request->data;
    const ssize_t got = request->result;
    uv_fs_req_cleanup(request);
    if (got > 0) {
        outlet_write(walk, walk->buffer, (size_t)got);
        return;
    }
    task_fail(walk->task, got == 0 ? -ENODATA : (int)got, "uv_fs_read");
    walk_resume(walk);
}

static void on_turn(struct walk *walk)
{
    walk_read(walk, on_read);
}

static int prepare(struct work *work)
{
    const int code = walks_prepare_reading(work, on_turn, WALK_EVERY_FILE);
    return code == 0 ? outlets_open_streams(work) : code;
}

const struct method async_send_read = {
    .name = "async-send-read",
    .about = "one loop, a task per file chains uv_fs_read and uv_write, chunk by chunk",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = READ,
    .prepare = prepare,
    .start = walks_start,
    .finish = outlets_finish,
};
