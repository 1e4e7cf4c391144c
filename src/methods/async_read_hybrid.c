// SPDX-License-Identifier: MIT
/* async-read-hybrid: asks for every chunk whether it is in the page cache (cachestat, or mincore).
 * If all of it is, it is read from there, else past the cache by O_DIRECT, both through io_uring as
 * async-read-uring and async-read-direct do: the better of the two for either state of the cache.
 * What is read past the cache does not fill it, so data that are wanted again should be read
 * otherwise, or kept. Needs what async-read-direct needs; of files that one neither owns nor
 * may write Linux does not tell what is resident, and all is read past the cache. */
#include "methods.h"

#include "uring.h"

static int prepare(struct scan *scan)
{
    static const struct uring_way way = {.depth = 3, .direct = true, .cache_if_there = true};
    return uring_prepare(scan, &way);
}

const struct method async_read_hybrid = {
    .name = "async-read-hybrid",
    .about = "io_uring: through the page cache what is there, past it the rest",
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)512 * 1024,
    .unsupported = uring_direct_unsupported,
    .prepare = prepare,
    .start = uring_start,
    .finish = uring_finish,
};
