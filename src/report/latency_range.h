// SPDX-License-Identifier: MIT
#ifndef LATENCY_RANGE_H
#define LATENCY_RANGE_H

#include "comparison.h"
#include "core/error.h"
#include "statement.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Cold results of the same work on storage of different latencies, the native one among them. */

/* Whether the storage was emulated, and its latency: the emulated one, or the native one as it was
 * measured; NAN when it is not known. */
bool latency_range_is_emulated(const struct comparison_result *result);
double latency_range_latency_s(const struct comparison_result *result);

/* The median of the voluntary context switches of a method's scans, or NAN. */
double latency_range_waits(const struct summary_row *row);

/* Prints how the times and the p99 loop delays of each method grow with the latency, and the line
 * that begins what latency_range_say says: whom async-mmap follows at the highest one. */
void latency_range_print(const struct comparison_result *results, size_t count, FILE *out);
void latency_range_say(struct statements *said, const struct comparison_result *results,
                       size_t count);

/* Writes storage.csv into the folder `dir`: a row for each result and method. `latency_s` is that
 * of the emulated storage, or of the native one as it was measured. `waits` are the voluntary
 * context switches of a scan, which for a method on one thread are its waits for storage, one after
 * the other. Returns 0 or a negative errno with `error` filled. */
int latency_range_write(const struct comparison_result *results, size_t count, const char *dir,
                        struct error *error);

#endif
