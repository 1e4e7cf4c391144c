// SPDX-License-Identifier: MIT
/* Compares the blocking methods, warm, with bare loops over the same files, interleaved, and prints
 * the medians and their ratios. `make overhead` runs it on the folder data. */
#include "error.h"
#include "file_set.h"
#include "method.h"
#include "platform/page_cache.h"
#include "runner.h"
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <uv.h>

enum { RUNS = 15, STRIDE_BYTES = 512, CHUNK_BYTES = 65536 };

static double bare_pread(const struct file_set *files, uint64_t *sum)
{
    unsigned char *chunk = malloc(CHUNK_BYTES);
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++) {
        ssize_t got;
        for (off_t at = 0; (got = pread(files->files[i].fd, chunk, CHUNK_BYTES, at)) > 0; at += got)
            for (ssize_t k = 0; k < got; k += STRIDE_BYTES)
                *sum += chunk[k];
    }
    const uint64_t end_ns = uv_hrtime();
    free(chunk);
    return (double)(end_ns - start_ns) / 1e9;
}

static double bare_touch(const struct file_set *files, uint64_t *sum)
{
    const unsigned char *maps[64];
    for (size_t i = 0; i < files->count; i++)
        maps[i] = mmap(NULL, files->files[i].bytes, PROT_READ, MAP_SHARED, files->files[i].fd, 0);
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++)
        for (uint64_t at = 0; at < files->files[i].bytes; at += STRIDE_BYTES)
            *sum += maps[i][at];
    const uint64_t end_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++)
        munmap((void *)maps[i], files->files[i].bytes);
    return (double)(end_ns - start_ns) / 1e9;
}

/* As the runner does: the second access to a page costs the kernel more than the third. */
static void make_warm(const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        page_cache_evict(files->files[i].fd);
    for (size_t i = 0; i < files->count; i++)
        page_cache_prime(files->files[i].fd, files->files[i].bytes);
}

static void compare(const char *name, struct file_set *files,
                    double (*bare)(const struct file_set *files, uint64_t *sum))
{
    const struct runner runner = {
        .files = files, .stride_bytes = STRIDE_BYTES, .chunk_bytes = CHUNK_BYTES};
    double times[2][RUNS];
    for (size_t run = 0; run < RUNS; run++) {
        const struct plan_entry entry = {
            .method = method_find(name), .cache = CACHE_WARM, .repeat = run};
        struct trial trial;
        struct error error;
        uint64_t sum = 0;
        if (runner_trial(&runner, &entry, &trial, &error) != 0 || !trial_is_ok(&trial) ||
            file_set_open(files, &error) != 0) {
            fprintf(stderr, "%s: %s\n", name, error.text);
            exit(EXIT_FAILURE);
        }
        times[0][run] = trial.elapsed_s;
        make_warm(files);
        times[1][run] = bare(files, &sum);
        file_set_close(files);
        if ((int64_t)sum != trial.sum)
            exit(EXIT_FAILURE);
    }
    stats_sort(times[0], RUNS);
    stats_sort(times[1], RUNS);
    const double method_s = stats_median(times[0], RUNS);
    const double bare_s = stats_median(times[1], RUNS);
    printf("%-12s warm %.4f s, bare loop %.4f s, ratio %.3f (medians of %d, interleaved)\n", name,
           method_s, bare_s, method_s / bare_s, RUNS);
}

int main(int argc, char **argv)
{
    struct file_set files;
    struct error error;
    if (argc != 2 || file_set_load(&files, argv[1], STRIDE_BYTES, &error) != 0) {
        fprintf(stderr, "overhead: give the data folder of a run\n");
        return EXIT_FAILURE;
    }
    compare("single-read", &files, bare_pread);
    compare("single-mmap", &files, bare_touch);
    file_set_free(&files);
    return EXIT_SUCCESS;
}
