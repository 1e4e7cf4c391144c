// SPDX-License-Identifier: MIT
#include "platform/ahead.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Of Linux 5.14; the C library of older systems does not have it. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* musl has the call only since 1.2.5. */
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
static ssize_t preadv2(int fd, const struct iovec *parts, int count, int64_t offset, int flags)
{
    const int64_t high = offset >> 32; /* read on machines of 32 bits only */
    return syscall(SYS_preadv2, fd, parts, count, (long)offset, (long)high, flags);
}
#endif

/* The reason for a call that came with Linux `version` to fail so. Container filters answer EPERM,
 * older ones and older kernels ENOSYS or EINVAL. */
#define REASON(code, call, version)                                                                \
    ((code) == -EPERM || (code) == -EACCES ? call " is forbidden here (by a container, say)"       \
                                           : call " needs " version ", or this system hides it")

const char *ahead_advise_unsupported(void)
{
    return madvise(NULL, 0, MADV_NORMAL) == 0 ? NULL : REASON(-errno, "madvise", "Linux");
}

int ahead_read(int fd, uint64_t offset, size_t length)
{
    return readahead(fd, (int64_t)offset, length) == 0 ? 0 : -errno;
}

const char *ahead_read_unsupported(void)
{
    /* A kernel that has the call finds the descriptor wrong. */
    const int code = ahead_read(-1, 0, 0);
    return code == -EBADF ? NULL : REASON(code, "readahead", "Linux");
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
    return madvise(NULL, 0, MADV_POPULATE_READ) == 0
               ? NULL
               : REASON(-errno, "MADV_POPULATE_READ", "Linux 5.14");
}

ssize_t ahead_read_nowait(int fd, void *buffer, size_t length, int64_t offset)
{
    const struct iovec part = {.iov_base = buffer, .iov_len = length};
    const ssize_t got = preadv2(fd, &part, 1, offset, RWF_NOWAIT);
    return got < 0 ? -errno : got;
}

const char *ahead_read_nowait_unsupported(void)
{
    const int code = (int)ahead_read_nowait(-1, NULL, 0, 0);
    return code == -EBADF ? NULL : REASON(code, "preadv2 with RWF_NOWAIT", "Linux 4.14");
}
