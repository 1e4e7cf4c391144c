// SPDX-License-Identifier: MIT
#include "plan.h"

#include "core/random.h"

#include <stdlib.h>

/* Fisher and Yates, as Durstenfeld has it (Algorithm 235, 1964). */
static void shuffle(struct plan_entry *entries, size_t count, uint64_t *random)
{
    for (size_t left = count; left > 1; left--) {
        const size_t pick = (size_t)random_below(random, left);
        const struct plan_entry moved = entries[pick];
        entries[pick] = entries[left - 1];
        entries[left - 1] = moved;
    }
}

void plan_make(struct plan *plan, const char *const *methods, size_t method_count, enum mode mode,
               size_t runs, uint64_t seed)
{
    const size_t states = mode == MODE_BOTH ? 2 : 1;
    const size_t per_repeat = method_count * states;
    uint64_t random = seed;
    *plan = (struct plan){.entries = calloc(runs * per_repeat, sizeof *plan->entries)};
    if (plan->entries == NULL)
        abort();
    for (size_t repeat = 0; repeat < runs; repeat++) {
        for (size_t i = 0; i < per_repeat; i++) {
            const enum cache_state second = mode == MODE_COLD ? CACHE_COLD : CACHE_WARM;
            plan->entries[plan->count++] = (struct plan_entry){
                .method = methods[i / states],
                .cache = mode == MODE_BOTH && i % 2 == 0 ? CACHE_COLD : second,
                .repeat = repeat,
            };
        }
        shuffle(&plan->entries[repeat * per_repeat], per_repeat, &random);
    }
}

void plan_free(struct plan *plan)
{
    free(plan->entries);
    *plan = (struct plan){.count = 0};
}
