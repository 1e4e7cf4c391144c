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
    LEAST_BYTES = 1 << 17, /* what a file system asks its server for at a time */
    MOST_DEPTH = 32,
    MOST_SMALL_READS = 4096,
    SLICES = 3, /* of each depth; the best one counts, since others may use the device, too */
    LEAN_DEPTHS = 2,
};

#define LATENCY_NS    UINT64_C(400000000)
#define SLICE_NS      UINT64_C(60000000)
#define BANDWIDTH_NS  UINT64_C(1500000000) /* at least, for a device whose speed varies */
#define LARGE_READ_NS UINT64_C(250000000)  /* at most, one at a time, or the blocks shrink */

/* More than this is a gain, and less than this of what was read was not read from storage. */
#define GAIN            1.05
#define DELIVERED_LEAST 0.9

struct device {
    const struct file_set *files;
    int *fds; /* of the files, opened once */
    size_t open_count;
    size_t block_bytes;        /* of a large read */
    void *buffers[MOST_DEPTH]; /* one for each thread, as they come to be needed */
    atomic_size_t next;        /* block of the file set, files interleaved */
    pthread_mutex_t gate;      /* held until all threads of a slice are there */
    uint64_t slice_begin_ns;
    atomic_ullong read_bytes; /* since the files were opened */
    atomic_bool failed;
};

struct device_speed device_unknown(void)
{
    return (struct device_speed){
        .read_latency_s = NAN,
        .read_bandwidth_bytes_per_s = NAN,
        .read_bandwidth_depth = -1,
        .read_bandwidth_block_bytes = -1,
    };
}

static bool read_block(struct device *device, size_t file, void *buffer, size_t bytes, size_t block)
{
    const ssize_t got = pread(device->fds[file], buffer, bytes, (off_t)(block * bytes));
    if (got > 0)
        atomic_fetch_add(&device->read_bytes, (unsigned long long)got);
    if (got == (ssize_t)bytes)
        return true;
    atomic_store(&device->failed, true);
    return false;
}

/* ---- Latency ----------------------------------------------------------------------------------
 */

