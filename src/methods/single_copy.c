// SPDX-License-Identifier: MIT
/* single-copy-*: one thread, the loop's own, copies one file after the other. */
#include "methods.h"

#include "blocking_copy.h"
#include "core/files.h"
#include "data-gen/manifest.h"
#include "platform/kernel_copy.h"
#include "work/copy.h"
#include "work/copy_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int copy_each(struct work *work, int (*copy)(struct task *task))
{
    for (size_t i = 0; i < work->count; i++) {
        copy(&work->tasks[i]);
        task_done(&work->tasks[i]);
    }
    return 0;
}

/* ---- The seed's three, and a buffer that is no larger than it has to be ------------------------
 */

static int prepare_whole(struct work *work)
{
    work->depth = 1;
    return 0; /* the buffer, and the making of its pages, is a part of what is timed */
}

static int start_whole(struct work *work)
{
    return copy_each(work, blocking_copy_whole);
}

static int start_mmap(struct work *work)
{
    return copy_each(work, blocking_copy_mmap);
}

static int prepare_nothing(struct work *work)
{
    (void)work;
    return 0;
}

static const char *no_kernel_copy(const char *data)
{
    (void)data;
    return kernel_copy_unsupported();
}

static int start_sendfile(struct work *work)
{
    return copy_each(work, blocking_copy_sendfile);
}

static int prepare_read(struct work *work)
{
    work->depth = 1;
    return work_allocate_buffers(work, 1);
}

static int read_file(struct task *task)
{
    return blocking_copy_read(task, work_buffer(task->work, 0));
}

static int start_read(struct work *work)
{
    return copy_each(work, read_file);
}

const struct method single_copy_whole = {
    .name = "single-copy-whole",
    .about = "one thread reads and writes, each file in one piece",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = READ,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare_whole,
    .start = start_whole,
    .finish = work_release,
};

const struct method single_copy_mmap = {
    .name = "single-copy-mmap",
    .about = "one thread copies from one mapping to another",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = work_map_files,
    .start = start_mmap,
    .finish = work_release,
};

const struct method single_copy_sendfile = {
    .name = "single-copy-sendfile",
    .about = "one thread has the kernel copy by sendfile",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = SENDFILE,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = no_kernel_copy,
    .prepare = prepare_nothing,
    .start = start_sendfile,
    .finish = work_release,
};

const struct method single_copy_read = {
    .name = "single-copy-read",
    .about = "one thread reads and writes, chunk by chunk",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = READ,
    .prepare = prepare_read,
    .start = start_read,
    .finish = work_release,
};

/* ---- Others -----------------------------------------------------------------------------------
 */

static int start_mmap_write(struct work *work)
{
    return copy_each(work, blocking_copy_mmap_write);
}

static int start_range(struct work *work)
{
    return copy_each(work, blocking_copy_range);
}

/* Tried with a source and a copy of it: some file systems share the blocks without being asked. */
static const char *range_between(int from, int to)
{
    if (kernel_copy_clone(from, to) == 0)
        return "copy_file_range would share the blocks here, and no byte be copied; --reflink asks "
               "for that";
    const ssize_t copied = kernel_copy_range(from, to, 0, 1);
    if (copied == -EXDEV)
        return "copy_file_range does not copy from the file system of the data to that of the "
               "copies";
    return copied < 0 ? "there is no copy_file_range in this kernel, or none is let through" : NULL;
}

static const char *range_refused(const char *data, const struct work_settings *settings)
{
    const char *reason = NULL;
    char name[32];
    if (settings->reflink)
        return NULL; /* whether that can be done is for the trial to say */
    manifest_name(name, 0);
    char *source = files_join(data, name);
    char *copy = copy_folder_path(settings->to, 0);
    const int from = open(source, O_RDONLY | O_CLOEXEC);
    const int to = from >= 0 ? copy_folder_create(copy) : -1;
    if (to >= 0) {
        reason = range_between(from, to);
        close(to);
        unlink(copy);
    }
    if (from >= 0)
        close(from);
    free(source);
    free(copy);
    return reason;
}

const struct method single_copy_mmap_write = {
    .name = "single-copy-mmap-write",
    .about = "one thread writes from a mapping",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = MMAP,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = work_map_files,
    .start = start_mmap_write,
    .finish = work_release,
};

const struct method single_copy_range = {
    .name = "single-copy-range",
    .about = "one thread has the kernel copy by copy_file_range",
    .kind = &copy_kind,
    .concurrency = SINGLE,
    .io = RANGE,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .unsupported = no_kernel_copy,
    .refused = range_refused,
    .prepare = prepare_nothing,
    .start = start_range,
    .finish = work_release,
};
