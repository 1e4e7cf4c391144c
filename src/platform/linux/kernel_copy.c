// SPDX-License-Identifier: MIT
#include "platform/kernel_copy.h"

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

/* musl has the request of ioctl as an int, as POSIX does. */
#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

const char *kernel_copy_unsupported(void)
{
    return NULL;
}

ssize_t kernel_copy_sendfile(int from, int to, uint64_t offset, size_t length)
{
    off_t at = (off_t)offset;
    const ssize_t copied = sendfile(to, from, &at, length);
    return copied < 0 ? -errno : copied;
}

ssize_t kernel_copy_range(int from, int to, uint64_t offset, size_t length)
{
    off_t read_at = (off_t)offset;
    off_t write_at = (off_t)offset;
    const ssize_t copied = copy_file_range(from, &read_at, to, &write_at, length, 0);
    return copied < 0 ? -errno : copied;
}

int kernel_copy_clone(int from, int to)
{
    return ioctl(to, (ioctl_request)FICLONE, from) == 0 ? 0 : -errno;
}

enum { EXTENTS = 64 }; /* asked for at a time */

int kernel_copy_is_cloned(int fd)
{
    union { /* the list of extents has no length of its own */
        struct fiemap map;
        unsigned char bytes[sizeof(struct fiemap) + EXTENTS * sizeof(struct fiemap_extent)];
    } answer;
    uint64_t offset = 0;
    for (;;) {
        memset(&answer, 0, sizeof answer);
        answer.map.fm_start = offset;
        answer.map.fm_length = FIEMAP_MAX_OFFSET - offset;
        answer.map.fm_flags = FIEMAP_FLAG_SYNC;
        answer.map.fm_extent_count = EXTENTS;
        if (ioctl(fd, (ioctl_request)FS_IOC_FIEMAP, &answer.map) != 0)
            return -1;
        for (uint32_t i = 0; i < answer.map.fm_mapped_extents; i++) {
            const struct fiemap_extent *extent = &answer.map.fm_extents[i];
            if ((extent->fe_flags & FIEMAP_EXTENT_SHARED) != 0)
                return 1;
            offset = extent->fe_logical + extent->fe_length;
            if ((extent->fe_flags & FIEMAP_EXTENT_LAST) != 0)
                return 0;
        }
        if (answer.map.fm_mapped_extents == 0)
            return 0;
    }
}
