// SPDX-License-Identifier: MIT
#include "plan.h"

#include "core/files.h"
#include "core/random.h"

#include <stdio.h>
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
    *plan = (struct plan){
        .methods = methods, .method_count = method_count, .mode = mode, .random = seed};
    plan_extend(plan, runs);
}

void plan_extend(struct plan *plan, size_t runs)
{
    const enum mode mode = plan->mode;
    const size_t states = mode == MODE_BOTH ? 2 : 1;
    const size_t per_repeat = plan->method_count * states;
    struct plan_entry *grown =
        realloc(plan->entries, (plan->repeats + runs) * per_repeat * sizeof *grown);
    if (grown == NULL)
        abort();
    plan->entries = grown;
    for (size_t left = runs; left > 0; left--) {
        for (size_t i = 0; i < per_repeat; i++) {
            const enum cache_state second = mode == MODE_COLD ? CACHE_COLD : CACHE_WARM;
            plan->entries[plan->count++] = (struct plan_entry){
                .method = plan->methods[i / states],
                .cache = mode == MODE_BOTH && i % 2 == 0 ? CACHE_COLD : second,
                .repeat = plan->repeats,
            };
        }
        shuffle(&plan->entries[plan->repeats * per_repeat], per_repeat, &plan->random);
        plan->repeats++;
    }
}

int plan_write(const struct plan *plan, const char *dir, struct error *error)
{
    char *path = files_join(dir, "plan.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fprintf(file, "order,repeat,method,cache\n");
        for (size_t i = 0; i < plan->count; i++) {
            const struct plan_entry *entry = &plan->entries[i];
            fprintf(file, "%zu,%zu,%s,%s\n", i, entry->repeat, entry->method,
                    cache_state_name(entry->cache));
        }
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}

void plan_free(struct plan *plan)
{
    free(plan->entries);
    *plan = (struct plan){.count = 0};
}
