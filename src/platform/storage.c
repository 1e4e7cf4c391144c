// SPDX-License-Identifier: MIT
/* The part of storage.h that is the same on every system. */
#include "storage.h"

#include "memory.h"
#include "page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is read to see whether it comes past the page cache, and how often if it seems not to:
 * somebody else may read the file in that moment. */
enum { TRIED_BYTES = 64 * 1024, TRIES = 3 };

/* Whether the beginning of the file, which was not in the page cache, is there after a read. False
 * as well when it could not be dropped, or the system does not tell. */
static bool read_fills_cache(int fd, int direct_fd, void *buffer)
{
    uint64_t before;
    uint64_t after;
    if (page_cache_evict(fd) != 0 || page_cache_resident(fd, TRIED_BYTES, &before) != 0 ||
        before > 0 || pread(direct_fd, buffer, TRIED_BYTES, 0) <= 0)
        return false;
    return page_cache_resident(fd, TRIED_BYTES, &after) == 0 && after > 0;
}

/* Whether reads through a descriptor of storage_open_direct are ordinary ones nevertheless. */
static bool is_pretended(const char *path, int direct_fd)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *buffer = memory_allocate(TRIED_BYTES);
    int filled = 0;
    while (fd >= 0 && buffer != NULL && filled < TRIES && read_fills_cache(fd, direct_fd, buffer))
        filled++;
    free(buffer);
    if (fd >= 0)
        close(fd);
    return filled == TRIES;
}

const char *storage_direct_unsupported(const char *path)
{
    const int fd = storage_open_direct(path);
    int code = fd < 0 ? fd : 0;
    if (fd >= 0 && !storage_tells_direct(fd) && is_pretended(path, fd))
        code = -EOPNOTSUPP;
    if (fd >= 0)
        close(fd);
    switch (code) {
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
