// SPDX-License-Identifier: MIT
#include "scan.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

void scan_init(struct scan *scan, const struct file_set *files, uv_loop_t *loop,
               uint64_t stride_bytes, size_t chunk_bytes)
{
    *scan = (struct scan){
        .files = files,
        .stride_bytes = stride_bytes,
        .chunk_bytes = chunk_bytes,
        .loop = loop,
        .count = files->count,
        .tasks = calloc(files->count + 1, sizeof *scan->tasks),
        .unfinished = files->count,
        .inline_chunks = -1,
        .offloaded_chunks = -1,
    };
    if (scan->tasks == NULL)
        abort();
    for (size_t i = 0; i < scan->count; i++) {
        scan->tasks[i].scan = scan;
        scan->tasks[i].file = &files->files[i];
    }
}

void scan_free(struct scan *scan)
{
    free(scan->tasks);
    scan->tasks = NULL;
}

void scan_task_done(struct scan_task *task)
{
    struct scan *scan = task->scan;
    if (--scan->unfinished == 0)
        scan->end_ns = uv_hrtime();
}

int scan_task_fail(struct scan_task *task, int code, const char *call)
{
    return error_set_call(&task->error, code, call, task->file->path);
}

int scan_map_files(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        struct scan_task *task = &scan->tasks[i];
        if (task->file->bytes == 0)
            continue; /* nothing to map, and mmap refuses a length of 0 */
        void *map = mmap(NULL, (size_t)task->file->bytes, PROT_READ, MAP_SHARED, task->file->fd, 0);
        if (map == MAP_FAILED)
            return scan_task_fail(task, -errno, "mmap");
        task->map = map;
    }
    return 0;
}

void scan_unmap_files(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        struct scan_task *task = &scan->tasks[i];
        if (task->map != NULL)
            munmap((void *)task->map, (size_t)task->file->bytes);
        task->map = NULL;
    }
}

int scan_allocate_buffers(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        scan->tasks[i].buffer = malloc(scan->chunk_bytes);
        if (scan->tasks[i].buffer == NULL)
            return scan_task_fail(&scan->tasks[i], -ENOMEM, "malloc");
    }
    return 0;
}

void scan_free_buffers(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        free(scan->tasks[i].buffer);
        scan->tasks[i].buffer = NULL;
    }
}

const struct scan_task *scan_failed_task(const struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        if (scan->tasks[i].error.code != 0)
            return &scan->tasks[i];
    }
    return NULL;
}
