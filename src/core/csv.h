// SPDX-License-Identifier: MIT
#ifndef CSV_H
#define CSV_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads the CSV file `path`, whose fields have no quotes, by the names of its columns: `take` is
 * called for each row with the fields of the `count` columns in that order, as strings, and returns
 * whether they are right. Columns of other names are passed over, and so is a last line without its
 * end: it is that of a run which was killed. Returns 0; -ENOENT when there is no such file; or
 * another negative errno; with `error` naming the file, the line and what is wrong. */
int csv_read(const char *path, const char *const *columns, size_t count,
             bool (*take)(void *context, char *const *fields), void *context, struct error *error);

/* Reads a number and nothing else. Returns whether it was one. */
bool csv_number(double *value, const char *text);

#endif
