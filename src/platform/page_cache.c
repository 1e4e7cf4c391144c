// SPDX-License-Identifier: MIT
/* The part of page_cache.h that is the same on every system. */
#include "page_cache.h"

#include "interrupt.h"
#include "touch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 20 };

int page_cache_prime(int fd, uint64_t bytes)
{
    char *buffer = malloc(CHUNK_BYTES);
    int code = buffer == NULL ? -ENOMEM : 0;
    for (uint64_t offset = 0; code == 0 && offset < bytes;) {
        const ssize_t got = pread(fd, buffer, CHUNK_BYTES, (off_t)offset);
        if (interrupt_signal() != 0)
            code = -ECANCELED;
        else if (got < 0 && errno != EINTR)
            code = -errno;
        else if (got == 0)
            code = -ENODATA;
        else if (got > 0)
            offset += (uint64_t)got;
    }
    free(buffer);
    return code;
}

int page_cache_prime_by_page(int fd, uint64_t bytes)
{
    uint64_t sum = 0;
    if (bytes == 0)
        return 0;
    void *map = mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    int code = madvise(map, (size_t)bytes, MADV_RANDOM) == 0 ? 0 : -errno;
    if (code == 0)
        code = touch_mapping(map, 0, bytes, (uint64_t)sysconf(_SC_PAGESIZE), &sum);
    munmap(map, (size_t)bytes);
    return code;
}

/* Few enough for the stack; mincore is called again for more. */
enum { PAGES_AT_ONCE = 1024 };

int page_cache_mapped_resident(const unsigned char *address, size_t length)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const size_t most = PAGES_AT_ONCE * page_bytes;
    const size_t into_page = (uintptr_t)address % page_bytes;
    const unsigned char *at = address - into_page;
    for (size_t left = into_page + length; left > 0;) {
        unsigned char present[PAGES_AT_ONCE];
        const size_t bytes = left < most ? left : most;
        if (mincore((void *)at, bytes, (void *)present) != 0)
            return -errno;
        for (size_t i = 0; i < (bytes + page_bytes - 1) / page_bytes; i++) {
            if ((present[i] & 1) == 0)
                return 0;
        }
        at += bytes;
        left -= bytes;
    }
    return 1;
}
