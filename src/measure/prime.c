// SPDX-License-Identifier: MIT
#include "prime.h"

#include "core/interrupt.h"
#include "work/touch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 20 };

int prime_by_read(int fd, uint64_t bytes)
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

int prime_by_page(int fd, uint64_t bytes)
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
