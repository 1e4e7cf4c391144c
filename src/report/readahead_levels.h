// SPDX-License-Identifier: MIT
#ifndef READAHEAD_LEVELS_H
#define READAHEAD_LEVELS_H

#include "comparison.h"
#include "statement.h"

#include <stddef.h>
#include <stdio.h>

/* The same scans with more and more readahead of the device, cold: how much of the cost of faults
 * on the loop it hides from the clock. Results in the order of their readahead, which machine.csv
 * tells; each may have files of its own size. */

/* Prints a row for each result: times, and the ratios of async-mmap to one thread and to threads.
 */
void readahead_levels_print(const struct comparison_result *results, size_t count, FILE *out);

/* Says the ratios of each, and what the least and the most readahead make of that to threads. With
 * no results, that it was not measured and what that needs. */
void readahead_levels_say(struct statements *said, const struct comparison_result *results,
                          size_t count);

#endif
