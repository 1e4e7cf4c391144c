// SPDX-License-Identifier: MIT
/* The part of storage.h that is the same on every system. */
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

const char *storage_direct_unsupported(const char *path)
{
    const int fd = storage_open_direct(path);
    if (fd >= 0)
        close(fd);
    switch (fd < 0 ? fd : 0) {
    case 0:
    case -ENOENT:
    case -ENOTDIR:
        return NULL;
    case -EOPNOTSUPP:
        return "the file system of the data accepts O_DIRECT and ignores it (data=journal, "
               "encryption, ...)";
    case -ERANGE:
        return "the file system of the data wants O_DIRECT in blocks of more than 4096 bytes";
    case -EINVAL:
        return "the file system of the data has no O_DIRECT";
    default:
        return "the data cannot be opened with O_DIRECT";
    }
}

const char *storage_map_unsupported(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    void *map = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    const int code = map == MAP_FAILED ? errno : 0;
    if (map != MAP_FAILED)
        munmap(map, 1);
    close(fd);
    return code == ENODEV ? "the file system of the data maps no files (FUSE with direct_io, say)"
                          : NULL;
}
