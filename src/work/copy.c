// SPDX-License-Identifier: MIT
#include "copy.h"

#include "copy_folder.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "data-gen/content.h"
#include "fault.h"
#include "platform/kernel_copy.h"
#include "platform/page_cache.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is compared at a time: it stays in the cache of a CPU. */
#define COMPARE_BYTES ((size_t)256 * 1024)

struct destination {
    char *path;
    uv_fs_t sync;
};

/* ---- Before -----------------------------------------------------------------------------------
 */

static int make_destination(struct task *task, size_t number, struct error *error)
{
    struct destination *destinations = task->work->kind_state;
    char *path = copy_folder_path(task->work->settings->to, number);
    const int fd = copy_folder_create(path);
    if (fd < 0) {
        error_set_call(error, fd, "make the copy", path);
        free(path);
        return fd;
    }
    task->to_fd = fd;
    destinations[number].path = path; /* from now on it is ours to remove */
    return 0;
}

static int open_destinations(struct work *work, struct error *error)
{
    work->kind_state = calloc(work->count + 1, sizeof(struct destination));
    if (work->kind_state == NULL)
        abort();
    /* Before a byte is written: half a copy is of no use to anybody. */
    int code = copy_folder_check_room(work->settings->to, work->files->bytes, error);
    for (size_t i = 0; code == 0 && i < work->count; i++)
        code = make_destination(&work->tasks[i], i, error);
    return code;
}

static void remove_destinations(struct work *work)
{
    struct destination *destinations = work->kind_state;
    for (size_t i = 0; i < work->count; i++) {
        struct task *task = &work->tasks[i];
        if (task->to_fd >= 0)
            close(task->to_fd);
        task->to_fd = -1;
        if (destinations[i].path != NULL)
            unlink(destinations[i].path);
        free(destinations[i].path);
    }
    free(destinations);
    work->kind_state = NULL;
}

/* ---- For methods ------------------------------------------------------------------------------
 */

const char *copy_path(const struct task *task)
{
    const struct destination *destinations = task->work->kind_state;
    return destinations[task - task->work->tasks].path;
}

int copy_fail(struct task *task, int code, const char *call)
{
    return error_set_call(&task->error, code, call, copy_path(task));
}

int copy_fail_both(struct task *task, int code, const char *call)
{
    return error_set(&task->error, code, "%s %s to %s: %s", call, task->file->path, copy_path(task),
                     error_reason(code));
}

int copy_sync(struct task *task)
{
    if (!task->work->settings->fsync || task->error.code != 0)
        return task->error.code;
    return fsync(task->to_fd) == 0 ? 0 : copy_fail(task, -errno, "fsync");
}

static void on_synced(uv_fs_t *sync)
{
    struct task *task = sync->data;
    if (sync->result < 0)
        copy_fail(task, (int)sync->result, "fsync");
    uv_fs_req_cleanup(sync);
    task_done(task);
}

void copy_done(struct task *task)
{
    struct destination *destinations = task->work->kind_state;
    uv_fs_t *sync = &destinations[task - task->work->tasks].sync;
    if (!task->work->settings->fsync || task->error.code != 0) {
        task_done(task);
        return;
    }
    sync->data = task;
    const int code = uv_fs_fsync(task->work->loop, sync, task->to_fd, on_synced);
    if (code != 0) {
        copy_fail(task, code, "fsync");
        task_done(task);
    }
}

int copy_map(struct task *task, unsigned char **map)
{
    const size_t bytes = (size_t)task->file->bytes;
    *map = NULL;
    if (bytes == 0)
        return 0;
    if (ftruncate(task->to_fd, (off_t)bytes) != 0)
        return copy_fail(task, -errno, "ftruncate");
    void *made = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, task->to_fd, 0);
    if (made == MAP_FAILED)
        return copy_fail(task, -errno, "mmap");
    *map = made;
    return 0;
}

void copy_unmap(struct task *task, unsigned char *map)
{
    if (map != NULL)
        munmap(map, (size_t)task->file->bytes);
}

/* What is copied between two mappings at a time, so that an interrupt need not wait for a whole
 * file: a page. In pieces of megabytes memcpy touches pages in another order, so that each of them
 * is a fault of its own: 124,000 of 512 MiB (readahead of 128 KiB), where by page and by one call
 * for the whole file there are 4,700, and the same CPU time. */
#define PIECE_BYTES ((uint64_t)4096)

struct part {
    const unsigned char *from;
    unsigned char *to;
    uint64_t left;
};

static int copy_pieces(void *context)
{
    struct part *part = context;
    while (part->left > 0) {
        const uint64_t bytes = part->left < PIECE_BYTES ? part->left : PIECE_BYTES;
        if (interrupt_signal() != 0)
            return -ECANCELED;
        memcpy(part->to, part->from, (size_t)bytes);
        part->to += bytes;
        part->from += bytes;
        part->left -= bytes;
    }
    return 0;
}

int copy_mapping(struct task *task, unsigned char *map, uint64_t offset, uint64_t length)
{
    struct part part = {.left = length};
    const void *address = NULL;
    if (length == 0)
        return 0; /* an empty file has no mapping */
    part.from = task->map + offset;
    part.to = map + offset;
    const int code = fault_guard(copy_pieces, &part, &address);
    const uintptr_t into = (uintptr_t)address - (uintptr_t)map;
    if (code == -EIO && into < task->file->bytes)
        return error_set(&task->error, code,
                         "page fault in %s: there is no room for it, or its storage failed",
                         copy_path(task));
    return code == 0 ? 0 : task_fail(task, code, code == -EIO ? "page fault in" : "copy");
}

