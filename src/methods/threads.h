// SPDX-License-Identifier: MIT
#ifndef THREADS_H
#define THREADS_H

#include "work/work.h"

/* What threads-* share: one thread per file, each of which does `do_file` with its task, whatever
 * the work is. The loop is left free, and the last thread to end tells it. For the hooks of a
 * method; threads_finish releases what work.h has helpers for, too. */
int threads_prepare(struct work *work, int (*do_file)(struct task *task));
int threads_start(struct work *work);
void threads_finish(struct work *work);

/* A buffer of a chunk for each thread, and the one of a task's. */
int threads_allocate_buffers(struct work *work);
unsigned char *threads_buffer(const struct task *task);

#endif
