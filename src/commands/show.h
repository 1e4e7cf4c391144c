// SPDX-License-Identifier: MIT
#ifndef SHOW_H
#define SHOW_H

#include "core/error.h"
#include "report/comparison.h"
#include "report/statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What is shown of finished results, which are only read. */

/* Prints the tables of every cache state and what they show, writes summary.csv and draws the
 * pictures into the folder `out`, which may be `dir` itself. Returns the exit status. */
int show_results(const char *dir, const char *out);

/* Prints the tables alone; writes summary.csv and draws the pictures alone. */
void show_tables(const struct comparison_result *result, FILE *to);
int show_pictures(const struct comparison_result *result, const char *out);

/* The same for a range of latencies, whose folders are `dirs`; storage.csv and the picture go to
 * `out`. */
int show_range(char *const *dirs, size_t count, const char *out, FILE *to);

/* The same for several results side by side; compare.csv and the picture go to `out`. */
int show_comparison(const char *const *dirs, size_t count, bool anyway, const char *out, FILE *to);

/* What other metrics told of a result with a metrics.csv: prints the table, and the sentences that
 * go with it, and draws the picture into `out`. Returns the exit status. */
int show_metrics(const struct comparison_result *result, const char *out, FILE *table,
                 FILE *sentences);

/* Reads several results; the caller frees with show_unload. Returns NULL, having said why, when one
 * cannot be read. */
struct comparison_result *show_load(const char *const *dirs, size_t count);
void show_unload(struct comparison_result *results, size_t count);

/* Where pictures of the results in `dir` go: there, or, when nothing can be written there or
 * `elsewhere` says so, into a new folder of `results`. NULL, having said why, when neither can be
 * had. The caller frees. */
char *show_folder(const char *dir, const char *results, bool elsewhere);

#endif
