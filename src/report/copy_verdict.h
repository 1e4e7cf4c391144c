// SPDX-License-Identifier: MIT
#ifndef COPY_VERDICT_H
#define COPY_VERDICT_H

#include "statement.h"
#include "summary.h"

/* Says what copies in one cache state show of the three ways of the post "Why is mmap slow?": the
 * figure that it leaves out, which of them is the fastest, what a buffer of the whole file costs
 * and how far the figures tell why, and whether mmap is worth what the post says. Nothing that the
 * data do not show; silent about methods that have no ok trial. */
void copy_verdict_say(struct statements *said, const struct summary *summary, const char *cache);

#endif
