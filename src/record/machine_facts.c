// SPDX-License-Identifier: MIT
#include "machine_facts.h"

#include "core/files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the quotes off a value of CSV, in place. */
static void unquote(char *value)
{
    if (value[0] != '"')
        return;
    char *to = value;
    for (const char *from = value + 1; *from != '\0'; from++) {
        if (*from == '"' && *++from != '"')
            break;
        *to++ = *from;
    }
    *to = '\0';
}

int machine_read(struct machine *machine, const char *dir, struct error *error)
{
    char line[8192];
    char *path = files_join(dir, "machine.csv");
    FILE *file = fopen(path, "r");
    *machine = (struct machine){.count = 0};
    const int code = file == NULL ? error_set_call(error, -errno, "open", path) : 0;
    while (code == 0 && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        char *comma = strchr(line, ',');
        if (comma == NULL)
            continue;
        *comma = '\0';
        unquote(comma + 1);
        struct machine_fact *grown =
            realloc(machine->facts, (machine->count + 1) * sizeof *machine->facts);
        if (grown == NULL)
            abort();
        machine->facts = grown;
        machine->facts[machine->count++] =
            (struct machine_fact){.key = strdup(line), .value = strdup(comma + 1)};
    }
    if (file != NULL)
        fclose(file);
    free(path);
    return code;
}

void machine_free(struct machine *machine)
{
    for (size_t i = 0; i < machine->count; i++) {
        free(machine->facts[i].key);
        free(machine->facts[i].value);
    }
    free(machine->facts);
    *machine = (struct machine){.count = 0};
}

const char *machine_text(const struct machine *machine, const char *key)
{
    for (size_t i = 0; i < machine->count; i++) {
        if (strcmp(machine->facts[i].key, key) == 0)
            return machine->facts[i].value;
    }
    return "";
}

double machine_number(const struct machine *machine, const char *key)
{
    const char *text = machine_text(machine, key);
    char *end;
    const double value = strtod(text, &end);
    return text[0] == '\0' || *end != '\0' ? NAN : value;
}
