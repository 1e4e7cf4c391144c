// SPDX-License-Identifier: MIT
#ifndef VERDICT_H
#define VERDICT_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Says what the data show of async-mmap, each with its figures and intervals, and nothing that they
 * do not show. Is silent about methods that have no ok trial. */

/* One cache state: what running on the loop gained, how long it held the loop, and whether that is
 * the article's effect. */
void verdict_say(struct statements *said, const struct summary *summary,
                 const struct machine *machine, const char *cache);

/* Which method to take: one that is nearly the fastest cold, not far from it warm, and leaves the
 * loop free in both. Says nothing unless both states were run with more methods than the six. */
void verdict_say_recommendation(struct statements *said, const struct summary *summary);

/* How cold and warm differ; says nothing unless both were run. */
void verdict_say_cold_and_warm(struct statements *said, const struct summary *summary);

#endif
