// SPDX-License-Identifier: MIT
/* single-read and single-mmap: one thread, one file after the other. The thread is the loop's own,
 * so the loop does nothing else meanwhile. */
#include "methods.h"

#include "blocking.h"

static int start_read(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        blocking_read(&scan->tasks[i]);
        scan_task_done(&scan->tasks[i]);
    }
    return 0;
}

static int start_mmap(struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        blocking_mmap(&scan->tasks[i]);
        scan_task_done(&scan->tasks[i]);
    }
    return 0;
}

const struct method single_read = {
    .name = "single-read",
    .about = "one thread reads one file after the other",
    .concurrency = SINGLE,
    .io = READ,
    .prepare = scan_allocate_buffers,
    .start = start_read,
    .finish = scan_free_buffers,
};

const struct method single_mmap = {
    .name = "single-mmap",
    .about = "one thread touches one mapping after the other",
    .concurrency = SINGLE,
    .io = MMAP,
    .prepare = scan_map_files,
    .start = start_mmap,
    .finish = scan_unmap_files,
};
