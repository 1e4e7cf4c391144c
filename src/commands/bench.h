// SPDX-License-Identifier: MIT
#ifndef BENCH_H
#define BENCH_H

#include "core/options.h"
#include "record/plan.h"

#include <stdbool.h>

/* One run, as a command asks for it: checks that what the pictures need is there, picks the methods
 * that can run here, and makes the run (measure/run.h). `name` is that of the results folder; a
 * part of an experiment has its name alone. `*dir` gets its path, which the caller frees, or NULL.
 * Returns the exit status. */
int bench_run(const struct options *options, const char *name, enum mode mode, bool is_part,
              char **dir);

/* Says what is missing of the programs that a run with these options needs. Returns an exit status.
 */
int bench_check(const struct options *options);

/* The same of what emulated storage needs. */
int bench_check_storage(void);

#endif
