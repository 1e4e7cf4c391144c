// SPDX-License-Identifier: MIT
#include "device.h"

#include "core/interrupt.h"
#include "core/random.h"
#include "core/stats.h"
#include "platform/memory.h"
#include "platform/storage.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum {
    SMALL_BYTES = 4096,
    LARGE_BYTES = 1 << 21, /* a huge page: a device is told of it as one piece */
    DEPTH = 4,             /* large reads at a time */
    MOST_READS = 4096,
};

#define LATENCY_NS   UINT64_C(500000000)
#define BANDWIDTH_NS UINT64_C(1000000000)

/* Random blocks of the first file, for as long as the time or the memory for the samples lasts. */
static double measure_latency(const struct data_file *file)
{
    const uint64_t blocks = file->bytes / SMALL_BYTES;
    const int fd = blocks == 0 ? -1 : storage_open_direct(file->path);
    if (fd < 0)
        return NAN;
    double *times = calloc(MOST_READS, sizeof *times);
    void *buffer = memory_allocate(SMALL_BYTES);
    uint64_t random = 1;
    size_t count = 0;
    const uint64_t begin_ns = uv_hrtime();
    uint64_t now_ns = begin_ns;
    while (times != NULL && buffer != NULL && count < MOST_READS &&
           now_ns - begin_ns < LATENCY_NS && interrupt_signal() == 0) {
        const off_t offset = (off_t)(random_below(&random, blocks) * SMALL_BYTES);
        const uint64_t start_ns = uv_hrtime();
        if (pread(fd, buffer, SMALL_BYTES, offset) != SMALL_BYTES)
            break;
        now_ns = uv_hrtime();
        times[count++] = (double)(now_ns - start_ns) / 1e9;
    }
    double median = NAN;
    if (count > 0) {
        stats_sort(times, count);
        median = stats_median(times, count);
    }
    free(buffer);
    free(times);
    close(fd);
    return median;
}

/* What the readers of one bandwidth measurement share. */
struct readers {
    const struct file_set *files;
    uint64_t begin_ns;
    atomic_size_t next; /* block of the file set, files interleaved */
    atomic_ullong bytes;
    atomic_bool refused;
};

static void *read_blocks(void *argument)
{
    struct readers *readers = argument;
    const struct file_set *files = readers->files;
    void *buffer = memory_allocate(LARGE_BYTES);
    if (buffer == NULL)
        atomic_store(&readers->refused, true);
    while (buffer != NULL && uv_hrtime() - readers->begin_ns < BANDWIDTH_NS &&
           interrupt_signal() == 0) {
        const size_t block = atomic_fetch_add(&readers->next, 1);
        const struct data_file *file = &files->files[block % files->count];
        const uint64_t blocks = file->bytes / LARGE_BYTES;
        const int fd = blocks == 0 ? -1 : storage_open_direct(file->path);
        const ssize_t got = fd < 0 ? -1
                                   : pread(fd, buffer, LARGE_BYTES,
                                           (off_t)(block / files->count % blocks * LARGE_BYTES));
        if (fd >= 0)
            close(fd);
        if (got <= 0) {
            atomic_store(&readers->refused, true);
            break;
        }
        atomic_fetch_add(&readers->bytes, (unsigned long long)got);
    }
    free(buffer);
    return NULL;
}

static double measure_bandwidth(const struct file_set *files)
{
    struct readers readers = {.files = files, .begin_ns = uv_hrtime()};
    pthread_t threads[DEPTH];
    size_t count = 0;
    while (count < DEPTH && pthread_create(&threads[count], NULL, read_blocks, &readers) == 0)
        count++;
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    const double seconds = (double)(uv_hrtime() - readers.begin_ns) / 1e9;
    const double bytes = (double)atomic_load(&readers.bytes);
    return atomic_load(&readers.refused) || bytes == 0 ? NAN : bytes / seconds;
}

struct device_speed device_measure(const struct file_set *files)
{
    return (struct device_speed){
        .read_latency_s = measure_latency(&files->files[0]),
        .read_bandwidth_bytes_per_s = measure_bandwidth(files),
    };
}
