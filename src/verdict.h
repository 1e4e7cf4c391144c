// SPDX-License-Identifier: MIT
#ifndef VERDICT_H
#define VERDICT_H

#include "summary.h"

#include <stdio.h>

/* Says in words what the times of one cache state show of async-mmap, with the ratios, and nothing
 * that they do not show. Prints nothing about methods that have no ok trial. */
void verdict_print(const struct summary *summary, const char *cache, FILE *out);

#endif
