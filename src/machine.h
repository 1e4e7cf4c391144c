// SPDX-License-Identifier: MIT
#ifndef MACHINE_H
#define MACHINE_H

#include "error.h"
#include "platform/storage.h"

#include <stdint.h>

/* What machine.csv tells beside what the system itself knows. */
struct machine_run {
    const struct storage *storage; /* below the data folder */
    uint64_t seed;
    double pool_warm_up_s;
    const char *command_line;
};

/* Writes machine.csv (key,value) into the results folder: when, where and how the run was made.
 * What is unknown is an empty value. Returns 0 or a negative errno with `error` filled. */
int machine_write(const char *dir, const struct machine_run *run, struct error *error);

/* The words of the command line with blanks between them, in memory that the caller frees. */
char *machine_command_line(int argc, char *const *argv);

#endif
