// SPDX-License-Identifier: MIT
#include "limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Descriptors for everything but the file set: streams, the results, loops, /proc. */
enum { OTHER_FILES = 64 };

static int raise_descriptors(size_t files, struct error *error)
{
    struct rlimit limit;
    const rlim_t needed = (rlim_t)files + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return 0;
    const rlim_t allowed = limit.rlim_cur;
    limit.rlim_cur = needed;
    if (needed <= limit.rlim_max && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return 0;
    return error_set(
        error, -EMFILE,
        "--files %zu needs %zu open files and this shell allows %zu: give fewer files, "
        "or raise the limit with 'ulimit -n'",
        files, files + OTHER_FILES, (size_t)allowed);
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
        "files or a smaller --pool, or raise the limit with 'ulimit -u'",
        threads, count, strerror(code));
}

int limits_check(size_t files, size_t threads, struct error *error)
{
    const int code = raise_descriptors(files, error);
    return code != 0 ? code : try_threads(threads, error);
}
