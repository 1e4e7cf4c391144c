// SPDX-License-Identifier: MIT
#ifndef RESULTS_H
#define RESULTS_H

#include "core/error.h"

/* Makes the folder "<base>/<UTC time>-<mode>" for one run, and lets the link "<base>/latest" point
 * to it. Sets `*dir` to its path, which the caller frees. Returns 0 or a negative errno with
 * `error` filled. */
int results_create(char **dir, const char *base, const char *mode, struct error *error);

#endif
