// SPDX-License-Identifier: MIT
#ifndef URING_COPY_H
#define URING_COPY_H

#include "work/work.h"

/* Copies through io_uring: each piece is read, and what was read is written. Start and finish of
 * such a method are those of pieces.h. By way of buffers, or by splices into a pipe and out of it.
 */
int uring_copy_prepare(struct work *work);
int uring_copy_prepare_splice(struct work *work);

#endif
