// SPDX-License-Identifier: MIT
#ifndef QUESTION_H
#define QUESTION_H

#include "comparison.h"

#include <stdio.h>

/* The article's open questions, answered in sentences from the data of a small experiment each. */
struct question;

/* The question of that name ("prefetch", "madvise", "readahead", "yield"; and "platforms", "fill",
 * which are about two results), or NULL. */
const struct question *question_find(const char *name);

/* How many results it is about: 1 or 2. */
size_t question_results(const struct question *question);

/* Says what the results show: each method against the one it is compared with, in every cache state
 * that was run, and whether any of them left the loop free; or the two results against each other.
 */
void question_print(const struct question *question, const struct comparison_result *results,
                    FILE *out);

#endif
