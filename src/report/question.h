// SPDX-License-Identifier: MIT
#ifndef QUESTION_H
#define QUESTION_H

#include "comparison.h"
#include "statement.h"

#include <stdbool.h>

/* A question that is answered in sentences from the data of a small experiment. */

/* What is set against what. */
enum question_kind {
    QUESTION_METHODS, /* methods with each other, in one result and in every cache state that was
                         run */
    QUESTION_WITHIN,  /* the ratio of two methods, cold, within each of two results */
    QUESTION_BETWEEN, /* one method, warm, in two results */
};

enum { QUESTION_PAIRS = 5 };

struct question {
    enum question_kind kind;
    struct {
        const char *method; /* NULL behind the last one */
        const char *base;   /* not of QUESTION_BETWEEN */
    } pairs[QUESTION_PAIRS];
};

/* Says what the results, one or two as the kind has it, show: each pair, and of QUESTION_METHODS
 * also whether any of the methods left the loop free. */
void question_say(struct statements *said, const struct question *question,
                  const struct comparison_result *results);

/* Whether, cold, some pair of a QUESTION_METHODS cannot be told apart here because its interval is
 * too wide: then storage with more latency and less noise may answer it. */
bool question_is_open(const struct question *question, const struct comparison_result *results);

#endif
