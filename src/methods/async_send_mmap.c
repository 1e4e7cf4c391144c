// SPDX-License-Identifier: MIT
/* async-send-mmap: one task per file on the loop, each of which gives its whole mapping to
 * uv_write. It looks as if nothing could block: the connection is nonblocking, and libuv goes on
 * when there is room. But the kernel copies from the mapping inside write, on the loop's thread,
 * and reads there what is not in the page cache, page fault by page fault. A page that cannot be
 * read is EFAULT, no SIGBUS. Needs nothing. */
#include "methods.h"

#include "outlet.h"
#include "platform/transfer.h"
#include "work/send.h"

/* All that is left, as far as every system writes that in one call. */
static void on_turn(struct walk *walk)
{
    const size_t left = walk_length(walk);
    outlet_write(walk, walk->task->map + walk->offset,
                 left < TRANSFER_MOST_BYTES ? left : TRANSFER_MOST_BYTES);
}

static int prepare(struct work *work)
{
    walks_prepare(work, on_turn, WALK_EVERY_FILE);
    const int code = outlets_open_streams(work);
    return code == 0 ? work_map_files(work) : code;
}

const struct method async_send_mmap = {
    .name = "async-send-mmap",
    .about = "one loop, uv_write straight from the mapping, a whole file at once",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare,
    .start = walks_start,
    .finish = outlets_finish,
};
