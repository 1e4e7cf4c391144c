// SPDX-License-Identifier: MIT
#include "blocking_copy.h"

#include "core/interrupt.h"
#include "platform/kernel_copy.h"
#include "work/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* What is asked of the kernel at a time, so that an interrupt need not wait for a whole file: more
 * than it takes in one go itself, and too much for the calls to show. */
#define PIECE_BYTES ((uint64_t)4 << 20)

static size_t piece(uint64_t offset, uint64_t end)
{
    return (size_t)(end - offset < PIECE_BYTES ? end - offset : PIECE_BYTES);
}

/* The next piece of the source: the bytes read, of which there is one at least, or a negative errno
 * noted in the task. */
static ssize_t read_piece(struct task *task, unsigned char *buffer, size_t length, uint64_t offset)
{
    ssize_t got;
    do {
        if (interrupt_signal() != 0)
            return task_fail(task, -ECANCELED, "read");
        got = pread(task->file->fd, buffer, length, (off_t)offset);
    } while (got < 0 && errno == EINTR);
    return got > 0 ? got : task_fail(task, got == 0 ? -ENODATA : -errno, "read");
}

/* `bytes` begin at `offset` of the file. */
static int write_all(struct task *task, const unsigned char *bytes, uint64_t length,
                     uint64_t offset)
{
    const uint64_t end = offset + length;
    while (offset < end) {
        if (interrupt_signal() != 0)
            return copy_fail(task, -ECANCELED, "write");
        const ssize_t put = pwrite(task->to_fd, bytes, piece(offset, end), (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EFAULT) /* as SIGBUS would be, had this thread touched the page */
            return task_fail(task, -EIO, "page fault in");
        if (put <= 0)
            return copy_fail(task, put == 0 ? -EIO : -errno, "write");
        bytes += put;
        offset += (uint64_t)put;
    }
    return 0;
}

int blocking_copy_read(struct task *task, unsigned char *buffer)
{
    for (uint64_t offset = 0; offset < task->file->bytes;) {
        const ssize_t got = read_piece(task, buffer, task->work->chunk_bytes, offset);
        const int code = got < 0 ? (int)got : write_all(task, buffer, (uint64_t)got, offset);
        if (code != 0)
            return code;
        offset += (uint64_t)got;
    }
    return copy_sync(task);
}

int blocking_copy_whole(struct task *task)
{
    const uint64_t bytes = task->file->bytes;
    unsigned char *buffer = malloc(bytes > 0 ? (size_t)bytes : 1);
    int code = buffer != NULL ? 0 : task_fail(task, -ENOMEM, "allocate a buffer for");
    for (uint64_t offset = 0; code == 0 && offset < bytes;) {
        const ssize_t got = read_piece(task, buffer + offset, piece(offset, bytes), offset);
        code = got < 0 ? (int)got : 0;
        offset += got > 0 ? (uint64_t)got : 0;
    }
    if (code == 0)
        code = write_all(task, buffer, bytes, 0);
    free(buffer);
    return code != 0 ? code : copy_sync(task);
}

int blocking_copy_mmap(struct task *task)
{
    unsigned char *map;
    int code = copy_map(task, &map);
    if (code == 0)
        code = copy_mapping(task, map, 0, task->file->bytes);
    copy_unmap(task, map);
    return code != 0 ? code : copy_sync(task);
}

int blocking_copy_mmap_write(struct task *task)
{
    const int code = write_all(task, task->map, task->file->bytes, 0);
    return code != 0 ? code : copy_sync(task);
}

/* A call that copies within the kernel: see platform/kernel_copy.h. */
typedef ssize_t kernel_copy(int from, int to, uint64_t offset, size_t length);

static int copy_by(struct task *task, kernel_copy *copy, const char *call)
{
    const uint64_t bytes = task->file->bytes;
    for (uint64_t offset = 0; offset < bytes;) {
        if (interrupt_signal() != 0)
            return copy_fail_both(task, -ECANCELED, call);
        const ssize_t copied = copy(task->file->fd, task->to_fd, offset, piece(offset, bytes));
        if (copied == -EINTR)
            continue;
        if (copied <= 0)
            return copy_fail_both(task, copied == 0 ? -ENODATA : (int)copied, call);
        offset += (uint64_t)copied;
    }
    return copy_sync(task);
}

int blocking_copy_sendfile(struct task *task)
{
    return copy_by(task, kernel_copy_sendfile, "sendfile");
}

int blocking_copy_range(struct task *task)
{
    if (!task->work->settings->reflink)
        return copy_by(task, kernel_copy_range, "copy_file_range");
    const int code =
        interrupt_signal() != 0 ? -ECANCELED : kernel_copy_clone(task->file->fd, task->to_fd);
    return code != 0 ? copy_fail_both(task, code, "clone (FICLONE)") : copy_sync(task);
}
