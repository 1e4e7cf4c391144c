// SPDX-License-Identifier: MIT
#ifndef BLOCKING_COPY_H
#define BLOCKING_COPY_H

#include "work/work.h"

/* Copy one file from its beginning to its end while the calling thread waits, and sync the copy
 * when the settings want that. Return 0, or a negative errno that is noted in the task. */

/* By read and write of a chunk at a time through the buffer. */
int blocking_copy_read(struct task *task, unsigned char *buffer);

/* By read and write through a buffer of the file's size, which is allocated for that. */
int blocking_copy_whole(struct task *task);

/* From the source's mapping to one of the copy, which is made for that. */
int blocking_copy_mmap(struct task *task);

/* By write from the source's mapping. */
int blocking_copy_mmap_write(struct task *task);

/* By sendfile. */
int blocking_copy_sendfile(struct task *task);

/* By copy_file_range; or, when the settings want a reflink, by a clone and not else. */
int blocking_copy_range(struct task *task);

#endif
