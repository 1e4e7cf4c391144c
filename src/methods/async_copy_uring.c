// SPDX-License-Identifier: MIT
/* async-copy-uring: one loop whose reads and writes go through io_uring, several pieces of each
 * file in flight, each of them read and then written. What is in the page cache is copied into the
 * buffer while the read is submitted, on the loop's thread; where the file system does not take a
 * write without waiting (ext4, say) a thread of the ring makes it, so that reading and writing go
 * on at the same time. Needs Linux 5.6, liburing, and a system that does not forbid io_uring. */
#include "methods.h"

#include "pieces.h"
#include "ring.h"
#include "uring_copy.h"
#include "work/copy.h"

static const char *unsupported(const char *data)
{
    (void)data;
    return ring_unsupported();
}

const struct method async_copy_uring = {
    .name = "async-copy-uring",
    .about = "io_uring, several pieces of each file read and written at a time",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)256 * 1024,
    .by_ring = true,
    .unsupported = unsupported,
    .prepare = uring_copy_prepare,
    .start = pieces_start,
    .finish = pieces_finish,
};
