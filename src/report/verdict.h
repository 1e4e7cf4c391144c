// SPDX-License-Identifier: MIT
#ifndef VERDICT_H
#define VERDICT_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Says what the data show of async-mmap, each with its figures and intervals, and nothing that they
 * do not show. Is silent about methods that have no ok trial. */

/* One method against another in a cache state: how long it took, and what the loop and its clients
 * suffered. Says nothing unless both have ok trials. */
void verdict_say_pair(struct statements *said, const char *id, const struct summary *summary,
                      const char *cache, const char *method, const char *base_method);

/* One cache state: what running on the loop gained, what larger chunks do, how long the loop was
 * held, and whether that is the article's effect. */
void verdict_say(struct statements *said, const struct summary *summary,
                 const struct machine *machine, const char *cache);

/* How cold and warm differ; says nothing unless both were run. */
void verdict_say_cold_and_warm(struct statements *said, const struct summary *summary);

#endif
