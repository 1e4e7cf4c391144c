// SPDX-License-Identifier: MIT
#include "blocking.h"

#include "core/interrupt.h"
#include "work/touch.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int blocking_read(struct task *task, unsigned char *buffer)
{
    const struct work *scan = task->work;
    const struct data_file *file = task->file;
    for (uint64_t offset = 0; offset < file->bytes;) {
        if (interrupt_signal() != 0)
            return task_fail(task, -ECANCELED, "read");
        const ssize_t got = pread(file->fd, buffer, scan->chunk_bytes, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return task_fail(task, got == 0 ? -ENODATA : -errno, "read");
        task->sum += touch(buffer, offset, (size_t)got, scan->settings->stride_bytes);
        offset += (uint64_t)got;
    }
    return 0;
}

int blocking_mmap(struct task *task)
{
    const int code = touch_mapping(task->map, 0, task->file->bytes,
                                   task->work->settings->stride_bytes, &task->sum);
    return code == 0 ? 0 : task_fail(task, code, "page fault in");
}

int blocking_advise(struct task *task, int advice)
{
    if (madvise((void *)task->map, (size_t)task->file->bytes, advice) == 0)
        return 0;
    return task_fail(task, -errno, "madvise");
}
