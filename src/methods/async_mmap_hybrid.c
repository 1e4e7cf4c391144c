// SPDX-License-Identifier: MIT
/* async-mmap-hybrid: asks of every part of a file whether it is in the page cache (cachestat, or
 * mincore). If it is, the pool touches it through the mapping, which copies nothing; else the pool
 * reads a chunk past the cache (O_DIRECT), which is as fast as the device. Nothing but the question
 * is done on the loop, and a page that is missing all the same puts a thread of the pool to sleep.
 * What is read past the cache does not fill it, so data that are wanted again should be read
 * otherwise, or kept. Of files that one neither owns nor may write Linux does not tell what is
 * resident: then all is read past the cache. Needs a file system with O_DIRECT, and nothing that a
 * container forbids. */
#include "methods.h"

#include "core/interrupt.h"
#include "platform/host.h"
#include "platform/page_cache.h"
#include "platform/storage.h"
#include "walk.h"

#include <errno.h>
#include <unistd.h>

/* One pread past the page cache. Returns the bytes that were read, as far as the next can go on
 * behind them: O_DIRECT begins at blocks only. Otherwise a negative errno. */
static ssize_t read_direct(const struct walk *walk)
{
    const struct task *task = walk->task;
    const size_t left = (size_t)(task->file->bytes - walk->offset);
    ssize_t got;
    do {
        got = interrupt_signal() != 0 ? -ECANCELED
                                      : pread(task->direct_fd, walk->buffer,
                                              task->work->chunk_bytes, (off_t)walk->offset);
        if (got == -1)
            got = -errno;
    } while (got == -EINTR);
    if (got > 0)
        got = (size_t)got < left ? got / WORK_BLOCK_BYTES * WORK_BLOCK_BYTES : (ssize_t)left;
    return got == 0 ? -ENODATA : got;
}

static void read_on_pool(uv_work_t *work)
{
    struct walk *walk = work->data;
    const ssize_t got = read_direct(walk);
    if (got > 0)
        walk_add_up(walk, (size_t)got);
    else
        task_fail(walk->task, (int)got, "read (O_DIRECT)");
}

static void on_read(uv_work_t *work, int status)
{
    struct walk *walk = work->data;
    (void)status; /* nothing here cancels work */
    walk->task->work->offloaded_chunks++;
    walk_resume(walk);
}

/* A part that is touched in one go: long enough that the two trips of the work between the threads
 * do not count. */
#define PART_BYTES ((size_t)16 << 20)

/* Whether so little of the next `length` bytes is missing that the faults cost less than a read. */
static bool is_cached(const struct walk *walk, size_t length)
{
    const struct task *task = walk->task;
    const unsigned char *map = page_cache_needs_map(task->file->fd) ? task->map : NULL;
    const int64_t missing = page_cache_part_missing(task->file->fd, map, walk->offset, length);
    const size_t pages = length / (size_t)sysconf(_SC_PAGESIZE);
    return missing >= 0 && (uint64_t)missing <= pages / 16;
}

static void on_turn(struct walk *walk)
{
    const uint64_t left = walk->task->file->bytes - walk->offset;
    const size_t part = left < PART_BYTES ? (size_t)left : PART_BYTES;
    const size_t chunk = walk_length(walk);
    if (is_cached(walk, part))
        walk_touch_on_pool(walk, part, (size_t)host_cpu_count());
    else if (chunk < part && is_cached(walk, chunk))
        walk_touch_on_pool(walk, chunk, (size_t)host_cpu_count());
    else
        walk_offload(walk, read_on_pool, on_read);
}

static const char *unsupported(const char *data)
{
    return file_set_unsupported(data, storage_direct_unsupported);
}

static int prepare(struct work *scan)
{
    scan->chunk_bytes = work_buffer_bytes(scan); /* whole blocks */
    scan->offloaded_chunks = 0;
    int code = walks_prepare_reading(scan, on_turn, WALK_FEW);
    if (code == 0)
        code = work_open_direct(scan);
    return code == 0 ? work_map_files(scan) : code;
}

const struct method async_mmap_hybrid = {
    .name = "async-mmap-hybrid",
    .about = "on the pool: touches what is cached, reads the rest past the cache (O_DIRECT)",
    .concurrency = ASYNC,
    .io = MMAP,
    .chunk_bytes = (size_t)4 * 1024 * 1024,
    .unsupported = unsupported,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};
