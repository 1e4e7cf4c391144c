// SPDX-License-Identifier: MIT
#include "uring.h"

#include "data-gen/file_set.h"
#include "pieces.h"
#include "platform/storage.h"
#include "ring.h"

#include <errno.h>

#ifdef HAVE_LIBURING

#include "work/touch.h"

/* What is in the page cache is copied while it is asked for. */
#define TURN_BYTES ((size_t)1024 * 1024)

static size_t whole_blocks(size_t length)
{
    return (length + WORK_BLOCK_BYTES - 1) / WORK_BLOCK_BYTES * WORK_BLOCK_BYTES;
}

static void ask_cached(const struct piece *piece, struct io_uring_sqe *sqe)
{
    io_uring_prep_read(sqe, piece->task->file->fd, piece->buffer, (unsigned)piece->length,
                       piece->offset);
}

static void ask_direct(const struct piece *piece, struct io_uring_sqe *sqe)
{
    io_uring_prep_read(sqe, piece->task->direct_fd, piece->buffer,
                       (unsigned)whole_blocks(piece->length), piece->offset);
}

/* Adds up the bytes that count of what was read, and goes on behind them. */
static void add_up(struct piece *piece, size_t got)
{
    piece->task->sum +=
        touch(piece->buffer, piece->offset, got, piece->task->work->settings->stride_bytes);
    piece->offset += got;
    piece->length -= got;
}

static void take_cached(struct piece *piece, int result)
{
    if (result > 0)
        add_up(piece, (size_t)result);
    else
        task_fail(piece->task, result < 0 ? result : -ENODATA, "io_uring read");
}

/* O_DIRECT can go on only at a block, but for the end of the file. */
static void take_direct(struct piece *piece, int result)
{
    if (result > 0 && (size_t)result >= piece->length)
        take_cached(piece, (int)piece->length);
    else
        take_cached(piece, result > 0 ? result - result % WORK_BLOCK_BYTES : result);
}

int uring_prepare(struct work *scan, bool direct)
{
    static const struct pieces_way cached = {
        .turn_bytes = TURN_BYTES, .ask = ask_cached, .take = take_cached, .end = task_done};
    static const struct pieces_way past_cache = {
        .turn_bytes = TURN_BYTES, .ask = ask_direct, .take = take_direct, .end = task_done};
    const int code = pieces_prepare(scan, direct ? &past_cache : &cached);
    return code == 0 && direct ? work_open_direct(scan) : code;
}

#else

int uring_prepare(struct work *scan, bool direct)
{
    (void)scan;
    (void)direct;
    return -ENOSYS;
}

#endif

const char *uring_direct_unsupported(const char *data)
{
    const char *reason = ring_unsupported();
    return reason != NULL ? reason : file_set_unsupported(data, storage_direct_unsupported);
}
