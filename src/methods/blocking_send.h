// SPDX-License-Identifier: MIT
#ifndef BLOCKING_SEND_H
#define BLOCKING_SEND_H

#include "work/work.h"

/* Hand over one file, from its beginning to its end, to its reader while the calling thread waits.
 * Return 0, or a negative errno that is noted in the task. */

/* By read and write of a chunk at a time through the buffer. */
int blocking_send_read(struct task *task, unsigned char *buffer);

/* By write straight from the mapping. */
int blocking_send_mmap(struct task *task);

/* By sendfile, the whole file at once. */
int blocking_send_sendfile(struct task *task);

/* By splice of a chunk at a time into a pipe and out of it. */
int blocking_send_splice(struct task *task);

#endif
