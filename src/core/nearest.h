// SPDX-License-Identifier: MIT
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* Keeps the nearest of several names to one that was mistyped. Begin with {.name = NULL}. */
struct nearest {
    const char *name; /* the nearest so far, or NULL when none is near enough to be offered */
    size_t distance;
};

/* Considers `candidate` for `typed`: the edit distance (Levenshtein 1966) must be at most a third
 * of the longer name. Only the first 63 characters count. */
void nearest_consider(struct nearest *nearest, const char *typed, const char *candidate);

#endif
