// SPDX-License-Identifier: MIT
#include "platform/page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int page_cache_evict(int fd)
{
    /* fadvise passes over dirty pages and reports success all the same, hence fsync first. Some
     * file systems refuse fsync on a descriptor for reading; then nothing of ours can be dirty
     * either. */
    if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        return -errno;
    return -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

/* cachestat(2), of Linux 6.5; the C library of most systems does not have it yet. */
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

struct cachestat_range {
    uint64_t offset;
    uint64_t length;
};

struct cachestat_counts {
    uint64_t cached;
    uint64_t dirty;
    uint64_t writeback;
    uint64_t evicted;
    uint64_t recently_evicted;
};

static int cachestat_pages(int fd, uint64_t offset, uint64_t length, uint64_t *pages)
{
    struct cachestat_range range = {.offset = offset, .length = length};
    struct cachestat_counts counts;
    if (syscall(SYS_cachestat, fd, &range, &counts, 0) != 0)
        return -errno;
    *pages = counts.cached;
    return 0;
}

/* Whether the kernel has the call and no filter of a container refuses it: then a descriptor that
 * is none is what it complains of. Asked once. That it refuses a single file has another meaning:
 * one neither owns nor may write it. */
static bool has_cachestat(void)
{
    static atomic_int answer; /* 0 until it is known, then 1 or -1 */
    uint64_t pages;
    if (atomic_load(&answer) == 0)
        atomic_store(&answer, cachestat_pages(-1, 0, 1, &pages) == -EBADF ? 1 : -1);
    return atomic_load(&answer) > 0;
}

/* On an overlay, the root of most containers, cachestat counts the pages of the overlay's own
 * inode: never any. A mapping is one of the file below. */
static bool is_overlay(int fd)
{
    struct statfs system;
    return fstatfs(fd, &system) == 0 && system.f_type == OVERLAYFS_SUPER_MAGIC;
}

static int count_by_cachestat(int fd, uint64_t bytes, uint64_t *pages)
{
    return has_cachestat() && !is_overlay(fd) ? cachestat_pages(fd, 0, bytes, pages) : -ENOTSUP;
}

/* Asks for the file behind a descriptor: by a call of Linux 5.8 or, where there is a /proc, by its
 * name there. */
static bool may_write(int fd)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return faccessat(fd, "", W_OK, AT_EMPTY_PATH | AT_EACCESS) == 0 || access(path, W_OK) == 0;
}

/* mincore says that everything is resident when the file is neither ours nor writable. */
static bool mincore_tells(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && (status.st_uid == geteuid() || may_write(fd));
}

const char *page_cache_mapped_unsupported(const char *path)
{
    unsigned char present;
    if (mincore(NULL, 0, &present) != 0)
        return "mincore is refused here (by a container, say)";
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool tells = fd < 0 || mincore_tells(fd);
    if (fd >= 0)
        close(fd);
    return tells ? NULL : "mincore tells nothing of files that one neither owns nor may write";
}

static int count_by_mincore(int fd, uint64_t bytes, uint64_t page_bytes, uint64_t *pages)
{
    if (!mincore_tells(fd))
        return -ENOTSUP;
    const size_t count = (size_t)((bytes + page_bytes - 1) / page_bytes);
    unsigned char *present = malloc(count);
    /* Not readable: nothing is to be read, not even by a debugger that looks at new mappings. */
    void *map = mmap(NULL, (size_t)bytes, PROT_NONE, MAP_SHARED, fd, 0);
    int code = 0;
    if (present == NULL || map == MAP_FAILED || mincore(map, (size_t)bytes, present) != 0) {
        code = -ENOTSUP;
    } else {
        *pages = 0;
        for (size_t i = 0; i < count; i++)
            *pages += present[i] & 1;
    }
    if (map != MAP_FAILED)
        munmap(map, (size_t)bytes);
    free(present);
    return code;
}

int page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t pages = 0;
    *resident_bytes = 0;
    if (bytes == 0)
        return 0;
    int code = count_by_cachestat(fd, bytes, &pages);
    if (code != 0)
        code = count_by_mincore(fd, bytes, page_bytes, &pages);
    if (code == 0)
        *resident_bytes = pages * page_bytes < bytes ? pages * page_bytes : bytes;
    return code;
}

bool page_cache_needs_map(int fd)
{
    return is_overlay(fd) || !has_cachestat();
}

/* cachestat takes a fifth of mincore's time. */
int64_t page_cache_part_missing(int fd, const unsigned char *map, uint64_t offset, size_t length)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t first = offset / page_bytes;
    const uint64_t behind = (offset + length + page_bytes - 1) / page_bytes;
    uint64_t pages = 0;
    if (map != NULL)
        return page_cache_mapped_missing(map + offset, length);
    const int code = cachestat_pages(fd, offset, length, &pages);
    return code == 0 ? (int64_t)(behind - first - pages) : code;
}

int page_cache_drop_all(void)
{
    const int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    const int code = write(fd, "1", 1) == 1 ? 0 : -errno;
    close(fd);
    return code;
}
