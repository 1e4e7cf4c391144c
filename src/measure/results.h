// SPDX-License-Identifier: MIT
#ifndef RESULTS_H
#define RESULTS_H

#include "core/error.h"

/* Whether results_create could make a folder in `base`, which need not be there if the folder that
 * it belongs into is. Makes nothing. Returns 0 or a negative errno with `error` filled. */
int results_check(const char *base, struct error *error);

/* Makes the folder "<base>/<UTC time>-<name>" for one run, and `base` as well; results_create_part
 * makes "<base>/<name>". Both set `*dir` to its path, which the caller frees, and return 0 or a
 * negative errno with `error` filled. */
int results_create(char **dir, const char *base, const char *name, struct error *error);
int results_create_part(char **dir, const char *base, const char *name, struct error *error);

/* Lets the link "latest" beside the results folder `dir` point to it. The link is a convenience:
 * where the file system has none, or where something else has that name, which stays, a note says
 * so. */
void results_link_latest(const char *dir);

#endif
