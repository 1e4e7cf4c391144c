// SPDX-License-Identifier: MIT
/* threads-copy-*: one thread per file, each copying it as single-copy-* does. */
#include "methods.h"

#include "blocking_copy.h"
#include "threads.h"
#include "work/copy.h"

static int read_file(struct task *task)
{
    return blocking_copy_read(task, threads_buffer(task));
}

static int prepare_read(struct work *work)
{
    const int code = threads_prepare(work, read_file);
    return code != 0 ? code : threads_allocate_buffers(work);
}

static int prepare_mmap(struct work *work)
{
    const int code = threads_prepare(work, blocking_copy_mmap);
    return code != 0 ? code : work_map_files(work);
}

const struct method threads_copy_read = {
    .name = "threads-copy-read",
    .about = "a thread per file reads and writes, the loop is free",
    .kind = &copy_kind,
    .concurrency = THREADS,
    .io = READ,
    .prepare = prepare_read,
    .start = threads_start,
    .finish = threads_finish,
};

const struct method threads_copy_mmap = {
    .name = "threads-copy-mmap",
    .about = "a thread per file copies between two mappings, the loop is free",
    .kind = &copy_kind,
    .concurrency = THREADS,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare_mmap,
    .start = threads_start,
    .finish = threads_finish,
};
