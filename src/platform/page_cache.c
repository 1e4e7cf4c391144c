// SPDX-License-Identifier: MIT
/* The part of page_cache.h that is the same on every system. */
#include "page_cache.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Few enough for the stack; mincore is called again for more. */
enum { PAGES_AT_ONCE = 1024 };

int64_t page_cache_mapped_missing(const unsigned char *address, size_t length)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const size_t most = PAGES_AT_ONCE * page_bytes;
    const size_t into_page = (uintptr_t)address % page_bytes;
    const unsigned char *at = address - into_page;
    int64_t missing = 0;
    for (size_t left = into_page + length; left > 0;) {
        unsigned char present[PAGES_AT_ONCE];
        const size_t bytes = left < most ? left : most;
        if (mincore((void *)at, bytes, (void *)present) != 0)
            return -errno;
        for (size_t i = 0; i < (bytes + page_bytes - 1) / page_bytes; i++)
            missing += (present[i] & 1) == 0;
        at += bytes;
        left -= bytes;
    }
    return missing;
}
