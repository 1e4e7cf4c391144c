// SPDX-License-Identifier: MIT
#ifndef PRECISION_H
#define PRECISION_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

#include <stdbool.h>
#include <stddef.h>

/* A run that goes on until its intervals are narrow (--precision). Whoever looks at intervals after
 * each trial and ends at the first narrow ones has often ended by chance: so they are looked at
 * only after fixed numbers of repeats, and are those of POLICY_LOOK_LEVEL, a little wider. Then
 * they hold the true value as often as those of a run of fixed length do. */

/* After how many repeats the next look is, when the last was after `repeats` (from 1). */
size_t precision_next_look(size_t repeats);

/* Whether both ends of an interval lie within `precision`, a share, of its median. */
bool precision_holds(const struct stats_estimate *median, double precision);

/* How many methods, in which cache state ever, have medians whose interval is wider, or have none.
 * Those without any ok trial do not count: repeats do not help them. */
size_t precision_count_wide(const struct summary *summary, double precision);

/* Says how a run with --precision ended, as its machine.csv tells: that all intervals are narrow,
 * or which are not. Of other runs, nothing. */
void precision_say(struct statements *said, const struct summary *summary,
                   const struct machine *machine);

#endif
