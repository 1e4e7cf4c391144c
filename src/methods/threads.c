// SPDX-License-Identifier: MIT
/* threads-read and threads-mmap: one thread per file, each scanning it as single-* does. The loop
 * is left free, and the last thread to end tells it by uv_async_send. */
#include "threads.h"

#include "blocking.h"
#include "methods.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct threads {
    struct work *work;
    int (*do_file)(struct task *task);
    uv_async_t all_ended;
    atomic_size_t running;
    size_t started;
    struct worker {
        struct threads *threads;
        struct task *task;
        pthread_t thread;
    } workers[];
};

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct threads *threads = worker->threads;
    threads->do_file(worker->task);
    if (atomic_fetch_sub(&threads->running, 1) == 1)
        uv_async_send(&threads->all_ended);
    return NULL;
}

static void on_all_ended(uv_async_t *all_ended)
{
    struct threads *threads = all_ended->data;
    for (size_t i = 0; i < threads->work->count; i++)
        task_done(&threads->work->tasks[i]);
    uv_unref((uv_handle_t *)all_ended); /* nothing more keeps the loop running */
}

int threads_prepare(struct work *work, int (*do_file)(struct task *task))
{
    struct threads *threads = calloc(1, sizeof *threads + work->count * sizeof threads->workers[0]);
    if (threads == NULL)
        abort();
    threads->work = work;
    threads->do_file = do_file;
    for (size_t i = 0; i < work->count; i++) {
        threads->workers[i].threads = threads;
        threads->workers[i].task = &work->tasks[i];
    }
    threads->all_ended.data = threads;
    const int code = uv_async_init(work->loop, &threads->all_ended, on_all_ended);
    if (code != 0) {
        free(threads);
        return task_fail(&work->tasks[0], code, "uv_async_init for");
    }
    work->state = threads;
    return 0;
}

/* A file whose thread cannot be created counts as ended, so that the others still report. */
int threads_start(struct work *work)
{
    struct threads *threads = work->state;
    atomic_store(&threads->running, work->count);
    for (size_t i = 0; i < work->count; i++) {
        struct worker *worker = &threads->workers[i];
        const int code = pthread_create(&worker->thread, NULL, run_worker, worker);
        if (code != 0) {
            task_fail(worker->task, -code, "pthread_create for");
            const size_t missing = work->count - i;
            if (atomic_fetch_sub(&threads->running, missing) == missing)
                uv_async_send(&threads->all_ended);
            break;
        }
        threads->started++;
    }
    return 0;
}

void threads_finish(struct work *work)
{
    struct threads *threads = work->state;
    if (threads == NULL)
        return;
    for (size_t i = 0; i < threads->started; i++)
        pthread_join(threads->workers[i].thread, NULL);
    uv_close((uv_handle_t *)&threads->all_ended, NULL);
    uv_run(work->loop, UV_RUN_NOWAIT); /* lets the handle close before its memory goes */
    free(threads);
    work_release(work);
}

int threads_allocate_buffers(struct work *work)
{
    work->depth = (int64_t)work->count;
    return work_allocate_buffers(work, work->count);
}

unsigned char *threads_buffer(const struct task *task)
{
    return work_buffer(task->work, (size_t)(task - task->work->tasks));
}

static int read_file(struct task *task)
{
    return blocking_read(task, threads_buffer(task));
}

static int prepare_read(struct work *scan)
{
    const int code = threads_prepare(scan, read_file);
    return code != 0 ? code : threads_allocate_buffers(scan);
}

static int prepare_mmap(struct work *scan)
{
    const int code = threads_prepare(scan, blocking_mmap);
    return code != 0 ? code : work_map_files(scan);
}

const struct method threads_read = {
    .name = "threads-read",
    .about = "a thread per file reads, the loop is free",
    .concurrency = THREADS,
    .io = READ,
    .prepare = prepare_read,
    .start = threads_start,
    .finish = threads_finish,
};

const struct method threads_mmap = {
    .name = "threads-mmap",
    .about = "a thread per file touches its mapping, the loop is free",
    .concurrency = THREADS,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare_mmap,
    .start = threads_start,
    .finish = threads_finish,
};
