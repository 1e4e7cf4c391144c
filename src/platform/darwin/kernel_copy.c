// SPDX-License-Identifier: MIT
#include "platform/kernel_copy.h"

#include <errno.h>

/* sendfile is for sockets there, and a clone is a file that is made so. */
const char *kernel_copy_unsupported(void)
{
    return "this system has no call that copies from one open file to another";
}

ssize_t kernel_copy_sendfile(int from, int to, uint64_t offset, size_t length)
{
    (void)from;
    (void)to;
    (void)offset;
    (void)length;
    return -ENOTSUP;
}

ssize_t kernel_copy_range(int from, int to, uint64_t offset, size_t length)
{
    return kernel_copy_sendfile(from, to, offset, length);
}

int kernel_copy_clone(int from, int to)
{
    (void)from;
    (void)to;
    return -ENOTSUP;
}

int kernel_copy_is_cloned(int fd)
{
    (void)fd;
    return -1;
}
