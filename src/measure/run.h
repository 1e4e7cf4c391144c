// SPDX-License-Identifier: MIT
#ifndef RUN_H
#define RUN_H

#include "core/options.h"
#include "record/plan.h"
#include "work/work.h"

#include <stdbool.h>
#include <stddef.h>

/* One run: a file set, a plan, its trials, and their rows in a results folder. */
struct run_request {
    const struct options *options;
    const struct work_kind *kind;
    const char **methods; /* names; those that cannot run on the files are left out */
    size_t method_count;
    enum mode mode;
    const char *data;    /* the folder of the files; served from there on emulated storage */
    const char *results; /* where the results folder is made */
    const char *name;    /* of it */
    bool is_part;        /* of an experiment: the name stands alone, without the time */
    const char *command_line;
};

/* Makes the data, runs the trials and writes all that a results folder holds but pictures and
 * summary. Returns the exit status, having said on stderr what went wrong. `*dir` gets the path of
 * the results folder, which the caller frees, or NULL when it never came to that: everything that
 * can be refused is, before it is made. */
int run_make(const struct run_request *request, char **dir);

#endif
