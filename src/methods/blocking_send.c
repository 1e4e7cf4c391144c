// SPDX-License-Identifier: MIT
#include "blocking_send.h"

#include "core/interrupt.h"
#include "platform/transfer.h"
#include "work/send.h"

#include <errno.h>
#include <unistd.h>

/* Each loop here looks for an interrupt before a call that may wait. One that comes after the look
 * ends the call all the same: the reader is ended then (reader.h). */

/* The next piece of the file: the bytes read, of which there is one at least, or a negative errno
 * noted in the task. */
static ssize_t read_piece(struct task *task, unsigned char *buffer, uint64_t offset)
{
    ssize_t got;
    do {
        if (interrupt_signal() != 0)
            return task_fail(task, -ECANCELED, "read");
        got = pread(task->file->fd, buffer, task->work->chunk_bytes, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got > 0 ? got : task_fail(task, got == 0 ? -ENODATA : -errno, "read");
}

static int write_all(struct task *task, const unsigned char *bytes, uint64_t length)
{
    while (length > 0) {
        if (interrupt_signal() != 0)
            return send_fail(task, -ECANCELED, "write");
        const size_t some = length < TRANSFER_MOST_BYTES ? (size_t)length : TRANSFER_MOST_BYTES;
        const ssize_t put = write(task->to_fd, bytes, some);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return send_fail(task, put == 0 ? -EIO : -errno, "write");
        bytes += put;
        length -= (uint64_t)put;
    }
    return 0;
}

int blocking_send_read(struct task *task, unsigned char *buffer)
{
    for (uint64_t offset = 0; offset < task->file->bytes;) {
        const ssize_t got = read_piece(task, buffer, offset);
        const int code = got < 0 ? (int)got : write_all(task, buffer, (uint64_t)got);
        if (code != 0)
            return code;
        offset += (uint64_t)got;
    }
    return 0;
}

int blocking_send_mmap(struct task *task)
{
    return write_all(task, task->map, task->file->bytes);
}

int blocking_send_sendfile(struct task *task)
{
    const struct data_file *file = task->file;
    for (uint64_t offset = 0; offset < file->bytes;) {
        if (interrupt_signal() != 0)
            return send_fail(task, -ECANCELED, "sendfile");
        const ssize_t moved =
            transfer_sendfile(task->to_fd, file->fd, offset, (size_t)(file->bytes - offset));
        if (moved == -EINTR)
            continue;
        if (moved == 0)
            return task_fail(task, -ENODATA, "sendfile");
        if (moved < 0)
            return send_fail(task, (int)moved, "sendfile");
        offset += (uint64_t)moved;
    }
    return 0;
}

/* ---- splice -----------------------------------------------------------------------------------
 */

/* A piece of the file into the pipe, which is empty, so that nothing waits for room in it. Returns
 * its bytes, of which there is one at least, or a negative errno noted in the task. */
static ssize_t fill_pipe(struct task *task, int pipe, uint64_t offset)
{
    const uint64_t left = task->file->bytes - offset;
    const size_t some = left < task->work->chunk_bytes ? (size_t)left : task->work->chunk_bytes;
    ssize_t moved;
    do {
        if (interrupt_signal() != 0)
            return task_fail(task, -ECANCELED, "splice");
        moved = transfer_splice_in(pipe, task->file->fd, offset, some);
    } while (moved == -EINTR);
    return moved > 0 ? moved : task_fail(task, moved == 0 ? -ENODATA : (int)moved, "splice");
}

static int empty_pipe(struct task *task, int pipe, size_t length)
{
    while (length > 0) {
        if (interrupt_signal() != 0)
            return send_fail(task, -ECANCELED, "splice");
        const ssize_t moved = transfer_splice_out(task->to_fd, pipe, length);
        if (moved == -EINTR)
            continue;
        if (moved <= 0)
            return send_fail(task, moved == 0 ? -EIO : (int)moved, "splice");
        length -= (size_t)moved;
    }
    return 0;
}

/* Each file has a pipe of its own: what is left in it after a failure is nobody else's. */
int blocking_send_splice(struct task *task)
{
    int pipe[2];
    int code = transfer_pipe(pipe, task->work->chunk_bytes);
    if (code != 0)
        return task_fail(task, code, "make a pipe for");
    for (uint64_t offset = 0; offset < task->file->bytes && code == 0;) {
        const ssize_t moved = fill_pipe(task, pipe[1], offset);
        code = moved < 0 ? (int)moved : empty_pipe(task, pipe[0], (size_t)moved);
        offset += moved > 0 ? (uint64_t)moved : 0;
    }
    close(pipe[0]);
    close(pipe[1]);
    return code;
}
