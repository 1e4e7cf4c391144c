// SPDX-License-Identifier: MIT
/* async-read-uring: one loop whose reads go through io_uring, several of each file in flight; the
 * completions wake the loop through an eventfd in uv_poll, and the reads of one turn are submitted
 * by one system call. No pool, no trip from thread to thread. What is in the page cache is copied
 * while it is submitted, on the loop's thread: large chunks of cached data hold the loop for their
 * copy. Needs Linux 5.1, liburing, and a system that does not forbid io_uring. */
#include "methods.h"

#include "pieces.h"
#include "ring.h"
#include "uring.h"

static const char *unsupported(const char *data)
{
    (void)data;
    return ring_unsupported();
}

static int prepare(struct work *scan)
{
    return uring_prepare(scan, false);
}

const struct method async_read_uring = {
    .name = "async-read-uring",
    .about = "io_uring, several reads of each file in flight, woken by an eventfd",
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)256 * 1024,
    .by_ring = true,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = pieces_start,
    .finish = pieces_finish,
};
