// SPDX-License-Identifier: MIT
/* The part of page_cache.h that is the same on every system. */
#include "page_cache.h"

#include "interrupt.h"

#include <errno.h>
#include <stdlib.h>
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
