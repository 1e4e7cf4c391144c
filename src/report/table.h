// SPDX-License-Identifier: MIT
#ifndef TABLE_H
#define TABLE_H

#include "record/machine_facts.h"
#include "summary.h"

#include <stdio.h>

/* Prints the two tables of one cache state: the times, and what the loop suffered, with the idle
 * control beside it. Unknown figures are a dash. */
void table_print(const struct summary *summary, const struct machine *machine, const char *cache,
                 FILE *out);

/* Prints a number in a field of `width` with `digits` decimals, or a dash when it is NAN. */
void table_number(FILE *out, int width, int digits, double value);

#endif
