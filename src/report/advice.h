// SPDX-License-Identifier: MIT
#ifndef ADVICE_H
#define ADVICE_H

#include "record/machine_facts.h"
#include "summary.h"

#include <stdio.h>

/* Says what makes the figures less sure than they look, and what to do about it: too few trials,
 * wide intervals, slow trials, and what else the machine did. Prints nothing when there is nothing.
 */
void advice_print(const struct summary *summary, const struct machine *machine, FILE *out);

#endif
