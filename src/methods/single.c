// SPDX-License-Identifier: MIT
/* single-read and single-mmap: one thread, one file after the other. The thread is the loop's own,
 * so the loop does nothing else meanwhile. */
#include "methods.h"

#include "blocking.h"

static int prepare_read(struct work *scan)
{
    scan->depth = 1;
    return work_allocate_buffers(scan, 1);
}

static int start_read(struct work *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        blocking_read(&scan->tasks[i], work_buffer(scan, 0));
        task_done(&scan->tasks[i]);
    }
    return 0;
}

static int start_mmap(struct work *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        blocking_mmap(&scan->tasks[i]);
        task_done(&scan->tasks[i]);
    }
    return 0;
}

const struct method single_read = {
    .name = "single-read",
    .about = "one thread reads one file after the other",
    .concurrency = SINGLE,
    .io = READ,
    .prepare = prepare_read,
    .start = start_read,
    .finish = work_release,
};

const struct method single_mmap = {
    .name = "single-mmap",
    .about = "one thread touches one mapping after the other",
    .concurrency = SINGLE,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = work_map_files,
    .start = start_mmap,
    .finish = work_release,
};
