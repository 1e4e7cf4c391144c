// SPDX-License-Identifier: MIT
#include "one_call.h"

#include "core/interrupt.h"
#include "platform/ahead.h"
#include "platform/page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <uv.h>

/* The device is done when nothing more has come for as long as that. */
enum { POLL_MS = 2, QUIET_POLLS = 25, MOST_POLLS = 1000 };

static int by_readahead(int fd, uint64_t bytes)
{
    return ahead_read(fd, 0, (size_t)bytes);
}

static int by_willneed(int fd, uint64_t bytes)
{
    void *map = mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    const int code = madvise(map, (size_t)bytes, MADV_WILLNEED) == 0 ? 0 : -errno;
    munmap(map, (size_t)bytes);
    return code;
}

/* How much is there when nothing more comes, or -1. */
static int64_t await_bytes(int fd, uint64_t bytes)
{
    uint64_t before = 0;
    int quiet = 0;
    for (int i = 0; i < MOST_POLLS && quiet < QUIET_POLLS && interrupt_signal() == 0; i++) {
        uint64_t resident;
        if (page_cache_resident(fd, bytes, &resident) != 0)
            return -1;
        quiet = resident == before ? quiet + 1 : 0;
        before = resident;
        uv_sleep(POLL_MS);
    }
    return (int64_t)before;
}

static int64_t measure(const struct data_file *file, int (*ask)(int fd, uint64_t bytes))
{
    uint64_t resident = 1;
    int64_t brought = -1;
    const int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (page_cache_evict(fd) == 0 && page_cache_resident(fd, file->bytes, &resident) == 0 &&
        resident == 0 && ask(fd, file->bytes) == 0)
        brought = await_bytes(fd, file->bytes);
    close(fd);
    return brought;
}

struct one_call one_call_measure(const struct file_set *files)
{
    return (struct one_call){
        .readahead_bytes = measure(&files->files[0], by_readahead),
        .willneed_bytes = measure(&files->files[0], by_willneed),
    };
}
