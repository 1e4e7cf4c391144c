// SPDX-License-Identifier: MIT
#ifndef TABLE_H
#define TABLE_H

#include "record/machine_facts.h"
#include "summary.h"

#include <stdio.h>

/* Prints the tables of one cache state: the times, with the methods that are recommended; what the
 * loop and its clients suffered, with the idle control beside it; and of copies what they cost and
 * left behind. p50 and p99 are of all
 * beats, or requests, of all ok trials together, max is the largest of them. Unknown figures are a
 * dash; columns of which nothing is known are left out. */
void table_print(const struct summary *summary, const struct machine *machine, const char *cache,
                 FILE *out);

/* Prints a number in a field of `width` with `digits` decimals, or a dash when it is NAN. */
void table_number(FILE *out, int width, int digits, double value);

#endif
