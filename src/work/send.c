// SPDX-License-Identifier: MIT
#include "send.h"

#include "connections.h"
#include "core/progress.h"
#include "reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* That there can be connections. */
static int try_connection(const struct work_settings *settings, size_t count, uint64_t bytes,
                          struct error *error)
{
    int ours = -1;
    int theirs = -1;
    (void)count;
    (void)bytes;
    const int code = connections_make(settings->to, &ours, &theirs, 1, error);
    if (code == 0) {
        close(ours);
        close(theirs);
    }
    return code;
}

static int take_connections(struct work *work, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < work->count; i++)
        work->tasks[i].to_fd = reader_connection(work->settings->reader, i);
    return 0;
}

static void leave_connections(struct work *work)
{
    for (size_t i = 0; i < work->count; i++)
        work->tasks[i].to_fd = -1;
}

int send_fail(struct task *task, int code, const char *call)
{
    if (code == -EFAULT)
        return task_fail(task, -EIO, "page fault in");
    return error_set(&task->error, code, "%s %s to its reader: %s", call, task->file->path,
                     strerror(-code));
}

static void judge(const struct data_file *file, const struct reader_saw *saw, struct trial *trial,
                  struct error *error)
{
    if ((saw->bytes == file->bytes && saw->sum == file->sum) || !trial_is_ok(trial))
        return;
    snprintf(trial->status, sizeof trial->status, STATUS_WRONG_SUM);
    if (saw->bytes != file->bytes)
        error_set(error, -EILSEQ,
                  "%" PRIu64 " bytes of %s came to its reader, of %" PRIu64
                  ": the method is broken",
                  saw->bytes, file->path, file->bytes);
    else
        error_set(error, -EILSEQ,
                  "the sum of what came of %s to its reader is wrong: its content was changed, or "
                  "the method is broken; run again to check the files",
                  file->path);
}

static int check(struct work *work, struct trial *trial, struct error *error)
{
    struct reader_saw *saw = calloc(work->count + 1, sizeof *saw);
    if (saw == NULL)
        abort();
    progress_step("draining");
    const int code = reader_hear(work->settings->reader, saw, error);
    trial->sum = code == 0 ? 0 : trial->sum;
    for (size_t i = 0; i < work->count && code == 0; i++) {
        trial->sum += (int64_t)saw[i].sum;
        judge(work->tasks[i].file, &saw[i], trial, error);
    }
    free(saw);
    return code;
}

const struct work_kind send_kind = {
    .name = "send",
    .doing = "sending",
    .descriptors = 3, /* the loop has one of its own for the connection */
    .reads_all = true,
    .take = try_connection,
    .open = take_connections,
    .check = check,
    .close = leave_connections,
};
