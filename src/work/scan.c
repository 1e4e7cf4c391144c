// SPDX-License-Identifier: MIT
#include "scan.h"

#include <errno.h>
#include <stdio.h>

static int check_sums(struct work *work, struct trial *trial, struct error *error)
{
    trial->sum = 0;
    for (size_t i = 0; i < work->count; i++) {
        const struct task *task = &work->tasks[i];
        trial->sum += (int64_t)task->sum;
        if (task->sum != task->file->sum && trial_is_ok(trial)) {
            snprintf(trial->status, sizeof trial->status, STATUS_WRONG_SUM);
            error_set(error, -EILSEQ,
                      "the sum of %s is wrong: its content was changed, or the method is broken; "
                      "run again to check the files",
                      task->file->path);
        }
    }
    return 0;
}

const struct work_kind scan_kind = {
    .name = "scan",
    .doing = "scanning",
    .descriptors = 2, /* some methods also read past the page cache */
    .check = check_sums,
};
