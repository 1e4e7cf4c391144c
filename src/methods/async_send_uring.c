// SPDX-License-Identifier: MIT
/* async-send-uring: one loop whose reads and sends go through io_uring (pieces.h): of each file a
 * chunk is read into a buffer, then sent, and then comes the next, since the bytes of a connection
 * have an order; a few files are on their way at once. A connection without room holds nothing but
 * that buffer: the ring waits for it, though the connection blocks. What is in the page cache is
 * copied while it is submitted, twice, on the loop's thread, where sendfile copies nothing. Needs
 * Linux 5.6, liburing, and a system that does not forbid io_uring. */
#include "methods.h"

#include "pieces.h"
#include "ring.h"
#include "work/send.h"

#ifdef HAVE_LIBURING

#include <errno.h>
#include <sys/socket.h>

/* A turn may go on with so much, sending what was read, and begin with as much again. */
#define TURN_BYTES ((size_t)512 * 1024)

static void ask(const struct piece *piece, struct io_uring_sqe *sqe)
{
    const struct task *task = piece->task;
    if (piece->held == 0)
        piece_ask_read(piece, sqe);
    else
        io_uring_prep_send(sqe, task->to_fd, piece->buffer + piece->held_at, piece->held,
                           MSG_NOSIGNAL | MSG_WAITALL);
}

static void take(struct piece *piece, int result)
{
    if (piece->held == 0 && result > 0) {
        piece->held = (size_t)result;
        piece->held_at = 0;
    } else if (piece->held == 0) {
        task_fail(piece->task, result < 0 ? result : -ENODATA, "io_uring read");
    } else if (result > 0) {
        piece->held -= (size_t)result;
        piece->held_at += (size_t)result;
        piece->offset += (size_t)result;
        piece->length -= (size_t)result;
    } else {
        send_fail(piece->task, result < 0 ? result : -EIO, "io_uring send");
    }
}

static int prepare(struct work *work)
{
    static const struct pieces_way way = {
        .in_order = true,
        .turn_bytes = TURN_BYTES,
        .ask = ask,
        .take = take,
        .end = task_done,
    };
    return pieces_prepare(work, &way);
}

#else

static int prepare(struct work *work)
{
    return pieces_prepare(work, NULL);
}

#endif

static const char *unsupported(const char *data)
{
    (void)data;
    return ring_unsupported();
}

const struct method async_send_uring = {
    .name = "async-send-uring",
    .about = "io_uring reads and sends, a chunk of each file in flight, woken by an eventfd",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)256 * 1024,
    .by_ring = true,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = pieces_start,
    .finish = pieces_finish,
};
