// SPDX-License-Identifier: MIT
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Calls by which the kernel moves bytes of a file to a socket without a buffer of the program. One
 * file per operating system implements this. Those that move return how many bytes it were, 0 at
 * the end of the file, or a negative errno. A transfer moves TRANSFER_MOST_BYTES at most at a time.
 */

#define TRANSFER_MOST_BYTES ((size_t)1 << 30)

/* sendfile: of the file from `offset` on. */
ssize_t transfer_sendfile(int to, int file, uint64_t offset, size_t length);

/* splice: into a pipe, of the file from `offset` on; and from a pipe to a socket. */
ssize_t transfer_splice_in(int pipe, int file, uint64_t offset, size_t length);
ssize_t transfer_splice_out(int to, int pipe, size_t length);

/* A pipe for that, which holds so many bytes if the system allows so many. Fills `ends`, which the
 * caller closes, and returns 0, or a negative errno. */
int transfer_pipe(int ends[2], size_t bytes);

/* Why the system has no splice, or NULL. */
const char *transfer_splice_unsupported(void);

/* Lets the system give back pages that it sent over loopback and that stay in the page cache until
 * it has: Linux keeps buffers that another CPU has read in a list of the CPU that filled them,
 * until a packet comes there (skb_attempt_defer_free). */
void transfer_settle(void);

#endif
