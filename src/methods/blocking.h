// SPDX-License-Identifier: MIT
#ifndef BLOCKING_H
#define BLOCKING_H

#include "work/work.h"

/* Scan one file from its beginning to its end while the calling thread waits. Return 0, or a
 * negative errno that is noted in the task. */

/* By pread of a chunk at a time into the buffer. */
int blocking_read(struct task *task, unsigned char *buffer);

/* By touching the mapping. */
int blocking_mmap(struct task *task);

/* Advises the kernel on the whole mapping by madvise. The same return. */
int blocking_advise(struct task *task, int advice);

#endif
