// SPDX-License-Identifier: MIT
/* async-copy-sendfile: one task per file on the loop, each of which has the kernel copy its whole
 * file by sendfile in one callback. The descriptors of files know no O_NONBLOCK: the call comes
 * back when all it was asked for is there, and the loop's thread waits for the storage meanwhile.
 * Needs a system whose sendfile writes to files. */
#include "methods.h"

#include "core/interrupt.h"
#include "platform/kernel_copy.h"
#include "walk.h"
#include "work/copy.h"

#include <errno.h>

/* As much as the loop of calls asks for at a time, between looks for an interrupt. */
#define PIECE_BYTES ((uint64_t)4 << 20)

static void copy_next(struct walk *walk)
{
    struct task *task = walk->task;
    const uint64_t left = task->file->bytes - walk->offset;
    const ssize_t copied =
        interrupt_signal() != 0
            ? -ECANCELED
            : kernel_copy_sendfile(task->file->fd, task->to_fd, walk->offset,
                                   (size_t)(left < PIECE_BYTES ? left : PIECE_BYTES));
    if (copied > 0)
        walk->offset += (uint64_t)copied;
    else if (copied != -EINTR)
        copy_fail_both(task, copied == 0 ? -ENODATA : (int)copied, "sendfile");
}

static void on_turn(struct walk *walk)
{
    while (!walk_is_through(walk))
        copy_next(walk);
    walk_resume(walk);
}

static const char *unsupported(const char *data)
{
    (void)data;
    return kernel_copy_unsupported();
}

static int prepare(struct work *work)
{
    walks_prepare(work, on_turn, WALK_EVERY_FILE);
    walks_end_by(work, copy_done);
    return 0;
}

const struct method async_copy_sendfile = {
    .name = "async-copy-sendfile",
    .about = "one loop, a task per file has the kernel copy by sendfile in one callback",
    .kind = &copy_kind,
    .concurrency = ASYNC,
    .io = SENDFILE,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
