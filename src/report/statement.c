// SPDX-License-Identifier: MIT
#include "statement.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct statement *statements_add(struct statements *statements, const char *id)
{
    struct statement **grown =
        realloc(statements->list, (statements->count + 1) * sizeof(struct statement *));
    struct statement *added = calloc(1, sizeof *added);
    if (grown == NULL || added == NULL)
        abort();
    added->id = id;
    grown[statements->count++] = added;
    statements->list = grown;
    return added;
}

void statement_say(struct statement *statement, const char *format, ...)
{
    const size_t length = strlen(statement->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(statement->text + length, sizeof statement->text - length, format, arguments);
    va_end(arguments);
}

void statement_figure(struct statement *statement, const char *name, double value)
{
    assert(statement->figure_count < STATEMENT_FIGURES);
    statement->figures[statement->figure_count++] = (struct figure){.name = name, .value = value};
}

void statement_say_ratio(struct statement *statement, const char *name, const char *base,
                         const struct stats_estimate *ratio)
{
    statement_say(statement, "%s / %s = %.2f [%.2f, %.2f]", name, base, ratio->value, ratio->low,
                  ratio->high);
    statement_figure(statement, "ratio", ratio->value);
    statement_figure(statement, "ratio_low", ratio->low);
    statement_figure(statement, "ratio_high", ratio->high);
}

const struct statement *statements_find(const struct statements *statements, const char *id)
{
    for (size_t i = 0; i < statements->count; i++) {
        if (strcmp(statements->list[i]->id, id) == 0)
            return statements->list[i];
    }
    return NULL;
}

double statement_value(const struct statement *statement, const char *name)
{
    for (size_t i = 0; i < statement->figure_count; i++) {
        if (strcmp(statement->figures[i].name, name) == 0)
            return statement->figures[i].value;
    }
    return NAN;
}

void statements_print(const struct statements *statements, FILE *out)
{
    for (size_t i = 0; i < statements->count; i++) {
        fputs("- ", out);
        for (const char *at = statements->list[i]->text; *at != '\0'; at++) {
            fputc(*at, out);
            if (*at == '\n')
                fputs("  ", out);
        }
        fputc('\n', out);
    }
}

void statements_free(struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++)
        free(statements->list[i]);
    free(statements->list);
    *statements = (struct statements){.count = 0};
}
