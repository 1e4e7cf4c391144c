// SPDX-License-Identifier: MIT
/* async-copy-splice: one loop whose splices go through io_uring, from the file into a pipe and from
 * the pipe into the copy, several pieces in flight, each with a pipe of its own. The bytes are
 * copied once, from page to page, and the program never sees them. Every splice is made by a thread
 * of the ring, since it may wait; the loop is not held. Needs Linux 5.7, liburing, and a system
 * that does not forbid io_uring. */
#include "methods.h"

#include "pieces.h"
#include "ring.h"
#include "uring_copy.h"
#include "work/copy.h"

static const char *unsupported(const char *data)
{
    (void)data;
    return ring_splice_unsupported();
}

const struct method async_copy_splice = {
    .name = "async-copy-splice",
    .about = "io_uring, pieces spliced into pipes and out of them into the copy",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = SPLICE,
    .chunk_bytes = (size_t)256 * 1024,
    .by_ring = true,
    .unsupported = unsupported,
    .prepare = uring_copy_prepare_splice,
    .start = pieces_start,
    .finish = pieces_finish,
};
