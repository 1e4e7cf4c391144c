// SPDX-License-Identifier: MIT
#ifndef BENCH_H
#define BENCH_H

#include "command.h"
#include "core/options.h"
#include "record/plan.h"
#include "work/work.h"

#include <stdbool.h>

/* What a run is of. */
struct bench {
    const char *name; /* of the results folder */
    const struct work_kind *kind;
    enum mode mode;
    const char *data;   /* a folder in the data folder for files of its own, or NULL */
    const char *copies; /* a folder beside the files, where no --to names another; or NULL */
    bool is_part;       /* of an experiment: its name stands alone */
};

/* One run, as a command asks for it: checks that what the pictures need is there, picks the methods
 * that can run here, and makes the run (measure/run.h). `*dir` gets the path of the results folder,
 * which the caller frees, or NULL. Returns the exit status. */
int bench_run(const struct options *options, const struct bench *bench, char **dir);

/* The same, and shows what came of it. */
int bench_run_and_show(const struct options *options, const struct bench *bench);

/* Which cache states the first of the words asks for: cold, warm or both; both without a word. Sets
 * `*mode` and returns EXIT_OK, or says what is wrong and returns EXIT_WRONG_USAGE. */
int bench_mode(const struct command *command, const struct options *options, enum mode *mode);

/* Says what is missing of the programs that a run with these options needs, or what is wrong with
 * the methods, of that kind. Returns an exit status. */
int bench_check(const struct options *options, const struct work_kind *kind);

/* The same of what emulated storage needs. */
int bench_check_storage(void);

#endif
