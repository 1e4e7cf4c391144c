// SPDX-License-Identifier: MIT
#ifndef STATEMENT_H
#define STATEMENT_H

#include "core/stats.h"

#include <stddef.h>
#include <stdio.h>

/* Sentences about results, together with the figures they rest on. What decides fills them in; one
 * place prints them. */

enum { STATEMENT_FIGURES = 12 };

struct figure {
    const char *name; /* a constant */
    double value;     /* never unknown */
};

struct statement {
    const char *id; /* what it is about, a constant */
    size_t figure_count;
    struct figure figures[STATEMENT_FIGURES];
    char text[2048]; /* one or more sentences; a line break inside begins a line of its own */
};

struct statements {
    size_t count;
    struct statement **list;
};

/* Adds an empty one, which lives until statements_free. Begin with {.count = 0}. */
struct statement *statements_add(struct statements *statements, const char *id);

/* Adds words to the text; what does not fit is left out. */
void statement_say(struct statement *statement, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds "name / base = 1.23 [1.10, 1.40]" to the text and the three to the figures. */
void statement_say_ratio(struct statement *statement, const char *name, const char *base,
                         const struct stats_estimate *ratio);

void statement_figure(struct statement *statement, const char *name, double value);

/* The first statement of that id, or NULL; the figure of that name, or NAN. */
const struct statement *statements_find(const struct statements *statements, const char *id);
double statement_value(const struct statement *statement, const char *name);

/* Prints each as "- text". */
void statements_print(const struct statements *statements, FILE *out);

void statements_free(struct statements *statements);

#endif
