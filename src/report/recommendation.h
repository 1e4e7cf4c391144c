// SPDX-License-Identifier: MIT
#ifndef RECOMMENDATION_H
#define RECOMMENDATION_H

#include "statement.h"
#include "summary.h"

/* Which methods to take: the one rule of the sentence, of the mark in the table and of the picture
 * of all. A method is good when it left the loop free and the intervals of its ratios to the
 * fastest end within what is wanted: of scans in both cache states, of copies and sends in those
 * that were run. Recommended are all that are good, and those with a free loop that may be: that
 * cannot be told to be beyond these, nor to be slower than the best of the good ones. */
enum recommendation {
    RECOMMENDED,
    RECOMMENDATION_OPEN, /* it may be good, but none is known to be */
    RECOMMENDATION_NONE,
};
enum recommendation recommendation_of(const struct summary *summary, const char *method);

/* What is wanted, by the work: of policy.h. */
struct recommendation_bar {
    const char *work;
    double free_loop_s;           /* the p99 delay of a free loop is shorter */
    double at_most[CACHE_STATES]; /* so many times as long as the fastest */
};
const struct recommendation_bar *recommendation_bar(const struct summary *summary);

/* Says which they are, or what kept all of them from it. Says nothing of scans unless both states
 * were run with more methods than the six, and nothing of copies and sends when all were on one
 * thread. */
void recommendation_say(struct statements *said, const struct summary *summary);

#endif
