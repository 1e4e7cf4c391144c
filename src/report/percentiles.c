// SPDX-License-Identifier: MIT
#include "percentiles.h"

#include <math.h>
#include <stdlib.h>

/* Points that are nearer to the one before are left out; the last is log10(2) after its one. */
#define LEAST_STEP 0.008

size_t percentiles_make(struct percentile **points, const double *sorted, size_t count)
{
    const double most = count > 0 ? log10((double)count) / LEAST_STEP + 3 : 1;
    size_t made = 0;
    double last = -1;
    *points = malloc((size_t)most * sizeof **points);
    if (*points == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        const double nines = log10((double)count / (double)(count - i));
        if (nines < last + LEAST_STEP)
            continue;
        (*points)[made++] = (struct percentile){.nines = nines, .value = sorted[i]};
        last = nines;
    }
    return made;
}
