// SPDX-License-Identifier: MIT
#include "verdict.h"

/* Medians this close are called as long as each other. */
#define ALIKE 1.10

static const char *comparison(double ratio)
{
    if (ratio > ALIKE)
        return "longer than";
    return ratio < 1 / ALIKE ? "less time than" : "about as long as";
}

/* "async-mmap took about as long as single-mmap: 0.396 s against 0.409 s, 0.97 times". */
static void compare(const struct summary *summary, const char *cache, const char *other_name,
                    FILE *out)
{
    const struct summary_row *hazard = summary_find(summary, "async-mmap", cache);
    const struct summary_row *other = summary_find(summary, other_name, cache);
    if (hazard == NULL || other == NULL)
        return;
    const double ratio = hazard->median_s / other->median_s;
    fprintf(out, "- async-mmap took %s %s: %.4f s against %.4f s, %.2f times.\n", comparison(ratio),
            other_name, hazard->median_s, other->median_s, ratio);
}

void verdict_print(const struct summary *summary, const char *cache, FILE *out)
{
    compare(summary, cache, "single-mmap", out);
    compare(summary, cache, "threads-mmap", out);
    compare(summary, cache, "async-read", out);
}
