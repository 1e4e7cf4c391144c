// SPDX-License-Identifier: MIT
/* threads-read and threads-mmap: one thread per file, each scanning it as single-* does. The loop
 * is left free, and the last thread to end tells it by uv_async_send. */
#include "methods.h"

#include "blocking.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct threads {
    struct scan *scan;
    int (*scan_file)(struct scan_task *task);
    uv_async_t all_ended;
    atomic_size_t running;
    size_t started;
    struct worker {
        struct threads *threads;
        struct scan_task *task;
        pthread_t thread;
    } workers[];
};

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct threads *threads = worker->threads;
    threads->scan_file(worker->task);
    if (atomic_fetch_sub(&threads->running, 1) == 1)
        uv_async_send(&threads->all_ended);
    return NULL;
}

static void on_all_ended(uv_async_t *all_ended)
{
    struct threads *threads = all_ended->data;
    for (size_t i = 0; i < threads->scan->count; i++)
        scan_task_done(&threads->scan->tasks[i]);
    uv_unref((uv_handle_t *)all_ended); /* nothing more keeps the loop running */
}

static int prepare(struct scan *scan, int (*scan_file)(struct scan_task *task))
{
    struct threads *threads = calloc(1, sizeof *threads + scan->count * sizeof threads->workers[0]);
    if (threads == NULL)
        abort();
    threads->scan = scan;
    threads->scan_file = scan_file;
    for (size_t i = 0; i < scan->count; i++) {
        threads->workers[i].threads = threads;
        threads->workers[i].task = &scan->tasks[i];
    }
    threads->all_ended.data = threads;
    const int code = uv_async_init(scan->loop, &threads->all_ended, on_all_ended);
    if (code != 0) {
        free(threads);
        return scan_task_fail(&scan->tasks[0], code, "uv_async_init for");
    }
    scan->state = threads;
    return 0;
}

static int prepare_read(struct scan *scan)
{
    const int code = prepare(scan, blocking_read);
    return code != 0 ? code : scan_allocate_buffers(scan);
}

static int prepare_mmap(struct scan *scan)
{
    const int code = prepare(scan, blocking_mmap);
    return code != 0 ? code : scan_map_files(scan);
}

/* A file whose thread cannot be created counts as ended, so that the others still report. */
static int start(struct scan *scan)
{
    struct threads *threads = scan->state;
    atomic_store(&threads->running, scan->count);
    for (size_t i = 0; i < scan->count; i++) {
        struct worker *worker = &threads->workers[i];
        const int code = pthread_create(&worker->thread, NULL, run_worker, worker);
        if (code != 0) {
            scan_task_fail(worker->task, -code, "pthread_create for");
            const size_t missing = scan->count - i;
            if (atomic_fetch_sub(&threads->running, missing) == missing)
                uv_async_send(&threads->all_ended);
            break;
        }
        threads->started++;
    }
    return 0;
}

static void finish(struct scan *scan)
{
    struct threads *threads = scan->state;
    if (threads == NULL)
        return;
    for (size_t i = 0; i < threads->started; i++)
        pthread_join(threads->workers[i].thread, NULL);
    uv_close((uv_handle_t *)&threads->all_ended, NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT); /* lets the handle close before its memory goes */
    free(threads);
    scan_unmap_files(scan);
    scan_free_buffers(scan);
}

const struct method threads_read = {
    .name = "threads-read",
    .about = "a thread per file reads, the loop is free",
    .concurrency = THREADS,
    .io = READ,
    .prepare = prepare_read,
    .start = start,
    .finish = finish,
};

const struct method threads_mmap = {
    .name = "threads-mmap",
    .about = "a thread per file touches its mapping, the loop is free",
    .concurrency = THREADS,
    .io = MMAP,
    .prepare = prepare_mmap,
    .start = start,
    .finish = finish,
};
