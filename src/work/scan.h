// SPDX-License-Identifier: MIT
#ifndef SCAN_H
#define SCAN_H

#include "core/error.h"
#include "data-gen/file_set.h"

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* One file's part in a scan. A method may use it on one thread at a time. */
struct scan_task {
    struct scan *scan;
    const struct data_file *file;
    const unsigned char *map; /* after scan_map_files; NULL for an empty file */
    unsigned char *buffer;    /* chunk_bytes of it, after scan_allocate_buffers */
    uint64_t sum;             /* of the bytes touched so far */
    struct error error;       /* why the task ended early; code 0 while all is well */
};

/* One scan of the file set, as a method sees it: what to read, where to add it up, and the loop. */
struct scan {
    const struct file_set *files;
    uint64_t stride_bytes;
    size_t chunk_bytes;
    uv_loop_t *loop;
    size_t count; /* tasks, as many as files */
    struct scan_task *tasks;
    size_t unfinished; /* tasks; only the loop thread counts */
    uint64_t end_ns;   /* uv_hrtime when the last task ended; 0 before */
    void *state;       /* the method's own, from prepare to finish */
    /* Chunks that were taken care of at once on the loop, and those that were handed to the pool.
     * Counted on the loop thread by methods that can do either; -1 for others. */
    int64_t inline_chunks;
    int64_t offloaded_chunks;
};

/* Makes a task for each file; the files are open. The caller frees with scan_free. */
void scan_init(struct scan *scan, const struct file_set *files, uv_loop_t *loop,
               uint64_t stride_bytes, size_t chunk_bytes);
void scan_free(struct scan *scan);

/* A task is over, well or not. Called on the loop thread, once for each task; the last call is the
 * end of the timed part. */
void scan_task_done(struct scan_task *task);

/* Notes that `call` failed on the task's file with the negative errno `code`, and returns it. */
int scan_task_fail(struct scan_task *task, int code, const char *call);

/* Helpers for prepare and finish. The first two return 0 or a negative errno noted in the task that
 * failed; what they made is undone by the others, which may be called after a failure too. */
int scan_map_files(struct scan *scan);
int scan_allocate_buffers(struct scan *scan);
void scan_unmap_files(struct scan *scan);
void scan_free_buffers(struct scan *scan);

/* The first task with an error, or NULL. */
const struct scan_task *scan_failed_task(const struct scan *scan);

#endif
