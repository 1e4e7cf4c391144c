// SPDX-License-Identifier: MIT
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE_BYTES = 1 << 21 };

void *memory_allocate(size_t bytes)
{
    void *memory;
    if (posix_memalign(&memory, HUGE_PAGE_BYTES, bytes + 1) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    memset(memory, 0, bytes);
    return memory;
}
