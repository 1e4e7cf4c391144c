// SPDX-License-Identifier: MIT
/* Written for macOS, not yet run there: the README says so. */
#include "platform/transfer.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What was moved before a signal, or before the socket was full, counts. */
ssize_t transfer_sendfile(int to, int file, uint64_t offset, size_t length)
{
    off_t moved = (off_t)(length < TRANSFER_MOST_BYTES ? length : TRANSFER_MOST_BYTES);
    const int code = sendfile(file, to, (off_t)offset, &moved, NULL, 0);
    return code == 0 || ((errno == EINTR || errno == EAGAIN) && moved > 0) ? (ssize_t)moved
                                                                           : -errno;
}

ssize_t transfer_splice_in(int pipe, int file, uint64_t offset, size_t length)
{
    (void)pipe;
    (void)file;
    (void)offset;
    (void)length;
    return -ENOSYS;
}

ssize_t transfer_splice_out(int to, int pipe, size_t length)
{
    (void)to;
    (void)pipe;
    (void)length;
    return -ENOSYS;
}

int transfer_pipe(int ends[2], size_t bytes)
{
    (void)ends;
    (void)bytes;
    return -ENOSYS;
}

void transfer_settle(void)
{
}

const char *transfer_splice_unsupported(void)
{
    return "splice needs Linux";
}
