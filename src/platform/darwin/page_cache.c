// SPDX-License-Identifier: MIT
/* Written for macOS, not yet run there: the README says so. */
#include "platform/page_cache.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Maps the file, does `act` on the mapping, unmaps it. */
static int with_mapping(int fd, uint64_t bytes, int (*act)(void *map, size_t bytes, void *context),
                        void *context)
{
    void *map = mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    const int code = act(map, (size_t)bytes, context);
    munmap(map, (size_t)bytes);
    return code;
}

static int invalidate(void *map, size_t bytes, void *context)
{
    (void)context;
    return msync(map, bytes, MS_INVALIDATE) == 0 ? 0 : -errno;
}

int page_cache_evict(int fd)
{
    const off_t bytes = lseek(fd, 0, SEEK_END);
    if (fsync(fd) != 0)
        return -errno;
    return bytes <= 0 ? 0 : with_mapping(fd, (uint64_t)bytes, invalidate, NULL);
}

static int count_resident(void *map, size_t bytes, void *context)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const size_t count = (bytes + page_bytes - 1) / page_bytes;
    uint64_t *pages = context;
    char *present = malloc(count);
    const int code = present != NULL && mincore(map, bytes, present) == 0 ? 0 : -ENOTSUP;
    for (size_t i = 0; code == 0 && i < count; i++)
        *pages += (present[i] & MINCORE_INCORE) != 0;
    free(present);
    return code;
}

int page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t pages = 0;
    const int code = bytes == 0 ? 0 : with_mapping(fd, bytes, count_resident, &pages);
    *resident_bytes = pages * page_bytes < bytes ? pages * page_bytes : bytes;
    return code;
}

int64_t page_cache_part_missing(int fd, const unsigned char *map, uint64_t offset, size_t length)
{
    (void)fd;
    return page_cache_mapped_missing(map + offset, length);
}

bool page_cache_needs_map(int fd)
{
    (void)fd;
    return true;
}

int page_cache_drop_all(void)
{
    char *arguments[] = {"purge", NULL};
    pid_t child;
    int status = 0;
    const int code = posix_spawnp(&child, "purge", NULL, NULL, arguments, environ);
    if (code != 0)
        return -code;
    if (waitpid(child, &status, 0) < 0)
        return -errno;
    return status == 0 ? 0 : -EPERM;
}

const char *page_cache_mapped_unsupported(const char *path)
{
    (void)path;
    return NULL;
}
