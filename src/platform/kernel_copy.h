// SPDX-License-Identifier: MIT
#ifndef KERNEL_COPY_H
#define KERNEL_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the kernel copies from file to file by itself. One file per operating system implements
 * this. `from` is open for reading, `to` for writing. */

/* Why the system has nothing of that, or NULL. */
const char *kernel_copy_unsupported(void);

/* Copies up to `length` bytes at `offset` of `from` by sendfile to where `to` stands, and by
 * copy_file_range to the same offset of `to`. Return the bytes copied, 0 at the end of `from`, or a
 * negative errno. */
ssize_t kernel_copy_sendfile(int from, int to, uint64_t offset, size_t length);
ssize_t kernel_copy_range(int from, int to, uint64_t offset, size_t length);

/* Lets `to` share all blocks of `from`: no byte is moved. Returns 0, or a negative errno where the
 * file system cannot do that. */
int kernel_copy_clone(int from, int to);

/* Whether the file shares blocks with another one: 1, 0, or -1 where the file system does not tell.
 */
int kernel_copy_is_cloned(int fd);

#endif
