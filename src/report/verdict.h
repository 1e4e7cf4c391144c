// SPDX-License-Identifier: MIT
#ifndef VERDICT_H
#define VERDICT_H

#include "record/machine_facts.h"
#include "summary.h"

#include <stdio.h>

/* Says in sentences what the data show of async-mmap, each with its figures and intervals, and
 * nothing that they do not show. Is silent about methods that have no ok trial. */

/* One cache state: what running on the loop gained, and how long it held the loop. */
void verdict_print(const struct summary *summary, const struct machine *machine, const char *cache,
                   FILE *out);

/* Which method to take: one that is nearly the fastest cold, not far from it warm, and leaves the
 * loop free in both. Prints nothing unless both states were run with more methods than the six. */
void verdict_print_recommendation(const struct summary *summary, FILE *out);

/* How cold and warm differ; prints nothing unless both were run. */
void verdict_print_cold_and_warm(const struct summary *summary, FILE *out);

#endif
