// SPDX-License-Identifier: MIT
#ifndef URING_H
#define URING_H

#include "work/work.h"

#include <stdbool.h>

/* Scans whose reads go through io_uring; start and finish of such a method are those of pieces.h.
 * `direct` goes past the page cache, by O_DIRECT. */
int uring_prepare(struct work *scan, bool direct);

/* Why that cannot be done here on files in the folder `data`, or NULL. */
const char *uring_direct_unsupported(const char *data);

#endif
