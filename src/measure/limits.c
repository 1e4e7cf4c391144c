// SPDX-License-Identifier: MIT
#include "limits.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* Descriptors for everything but the file set: streams, the results, loops, /proc. */
enum { OTHER_FILES = 64 };

static int raise_descriptors(size_t files, size_t descriptors, struct error *error)
{
    struct rlimit limit;
    const rlim_t needed = (rlim_t)descriptors * (rlim_t)files + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return 0;
    limit.rlim_cur = needed;
    if (needed <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return 0;
    return error_set(
        error, -EMFILE,
        "--files %zu needs %zu open files and this shell allows %zu: give fewer files, "
        "or raise the limit with 'ulimit -n'",
        files, (size_t)needed, (size_t)limit.rlim_max);
}

static void *wait_for_all(void *barrier)
{
    pthread_mutex_lock(barrier);
    pthread_mutex_unlock(barrier);
    return NULL;
}

/* Creates that many threads at once, each waiting for a lock until all are there. */
static int try_threads(size_t threads, struct error *error)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t *created = calloc(threads + 1, sizeof *created);
    size_t count = 0;
    int code = 0;
    if (created == NULL)
        abort();
    pthread_mutex_lock(&gate);
    while (count < threads && code == 0) {
        code = pthread_create(&created[count], NULL, wait_for_all, &gate);
        if (code == 0)
            count++;
    }
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i < count; i++)
        pthread_join(created[i], NULL);
    free(created);
    if (code == 0)
        return 0;
    return error_set(
        error, -code,
        "the run needs %zu threads at once and this system allows %zu (%s): give fewer "
        "files or a smaller --pool, or raise the limit with 'ulimit -u' (or -v, for their stacks)",
        threads, count, strerror(code));
}

/* Takes as much of the address space as the mappings will, beside the threads. */
static int try_mappings(uint64_t bytes, size_t threads, struct error *error)
{
    if (bytes == 0)
        return try_threads(threads, error);
    void *space = bytes > SIZE_MAX ? MAP_FAILED
                                   : mmap(NULL, (size_t)bytes, PROT_NONE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space == MAP_FAILED)
        return error_set(error, -ENOMEM,
                         "the run maps %" PRIu64
                         " bytes at once, and the address space has no room for them: give fewer "
                         "--files, a smaller --size or --methods that read, or raise the limit "
                         "with 'ulimit -v'",
                         bytes);
    const int code = try_threads(threads, error);
    munmap(space, (size_t)bytes);
    return code;
}

int limits_check(size_t files, size_t descriptors, uint64_t mapped_bytes, size_t threads,
                 struct error *error)
{
    const int code = raise_descriptors(files, descriptors, error);
    return code != 0 ? code : try_mappings(mapped_bytes, threads, error);
}
