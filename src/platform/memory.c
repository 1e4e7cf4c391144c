// SPDX-License-Identifier: MIT
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE_BYTES = 1 << 21 };

void *memory_allocate(size_t bytes)
{
    const size_t whole = (bytes / HUGE_PAGE_BYTES + 1) * HUGE_PAGE_BYTES;
    void *memory;
    if (posix_memalign(&memory, HUGE_PAGE_BYTES, whole) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    madvise(memory, whole, MADV_HUGEPAGE);
#endif
    memset(memory, 0, bytes);
    return memory;
}
