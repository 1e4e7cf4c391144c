// SPDX-License-Identifier: MIT
#include "work.h"

#include "platform/memory.h"
#include "platform/storage.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void work_init(struct work *work, const struct work_settings *settings,
               const struct file_set *files, uv_loop_t *loop, size_t chunk_bytes)
{
    *work = (struct work){
        .settings = settings,
        .files = files,
        .chunk_bytes = chunk_bytes,
        .loop = loop,
        .count = files->count,
        .tasks = calloc(files->count + 1, sizeof *work->tasks),
        .unfinished = files->count,
        .depth = -1,
        .inline_chunks = -1,
        .offloaded_chunks = -1,
    };
    if (work->tasks == NULL)
        abort();
    for (size_t i = 0; i < work->count; i++) {
        work->tasks[i] =
            (struct task){.work = work, .file = &files->files[i], .direct_fd = -1, .to_fd = -1};
    }
}

void work_free(struct work *work)
{
    free(work->tasks);
    work->tasks = NULL;
}

void work_end(struct work *work)
{
    work->end_ns = uv_hrtime();
    if (work->on_end != NULL)
        work->on_end(work->end_context);
}

void task_done(struct task *task)
{
    struct work *work = task->work;
    if (--work->unfinished == 0)
        work_end(work);
}

int task_fail(struct task *task, int code, const char *call)
{
    return error_set_call(&task->error, code, call, task->file->path);
}

int work_map_files(struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        struct task *task = &work->tasks[i];
        if (task->file->bytes == 0)
            continue; /* nothing to map, and mmap refuses a length of 0 */
        void *map = mmap(NULL, (size_t)task->file->bytes, PROT_READ, MAP_SHARED, task->file->fd, 0);
        if (map == MAP_FAILED)
            return task_fail(task, -errno, "mmap");
        task->map = map;
    }
    return 0;
}

int work_open_direct(struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        struct task *task = &work->tasks[i];
        const int fd = storage_open_direct(task->file->path);
        if (fd < 0)
            return task_fail(task, fd, "open (O_DIRECT)");
        task->direct_fd = fd;
    }
    return 0;
}

size_t work_buffer_bytes(const struct work *work)
{
    return (work->chunk_bytes + WORK_BLOCK_BYTES - 1) / WORK_BLOCK_BYTES * WORK_BLOCK_BYTES;
}

int work_allocate_buffers(struct work *work, size_t count)
{
    work->buffers = memory_allocate(count * work_buffer_bytes(work));
    return work->buffers != NULL ? 0
                                 : task_fail(&work->tasks[0], -ENOMEM, "allocate the buffers for");
}

unsigned char *work_buffer(const struct work *work, size_t number)
{
    return work->buffers + number * work_buffer_bytes(work);
}

void work_release(struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        struct task *task = &work->tasks[i];
        if (task->map != NULL)
            munmap((void *)task->map, (size_t)task->file->bytes);
        task->map = NULL;
        if (task->direct_fd >= 0)
            close(task->direct_fd);
        task->direct_fd = -1;
    }
    free(work->buffers);
    work->buffers = NULL;
}

const struct task *work_failed_task(const struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        if (work->tasks[i].error.code != 0)
            return &work->tasks[i];
    }
    return NULL;
}
