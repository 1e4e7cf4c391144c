// SPDX-License-Identifier: MIT
#ifndef URING_H
#define URING_H

#include "work/scan.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads through io_uring, whose completions wake the loop by an eventfd in uv_poll. For each file
 * several reads are in flight, and what the callbacks of one turn ask for is submitted at once. */

/* How a method reads. */
struct uring_way {
    size_t depth;        /* reads of one file in flight */
    bool direct;         /* past the page cache, by O_DIRECT */
    bool cache_if_there; /* but not the chunks that are in the page cache */
};

/* The hooks of such a method; start and finish are those of every way. */
int uring_prepare(struct scan *scan, const struct uring_way *way);
int uring_start(struct scan *scan);
void uring_finish(struct scan *scan);

/* Why io_uring cannot be used here, or not with O_DIRECT on files in the folder `data`; or NULL. */
const char *uring_unsupported(void);
const char *uring_direct_unsupported(const char *data);

#endif
