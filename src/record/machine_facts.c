// SPDX-License-Identifier: MIT
#include "machine_facts.h"

#include "core/files.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the quotes off a value of CSV, in place. Returns what follows it. */
static char *unquote(char *value)
{
    char *to = value;
    char *from = value + 1;
    for (; *from != '\0'; from++) {
        if (*from == '"' && *++from != '"')
            break;
        *to++ = *from;
    }
    *to = '\0';
    return from;
}

static void add(struct machine *machine, const char *key, const char *value)
{
    struct machine_fact *grown =
        realloc(machine->facts, (machine->count + 1) * sizeof *machine->facts);
    if (grown == NULL)
        abort();
    machine->facts = grown;
    machine->facts[machine->count++] =
        (struct machine_fact){.key = strdup(key), .value = strdup(value)};
}

/* Cuts the text at its commas and line ends, in place. A value in quotes may have both. */
static void parse(struct machine *machine, char *text)
{
    while (*text != '\0') {
        char *value = text + strcspn(text, ",\n");
        const bool is_fact = *value == ',';
        char *end = value;
        if (is_fact) {
            *value++ = '\0';
            end = *value == '"' ? unquote(value) : value;
        }
        end += strcspn(end, "\r\n");
        const bool is_last = *end == '\0';
        *end = '\0';
        if (is_fact)
            add(machine, text, value);
        text = is_last ? end : end + 1;
    }
}

int machine_read(struct machine *machine, const char *dir, struct error *error)
{
    char *path = files_join(dir, "machine.csv");
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    *machine = (struct machine){.count = 0};
    const int code = file == NULL ? error_set_call(error, -errno, "open", path) : 0;
    if (code == 0 && getdelim(&text, &size, '\0', file) >= 0)
        parse(machine, text);
    if (file != NULL)
        fclose(file);
    free(text);
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
