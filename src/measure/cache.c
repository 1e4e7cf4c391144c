// SPDX-License-Identifier: MIT
#include "cache.h"

#include "core/interrupt.h"
#include "core/progress.h"
#include "platform/page_cache.h"
#include "platform/transfer.h"
#include "prime.h"

#include <math.h>

enum { EVICTION_ATTEMPTS = 5, PRIMING_ATTEMPTS = 3 };

double cache_resident(const struct file_set *files)
{
    uint64_t resident = 0;
    for (size_t i = 0; i < files->count; i++) {
        uint64_t bytes;
        if (page_cache_resident(files->files[i].fd, files->files[i].bytes, &bytes) != 0)
            return NAN;
        resident += bytes;
    }
    return files->bytes == 0 ? NAN : (double)resident / (double)files->bytes;
}

static int evict_once(const struct file_set *files, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        const int code = page_cache_evict(files->files[i].fd);
        if (code != 0)
            return error_set_call(error, code, "evict", files->files[i].path);
    }
    return 0;
}

/* Advice is not an order: evict until it shows, what was sent before has come to its end, and only
 * then ask for more. */
static int evict(const struct file_set *files, struct error *error)
{
    for (int attempt = 0; attempt < EVICTION_ATTEMPTS; attempt++) {
        const int code = evict_once(files, error);
        if (code != 0 || interrupt_signal() != 0)
            return code;
        const double resident = cache_resident(files);
        if (isnan(resident) || resident <= CACHE_COLD_AT_MOST)
            return 0;
        transfer_settle();
    }
    progress_step("dropping the page cache");
    page_cache_drop_all(); /* refused to most users; the verification sees what came of it */
    return 0;
}

const char *cache_prime_name(enum cache_prime how)
{
    return how == PRIME_READ ? "read" : "pages";
}

static int prime(const struct file_set *files, enum cache_prime how, struct error *error)
{
    for (size_t i = 0; i < files->count; i++) {
        const struct data_file *file = &files->files[i];
        const int code = how == PRIME_READ ? prime_by_read(file->fd, file->bytes)
                                           : prime_by_page(file->fd, file->bytes);
        if (code != 0)
            return error_set_call(error, code, "read", files->files[i].path);
    }
    return 0;
}

/* Some systems take back pages that were idle for seconds (DAMON), even while others are read. A
 * cache that is filled by page can be filled up in the same way; one filled by plain reads is made
 * anew. */
static int evict_and_prime(const struct file_set *files, enum cache_prime how, struct error *error)
{
    for (int attempt = 0; attempt < PRIMING_ATTEMPTS; attempt++) {
        int code = 0;
        if (attempt == 0 || how == PRIME_READ) {
            progress_step("evicting");
            code = evict(files, error);
        }
        if (code != 0)
            return code;
        progress_step("priming");
        code = prime(files, how, error);
        const double resident = code == 0 ? cache_resident(files) : NAN;
        if (isnan(resident) || resident >= CACHE_WARM_AT_LEAST)
            return code;
    }
    return 0;
}

int cache_set(const struct file_set *files, enum cache_state cache, enum cache_prime how,
              struct error *error)
{
    if (cache == CACHE_WARM)
        return evict_and_prime(files, how, error);
    progress_step("evicting");
    return evict(files, error);
}
