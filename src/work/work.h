// SPDX-License-Identifier: MIT
#ifndef WORK_H
#define WORK_H

#include "core/error.h"
#include "data-gen/file_set.h"
#include "record/trial.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* O_DIRECT wants addresses, offsets and lengths in multiples of the device's block; a page is one
 * for all usual devices. */
enum { WORK_BLOCK_BYTES = 4096 };

/* One file's part in a piece of work. A method may use it on one thread at a time. */
struct task {
    struct work *work;
    const struct data_file *file;
    const unsigned char *map; /* after work_map_files; NULL for an empty file */
    int direct_fd;            /* past the page cache, after work_open_direct; else -1 */
    int to_fd;                /* where the bytes go, of kinds that have such; else -1 */
    uint64_t sum;             /* of a scan: of the bytes touched so far */
    struct error error;       /* why the task ended early; code 0 while all is well */
};

struct reader;

/* What all trials of a run ask of their work. */
struct work_settings {
    uint64_t stride_bytes;
    const char *to;  /* of a copy: the folder of the copies; of a send: tcp or unix */
    bool to_is_ours; /* the folder of the copies is made for the run, and goes with it */
    bool fsync;      /* a copy is on the storage before it counts as done */
    bool reflink;    /* a copy may share its blocks with the source */
    uint64_t reader_bytes_per_s; /* of each connection of a send; 0: as fast as it goes */
    struct reader *reader;       /* of a send: started for this trial (reader.h) */
};

/* One piece of work on the file set, as a method sees it: what to read, what to do with it, and the
 * loop. */
struct work {
    const struct work_settings *settings;
    const struct file_set *files;
    size_t chunk_bytes;
    uv_loop_t *loop;
    size_t count; /* tasks, as many as files */
    struct task *tasks;
    size_t unfinished; /* tasks; only the loop thread counts */
    uint64_t end_ns;   /* uv_hrtime when the last task ended; 0 before */
    /* Called at that moment with end_context, unless it is NULL: what watches the work looks no
     * further, though the loop may have more to do in that turn. */
    void (*on_end)(void *end_context);
    void *end_context;
    void *state;            /* the method's own, from prepare to finish */
    void *kind_state;       /* the kind's own, from open to close */
    unsigned char *buffers; /* after work_allocate_buffers; work_buffer gives each */
    /* How many reads a method asks for at a time at most, all files together; set in prepare by
     * methods that read, -1 for others. */
    int64_t depth;
    /* Chunks that were taken care of at once on the loop, and those that were handed to the pool.
     * Counted on the loop thread by methods that can do either; -1 for others. */
    int64_t inline_chunks;
    int64_t offloaded_chunks;
};

/* A kind of work: what a trial does with the bytes, whatever way they come. The hooks may be NULL;
 * none is timed. The first three are those of a run, the others of each trial in its process. */
struct work_kind {
    const char *name;   /* the column `work`, and a part of the names of methods (not of a scan) */
    const char *doing;  /* for the line of progress, such as "scanning" */
    size_t descriptors; /* that are open for each file at once */
    bool reads_all;     /* every byte of the files; else those of the stride */
    /* Makes sure that there is what the bytes go to, of so many files of `bytes` bytes together,
     * and writes none. Called before the data are made and, as that takes room, again before the
     * results folder is. Returns 0 or a negative errno with `error` filled. */
    int (*take)(const struct work_settings *settings, size_t count, uint64_t bytes,
                struct error *error);
    /* Removes what a trial whose process died has left. */
    void (*clear)(const struct work_settings *settings);
    void (*leave)(const struct work_settings *settings); /* undoes take */
    /* Before the method's prepare: makes what the bytes go to. Returns 0 or a negative errno with
     * `error` filled; close follows in any case. */
    int (*open)(struct work *work, struct error *error);
    /* After the method's finish, when no task failed: whether all was done, and done right. Fills
     * the columns of this kind, and the status when it is not `ok` any more, with `error` saying
     * why. Returns 0 or a negative errno with `error` filled: then there is nothing to judge. */
    int (*check)(struct work *work, struct trial *trial, struct error *error);
    void (*close)(struct work *work); /* undoes open; nothing that it made is left */
};

/* Makes a task for each file; the files are open. The caller frees with work_free. */
void work_init(struct work *work, const struct work_settings *settings,
               const struct file_set *files, uv_loop_t *loop, size_t chunk_bytes);
void work_free(struct work *work);

/* A task is over, well or not. Called on the loop thread, once for each task; the last call is the
 * end of the timed part. */
void task_done(struct task *task);

/* The end of the timed part of work that has no tasks. */
void work_end(struct work *work);

/* Notes that `call` failed on the task's file with the negative errno `code`, and returns it. */
int task_fail(struct task *task, int code, const char *call);

/* Helpers for prepare and finish. The first three return 0 or a negative errno noted in the task
 * that failed; what they made is undone by work_release, which may be called after a failure too,
 * and when there is nothing to undo. The buffers are `count` of a chunk each, rounded up to whole
 * blocks of O_DIRECT. */
int work_map_files(struct work *work);
int work_open_direct(struct work *work);
int work_allocate_buffers(struct work *work, size_t count);
void work_release(struct work *work);

/* One of the buffers, and the bytes of each. */
unsigned char *work_buffer(const struct work *work, size_t number);
size_t work_buffer_bytes(const struct work *work);

/* The first task with an error, or NULL. */
const struct task *work_failed_task(const struct work *work);

#endif
