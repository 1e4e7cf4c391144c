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
    size_t rows[3][LONGEST + 1]; /* distances of a's beginnings to b's: of the last three lengths */
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        const size_t *two_before = rows[(i + 1) % 3];
        const size_t *before = rows[(i + 2) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            const size_t replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = smaller(replaced, smaller(before[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], two_before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
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