/* ---- After ------------------------------------------------------------------------------------
 */

static int sync_all(struct work *work, struct trial *trial, struct error *error)
{
    const uint64_t start_ns = uv_hrtime();
    if (work->settings->fsync)
        return 0;
    for (size_t i = 0; i < work->count; i++) {
        if (fsync(work->tasks[i].to_fd) != 0)
            return error_set_call(error, -errno, "fsync", copy_path(&work->tasks[i]));
    }
    trial->fsync_s = (double)(uv_hrtime() - start_ns) / 1e9;
    return 0;
}

/* The fraction of all destinations that is cached; NAN where the system does not tell. */
static double resident(const struct work *work)
{
    uint64_t cached = 0;
    for (size_t i = 0; i < work->count; i++) {
        uint64_t bytes = 0;
        if (page_cache_resident(work->tasks[i].to_fd, work->tasks[i].file->bytes, &bytes) != 0)
            return NAN;
        cached += bytes;
    }
    return work->files->bytes > 0 ? (double)cached / (double)work->files->bytes : 1;
}

/* What a copy has at `offset`, up to a buffer of it: 0 at its end, or a negative errno. */
static ssize_t read_back(const struct task *task, unsigned char *buffer, uint64_t offset)
{
    ssize_t got;
    do
        got = interrupt_signal() != 0 ? -ECANCELED
                                      : pread(task->to_fd, buffer, COMPARE_BYTES, (off_t)offset);
    while (got == -1 && errno == EINTR);
    return got == -1 ? -errno : got;
}

/* Against what the source was made of, which needs no reading of it. Returns 0; -EILSEQ with
 * `*offset` of the piece that differs; or another negative errno. */
static int compare(const struct task *task, unsigned char *buffer, uint64_t *offset)
{
    const uint64_t number = (uint64_t)(task - task->work->tasks);
    const uint64_t bytes = task->file->bytes;
    ssize_t got;
    for (*offset = 0; (got = read_back(task, buffer, *offset)) > 0; *offset += (uint64_t)got) {
        if (*offset + (uint64_t)got < bytes)
            got = got / 8 * 8; /* where the content can be made from */
        if (got == 0 || *offset + (uint64_t)got > bytes)
            return -EILSEQ;
        if (!content_is(CONTENT_SEED, number, *offset, buffer, (size_t)got))
            return -EILSEQ;
    }
    if (got < 0)
        return (int)got;
    return *offset == bytes ? 0 : -EILSEQ;
}

static int compare_all(const struct work *work, struct trial *trial, struct error *error)
{
    unsigned char *buffer = malloc(COMPARE_BYTES);
    int code = 0;
    if (buffer == NULL)
        abort();
    for (size_t i = 0; i < work->count && code == 0; i++) {
        const struct task *task = &work->tasks[i];
        uint64_t offset;
        code = compare(task, buffer, &offset);
        if (code == -EILSEQ && trial_is_ok(trial)) {
            snprintf(trial->status, sizeof trial->status, STATUS_WRONG_SUM);
            error_set(error, -EILSEQ,
                      "the copy of %s differs from it, at byte %" PRIu64
                      " or after: its content was changed, or the method is broken; run again to "
                      "check the files",
                      task->file->path, offset);
        } else if (code != 0 && code != -EILSEQ) {
            error_set_call(error, code, "read", copy_path(task));
        }
        code = code == -EILSEQ ? 0 : code;
    }
    free(buffer);
    return code;
}

/* 1 when blocks of any copy are shared; -1 where that is not known of all. */
static int is_cloned(const struct work *work)
{
    int cloned = 0;
    for (size_t i = 0; i < work->count && cloned != 1; i++) {
        const int one = kernel_copy_is_cloned(work->tasks[i].to_fd);
        cloned = one == 0 ? cloned : one;
    }
    return cloned;
}

/* Nobody asked for that: it is no copy, but the mention of one. */
static void judge_clone(const struct work *work, struct trial *trial, struct error *error)
{
    if (trial->cloned != 1 || work->settings->reflink || !trial_is_ok(trial))
        return;
    snprintf(trial->status, sizeof trial->status, STATUS_CLONED);
    error_set(
        error, -EMLINK,
        "the file system shares the blocks of the copies in %s with the files, and no byte was "
        "copied: give --reflink if that is what you want, or leave the method out",
        work->settings->to);
}

static int check(struct work *work, struct trial *trial, struct error *error)
{
    progress_step("syncing");
    const int code = sync_all(work, trial, error);
    if (code != 0)
        return code;
    trial->cloned = is_cloned(work);
    judge_clone(work, trial, error);
    trial->destination_resident_after = resident(work);
    progress_step("comparing");
    return compare_all(work, trial, error);
}

const struct work_kind copy_kind = {
    .name = "copy",
    .doing = "copying",
    .descriptors = 2,
    .reads_all = true,
    .take = copy_folder_take,
    .clear = copy_folder_clear,
    .leave = copy_folder_leave,
    .open = open_destinations,
    .check = check,
    .close = remove_destinations,
};
