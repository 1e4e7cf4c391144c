// SPDX-License-Identifier: MIT
#include "steps.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Puts the smallest and the largest point of a step behind the `made` ones. Returns how many. */
static size_t keep(struct step_point *kept, const struct step_point *least,
                   const struct step_point *most)
{
    size_t made = 0;
    if (most->time_s < least->time_s)
        kept[made++] = *most;
    kept[made++] = *least;
    if (most->time_s > least->time_s)
        kept[made++] = *most;
    return made;
}

size_t steps_make(struct step_point **kept, const struct step_point *points, size_t count,
                  double step_s)
{
    size_t made = 0;
    *kept = calloc(count + 1, sizeof **kept);
    if (*kept == NULL)
        abort();
    for (size_t i = 0; i < count;) {
        const double step = floor(points[i].time_s / step_s);
        const struct step_point *least = &points[i];
        const struct step_point *most = &points[i];
        for (; i < count && floor(points[i].time_s / step_s) == step; i++) {
            least = points[i].value < least->value ? &points[i] : least;
            most = points[i].value > most->value ? &points[i] : most;
        }
        made += keep(*kept + made, least, most);
    }
    return made;
}

static bool is_before(const struct trial *a, const struct trial *b)
{
    return a->elapsed_s < b->elapsed_s || (a->elapsed_s == b->elapsed_s && a->order < b->order);
}

const struct trial *steps_median_trial(const struct trial *const *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = 0;
        for (size_t k = 0; k < count; k++)
            before += is_before(trials[k], trials[i]);
        if (before == (count - 1) / 2)
            return trials[i];
    }
    return trials[0];
}
