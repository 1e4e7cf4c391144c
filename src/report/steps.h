// SPDX-License-Identifier: MIT
#ifndef STEPS_H
#define STEPS_H

#include "record/trial.h"

#include <stddef.h>

/* Values over the time of one trial, thinned to those that a picture can show. */

struct step_point {
    double time_s;
    double value;
};

/* Keeps, of all points in each `step_s` seconds, the smallest and the largest value, by their time.
 * `points` are in the order of their time. Sets `*kept` (the caller frees it) and returns their
 * number. */
size_t steps_make(struct step_point **kept, const struct step_point *points, size_t count,
                  double step_s);

/* The trial with the median time, the lower of two; of equal times the one that came earlier comes
 * first. `count` is at least 1. */
const struct trial *steps_median_trial(const struct trial *const *trials, size_t count);

#endif
