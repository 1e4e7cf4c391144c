// SPDX-License-Identifier: MIT
#ifndef ADVICE_H
#define ADVICE_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Says what makes the figures less sure than they look, and what to do about it: too few trials,
 * wide intervals, slow trials, what else the machine did, and what it kept from this program. Says
 * nothing when there is nothing.
 */
void advice_say(struct statements *said, const struct summary *summary,
                const struct machine *machine);

#endif
