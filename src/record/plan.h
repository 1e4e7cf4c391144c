// SPDX-License-Identifier: MIT
#ifndef PLAN_H
#define PLAN_H

#include "core/error.h"
#include "trial.h"

#include <stddef.h>
#include <stdint.h>

/* Which cache states are run. */
enum mode { MODE_COLD, MODE_WARM, MODE_BOTH };

/* Which trial is next. */
struct plan_entry {
    const char *method; /* its name, which outlives the plan */
    enum cache_state cache;
    size_t repeat; /* from 0 */
};

/* The ordered list of trials, in whole repeats. */
struct plan {
    size_t count;
    struct plan_entry *entries;
    size_t repeats;
    const char *const *methods; /* what further repeats are made of */
    size_t method_count;
    enum mode mode;
    uint64_t random;
};

/* Plans `runs` repeats, each with every method in every cache state of `mode` once and in an order
 * of its own, so that whatever changes slowly on the machine falls on all alike. The same seed
 * gives the same order on every machine. `methods` outlives the plan. The caller frees with
 * plan_free. */
void plan_make(struct plan *plan, const char *const *methods, size_t method_count, enum mode mode,
               size_t runs, uint64_t seed);

/* Adds further repeats: the plan is then what plan_make gives for all of them. */
void plan_extend(struct plan *plan, size_t runs);

/* Writes plan.csv into the results folder `dir`: what will be done, before any of it is. Returns 0
 * or a negative errno with `error` filled. */
int plan_write(const struct plan *plan, const char *dir, struct error *error);

void plan_free(struct plan *plan);

#endif
