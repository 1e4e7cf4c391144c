// SPDX-License-Identifier: MIT
#include "delays.h"

#include "core/stats.h"
#include "record/beats.h"

#include <math.h>
#include <stdlib.h>

struct delays delays_of(const float *delays_s, size_t count)
{
    if (count == 0)
        return (struct delays){NAN, NAN, NAN};
    double *sorted = malloc(count * sizeof *sorted);
    if (sorted == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        sorted[i] = (double)delays_s[i];
    stats_sort(sorted, count);
    const struct delays delays = {
        .p50_s = stats_median(sorted, count),
        .p99_s = count >= BEATS_FOR_P99 ? stats_quantile(sorted, count, 0.99) : NAN,
        .max_s = sorted[count - 1],
    };
    free(sorted);
    return delays;
}
