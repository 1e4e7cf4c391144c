// SPDX-License-Identifier: MIT
/* single-send-*: one thread, the loop's own, hands over one file after the other. */
#include "methods.h"

#include "blocking_send.h"
#include "platform/transfer.h"
#include "work/send.h"

static int prepare_nothing(struct work *work)
{
    (void)work;
    return 0;
}

static int send_each(struct work *work, int (*send_file)(struct task *task))
{
    for (size_t i = 0; i < work->count; i++) {
        send_file(&work->tasks[i]);
        task_done(&work->tasks[i]);
    }
    return 0;
}

/* ---- read -------------------------------------------------------------------------------------
 */

static int prepare_read(struct work *work)
{
    work->depth = 1;
    return work_allocate_buffers(work, 1);
}

static int send_by_read(struct task *task)
{
    return blocking_send_read(task, work_buffer(task->work, 0));
}

static int start_read(struct work *work)
{
    return send_each(work, send_by_read);
}

const struct method single_send_read = {
    .name = "single-send-read",
    .about = "one thread reads and writes to the socket, chunk by chunk",
    .kind = &send_kind,
    .concurrency = SINGLE,
    .io = READ,
    .prepare = prepare_read,
    .start = start_read,
    .finish = work_release,
};

/* ---- mmap -------------------------------------------------------------------------------------
 */

static int start_mmap(struct work *work)
{
    return send_each(work, blocking_send_mmap);
}

const struct method single_send_mmap = {
    .name = "single-send-mmap",
    .about = "one thread writes to the socket from the mapping",
    .kind = &send_kind,
    .concurrency = SINGLE,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = work_map_files,
    .start = start_mmap,
    .finish = work_release,
};

/* ---- sendfile ---------------------------------------------------------------------------------
 */

static int start_sendfile(struct work *work)
{
    return send_each(work, blocking_send_sendfile);
}

const struct method single_send_sendfile = {
    .name = "single-send-sendfile",
    .about = "one thread hands over one file after the other by sendfile",
    .kind = &send_kind,
    .concurrency = SINGLE,
    .io = SENDFILE,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare_nothing,
    .start = start_sendfile,
    .finish = work_release,
};

/* ---- splice -----------------------------------------------------------------------------------
 */

static const char *splice_unsupported(const char *data)
{
    (void)data;
    return transfer_splice_unsupported();
}

static int start_splice(struct work *work)
{
    return send_each(work, blocking_send_splice);
}

const struct method single_send_splice = {
    .name = "single-send-splice",
    .about = "one thread splices into a pipe and out of it to the socket",
    .kind = &send_kind,
    .concurrency = SINGLE,
    .io = SPLICE,
    .unsupported = splice_unsupported,
    .prepare = prepare_nothing,
    .start = start_splice,
    .finish = work_release,
};
