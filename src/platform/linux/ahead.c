// SPDX-License-Identifier: MIT
#include "platform/ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* Of Linux 5.14; the C library of older systems does not have it. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

int ahead_read(int fd, uint64_t offset, size_t length)
{
    return readahead(fd, (off64_t)offset, length) == 0 ? 0 : -errno;
}

const char *ahead_read_unsupported(void)
{
    return NULL;
}

int ahead_populate(const unsigned char *address, size_t length)
{
    const size_t into_page = (uintptr_t)address % (size_t)sysconf(_SC_PAGESIZE);
    if (madvise((void *)(address - into_page), into_page + length, MADV_POPULATE_READ) == 0)
        return 0;
    return errno == EFAULT ? -EIO : -errno; /* EFAULT where touching would give a SIGBUS */
}

const char *ahead_populate_unsupported(void)
{
    const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const int code = page == MAP_FAILED ? 0 : ahead_populate(page, bytes);
    if (page != MAP_FAILED)
        munmap(page, bytes);
    return code == -EINVAL ? "MADV_POPULATE_READ needs Linux 5.14" : NULL;
}

ssize_t ahead_read_nowait(int fd, void *buffer, size_t length, int64_t offset)
{
    const struct iovec part = {.iov_base = buffer, .iov_len = length};
    const ssize_t got = preadv2(fd, &part, 1, offset, RWF_NOWAIT);
    return got < 0 ? -errno : got;
}

const char *ahead_read_nowait_unsupported(void)
{
    /* A kernel that knows the call finds the descriptor wrong. */
    return ahead_read_nowait(-1, NULL, 0, 0) == -EBADF ? NULL : "preadv2 needs Linux 4.14";
}
