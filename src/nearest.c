// SPDX-License-Identifier: MIT
#include "nearest.h"

#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = smaller(replaced, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_length];
}

void nearest_consider(struct nearest *nearest, const char *typed, const char *candidate)
{
    const size_t typed_length = smaller(strlen(typed), LONGEST);
    const size_t length = smaller(strlen(candidate), LONGEST);
    const size_t distance = edit_distance(typed, typed_length, candidate, length);
    const size_t longer = typed_length > length ? typed_length : length;
    if (distance * 3 <= longer && (nearest->name == NULL || distance < nearest->distance)) {
        nearest->name = candidate;
        nearest->distance = distance;
    }
}
