// SPDX-License-Identifier: MIT
#include "uring_copy.h"

#include "pieces.h"
#include "ring.h"
#include "work/copy.h"

#include <errno.h>

#ifdef HAVE_LIBURING

/* A turn may go on with so much, writing what was read, and begin with as much again; what the file
 * system does not leave to a thread of the ring is copied on the loop meanwhile. */
#define TURN_BYTES ((size_t)512 * 1024)

static void ask(const struct piece *piece, struct io_uring_sqe *sqe)
{
    const struct task *task = piece->task;
    if (piece->held == 0)
        piece_ask_read(piece, sqe);
    else
        io_uring_prep_write(sqe, task->to_fd, piece->buffer + piece->held_at, (unsigned)piece->held,
                            piece->offset);
}

static void ask_splice(const struct piece *piece, struct io_uring_sqe *sqe)
{
    const struct task *task = piece->task;
    if (piece->held == 0)
        io_uring_prep_splice(sqe, task->file->fd, (int64_t)piece->offset, piece->pipe[1], -1,
                             (unsigned)piece->length, 0);
    else
        io_uring_prep_splice(sqe, piece->pipe[0], -1, task->to_fd, (int64_t)piece->offset,
                             (unsigned)piece->held, 0);
}

/* What was written is done with; the rest of a piece that came short is read behind it. */
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
        copy_fail(piece->task, result < 0 ? result : -EIO, "io_uring write");
    }
}

int uring_copy_prepare(struct work *work)
{
    static const struct pieces_way way = {
        .turn_bytes = TURN_BYTES, .ask = ask, .take = take, .end = copy_done};
    return pieces_prepare(work, &way);
}

int uring_copy_prepare_splice(struct work *work)
{
    static const struct pieces_way way = {.by_pipe = true,
                                          .turn_bytes = TURN_BYTES,
                                          .ask = ask_splice,
                                          .take = take,
                                          .end = copy_done};
    return pieces_prepare(work, &way);
}

#else

int uring_copy_prepare(struct work *work)
{
    (void)work;
    return -ENOSYS;
}

int uring_copy_prepare_splice(struct work *work)
{
    (void)work;
    return -ENOSYS;
}

#endif
