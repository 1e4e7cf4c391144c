// SPDX-License-Identifier: MIT
/* Written for macOS, not yet run there: the README says so. */
#include "platform/ahead.h"

#include <errno.h>

int ahead_read(int fd, uint64_t offset, size_t length)
{
    (void)fd;
    (void)offset;
    (void)length;
    return -ENOSYS;
}

const char *ahead_read_unsupported(void)
{
    return "readahead needs Linux";
}

int ahead_populate(const unsigned char *address, size_t length)
{
    (void)address;
    (void)length;
    return -ENOSYS;
}

const char *ahead_populate_unsupported(void)
{
    return "MADV_POPULATE_READ needs Linux 5.14";
}

ssize_t ahead_read_nowait(int fd, void *buffer, size_t length, int64_t offset)
{
    (void)fd;
    (void)buffer;
    (void)length;
    (void)offset;
    return -ENOSYS;
}

const char *ahead_read_nowait_unsupported(void)
{
    return "preadv2 with RWF_NOWAIT needs Linux 4.14";
}

const char *ahead_advise_unsupported(void)
{
    return NULL;
}
