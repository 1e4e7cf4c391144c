// SPDX-License-Identifier: MIT
#ifndef MACHINE_FACTS_H
#define MACHINE_FACTS_H

#include "core/error.h"

#include <stddef.h>

/* A machine.csv that was read back. */
struct machine {
    size_t count;
    struct machine_fact {
        char *key;
        char *value;
    } * facts;
};

/* Reads the machine.csv of the results folder `dir`. Returns 0 or a negative errno with `error`
 * filled. The caller frees with machine_free. */
int machine_read(struct machine *machine, const char *dir, struct error *error);
void machine_free(struct machine *machine);

/* The value of a key as text, "" when it is unknown; as a number, NAN when it is unknown or none.
 */
const char *machine_text(const struct machine *machine, const char *key);
double machine_number(const struct machine *machine, const char *key);

#endif
