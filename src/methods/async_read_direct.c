// SPDX-License-Identifier: MIT
/* async-read-direct: as async-read-uring, but past the page cache (O_DIRECT): the device writes
 * into the program's buffers, nothing is copied and nothing stays cached. What the device can do,
 * whatever the state of the cache; a warm cache is of no use to it. The loop is not held, as long
 * as the device's queue takes what is submitted. Needs what async-read-uring needs and a file
 * system with O_DIRECT. */
#include "methods.h"

#include "pieces.h"
#include "uring.h"

static int prepare(struct work *scan)
{
    return uring_prepare(scan, true);
}

const struct method async_read_direct = {
    .name = "async-read-direct",
    .about = "the same past the page cache (O_DIRECT): the device's own speed",
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)512 * 1024,
    .past_cache = true,
    .by_ring = true,
    .unsupported = uring_direct_unsupported,
    .prepare = prepare,
    .start = pieces_start,
    .finish = pieces_finish,
};