/* Random blocks of the first file, for as long as the time or the memory for the samples lasts. */
static double measure_latency(struct device *device)
{
    const uint64_t blocks = device->files->files[0].bytes / SMALL_BYTES;
    double *times = calloc(MOST_SMALL_READS, sizeof *times);
    void *buffer = memory_allocate(SMALL_BYTES);
    uint64_t random = 1;
    size_t count = 0;
    const uint64_t begin_ns = uv_hrtime();
    uint64_t now_ns = begin_ns;
    while (times != NULL && buffer != NULL && blocks > 0 && count < MOST_SMALL_READS &&
           now_ns - begin_ns < LATENCY_NS && interrupt_signal() == 0) {
        const uint64_t start_ns = uv_hrtime();
        if (!read_block(device, 0, buffer, SMALL_BYTES, (size_t)random_below(&random, blocks)))
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
    return median;
}

/* ---- Bandwidth --------------------------------------------------------------------------------
 */

static bool read_next(struct device *device, void *buffer)
{
    const size_t turn = atomic_fetch_add(&device->next, 1);
    const size_t file = turn % device->files->count;
    const size_t blocks = (size_t)(device->files->files[file].bytes / device->block_bytes);
    return read_block(device, file, buffer, device->block_bytes,
                      turn / device->files->count % blocks);
}

/* One thread of a slice. */
struct reader {
    struct device *device;
    void *buffer;
    uint64_t end_ns;
};

static void *read_blocks(void *argument)
{
    struct reader *reader = argument;
    struct device *device = reader->device;
    pthread_mutex_lock(&device->gate);
    pthread_mutex_unlock(&device->gate);
    while (uv_hrtime() - device->slice_begin_ns < SLICE_NS && interrupt_signal() == 0 &&
           read_next(device, reader->buffer))
        ;
    reader->end_ns = uv_hrtime();
    return NULL;
}

/* The bytes a second of that many threads, which begin at the same time; 0 when there cannot be as
 * many. */
static double measure_slice(struct device *device, size_t depth)
{
    struct reader readers[MOST_DEPTH];
    pthread_t threads[MOST_DEPTH];
    size_t count = 0;
    const unsigned long long before = atomic_load(&device->read_bytes);
    pthread_mutex_lock(&device->gate);
    for (; count < depth; count++) {
        readers[count] = (struct reader){.device = device, .buffer = device->buffers[count]};
        if (pthread_create(&threads[count], NULL, read_blocks, &readers[count]) != 0)
            break;
    }
    device->slice_begin_ns = uv_hrtime();
    pthread_mutex_unlock(&device->gate);
    uint64_t took_ns = 1;
    for (size_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        if (readers[i].end_ns - device->slice_begin_ns > took_ns)
            took_ns = readers[i].end_ns - device->slice_begin_ns;
    }
    const double bytes = (double)(atomic_load(&device->read_bytes) - before);
    return count < depth || atomic_load(&device->failed) ? 0 : bytes * 1e9 / (double)took_ns;
}

static double measure_depth(struct device *device, size_t depth)
{
    double best = 0;
    const uint64_t begin_ns = uv_hrtime();
    for (size_t i = 0; i < depth; i++) {
        if (device->buffers[i] == NULL)
            device->buffers[i] = memory_allocate(LARGE_BYTES);
        if (device->buffers[i] == NULL)
            return 0;
    }
    for (int i = 0; i < SLICES && (i == 0 || uv_hrtime() - begin_ns < SLICES * SLICE_NS); i++)
        best = fmax(best, measure_slice(device, depth));
    return best;
}

/* Smaller blocks where a large one takes long, and may be many requests one after the other (old
 * FUSE: 16): the measurement would take long as well. */
static bool choose_block(struct device *device)
{
    device->buffers[0] = memory_allocate(LARGE_BYTES);
    device->block_bytes = LARGE_BYTES;
    const uint64_t begin_ns = uv_hrtime();
    if (device->buffers[0] == NULL || !read_next(device, device->buffers[0]))
        return false;
    uint64_t took_ns = uv_hrtime() - begin_ns;
    for (; took_ns > LARGE_READ_NS && device->block_bytes > LEAST_BYTES; took_ns /= 2)
        device->block_bytes /= 2;
    return true;
}

/* The best so far. */
struct best {
    double rate;
    size_t depth; /* the least that brings so much, but for a gain too small to tell */
};

static bool is_gain(struct best *best, double rate, size_t depth)
{
    const bool gains = rate > GAIN * best->rate;
    if (gains)
        best->depth = depth;
    best->rate = fmax(best->rate, rate);
    return gains;
}

/* Twice as many reads at a time, and twice again, until that brings no more; one depth without a
 * gain may be bad luck. For the rest of the time that depth and the last one have a second chance.
 */
static struct best find_best(struct device *device)
{
    struct best best = {.rate = 0};
    size_t last = 1;
    const uint64_t begin_ns = uv_hrtime();
    for (int lean = 0; last <= MOST_DEPTH && lean < LEAN_DEPTHS && interrupt_signal() == 0;
         last *= 2)
        lean = is_gain(&best, measure_depth(device, last), last) ? 0 : lean + 1;
    last /= 2;
    for (int i = 0; best.depth > 0 && !atomic_load(&device->failed) && interrupt_signal() == 0 &&
                    uv_hrtime() - begin_ns < BANDWIDTH_NS;
         i++) {
        const size_t depth = i % 2 == 0 ? last : best.depth;
        is_gain(&best, measure_slice(device, depth), depth);
    }
    return best;
}

static void measure_bandwidth(struct device *device, struct device_speed *speed)
{
    for (size_t i = 0; i < device->files->count; i++) {
        if (device->files->files[i].bytes < LARGE_BYTES)
            return;
    }
    if (!choose_block(device))
        return;
    const struct best best = find_best(device);
    if (best.depth == 0)
        return;
    speed->read_bandwidth_bytes_per_s = best.rate;
    speed->read_bandwidth_depth = (int64_t)best.depth;
    speed->read_bandwidth_block_bytes = (int64_t)device->block_bytes;
}

/* ---- Both -------------------------------------------------------------------------------------
 */

static bool open_files(struct device *device)
{
    const struct file_set *files = device->files;
    device->fds = calloc(files->count + 1, sizeof *device->fds);
    if (device->fds == NULL)
        abort();
    for (; device->open_count < files->count; device->open_count++) {
        const int fd = storage_open_direct(files->files[device->open_count].path);
        if (fd < 0)
            return false;
        device->fds[device->open_count] = fd;
    }
    return files->count > 0;
}

static void close_files(struct device *device)
{
    for (size_t i = 0; i < device->open_count; i++)
        close(device->fds[i]);
    for (size_t i = 0; i < MOST_DEPTH; i++)
        free(device->buffers[i]);
    free(device->fds);
}

/* Whether storage delivered what was read, as far as that is counted. */
static bool was_delivered(const struct device *device, int64_t before)
{
    const struct storage storage = storage_describe(device->files->files[0].path);
    const double delivered = (double)(storage_read_bytes() - before);
    return before < 0 || !storage.counts_reads ||
           delivered >= DELIVERED_LEAST * (double)atomic_load(&device->read_bytes);
}

struct device_speed device_measure(const struct file_set *files)
{
    struct device device = {.files = files, .gate = PTHREAD_MUTEX_INITIALIZER};
    struct device_speed speed = device_unknown();
    if (files->count == 0 || storage_direct_unsupported(files->files[0].path) != NULL)
        return speed;
    const int64_t before = storage_read_bytes();
    if (open_files(&device)) {
        speed.read_latency_s = measure_latency(&device);
        measure_bandwidth(&device, &speed);
        if (!was_delivered(&device, before) || atomic_load(&device.failed))
            speed = device_unknown();
    }
    close_files(&device);
    return speed;
}
