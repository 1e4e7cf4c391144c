// SPDX-License-Identifier: MIT
#ifndef BLOCKING_H
#define BLOCKING_H

#include "work/scan.h"

/* Scan one file from its beginning to its end while the calling thread waits. Return 0, or a
 * negative errno that is noted in the task. */

/* By pread in chunks. */
int blocking_read(struct scan_task *task);

/* By touching the mapping. */
int blocking_mmap(struct scan_task *task);

/* Advises the kernel on the whole mapping by madvise. The same return. */
int blocking_advise(struct scan_task *task, int advice);

#endif
