// SPDX-License-Identifier: MIT
#include "measure/device.h"

#include "platform/storage.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

/* What the storage is like in the next measurement. */
static struct script {
    bool refuses;  /* O_DIRECT */
    bool pretends; /* O_DIRECT is an ordinary read */
    bool counts;   /* what it delivers, which is `delivers` of what is read */
    double delivers;
    int latency_ms;     /* of each read; 0: real reads */
    unsigned in_flight; /* reads that are served at a time */
    bool fails;
} script;

static atomic_int opened;
static atomic_llong read_bytes;
static sem_t served;

/* Time passes five times as fast, so that the test does not last. */
uint64_t __real_uv_hrtime(void);
uint64_t __wrap_uv_hrtime(void)
{
    return 5 * __real_uv_hrtime();
}

int __real_storage_open_direct(const char *path);
int __wrap_storage_open_direct(const char *path)
{
    opened++;
    return script.refuses ? -EINVAL : __real_storage_open_direct(path);
}

bool __wrap_storage_tells_direct(int fd)
{
    (void)fd;
    return !script.pretends;
}

/* Only asked where nothing is told. */
int __wrap_page_cache_evict(int fd)
{
    assert_true(fd >= 0);
    return 0;
}

static bool is_cached;

int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    assert_true(fd >= 0);
    *resident_bytes = is_cached ? bytes : 0;
    is_cached = !is_cached; /* before and after a read */
    return 0;
}

struct storage __wrap_storage_describe(const char *path)
{
    assert_non_null(path);
    return (struct storage){.counts_reads = script.counts};
}

int64_t __wrap_storage_read_bytes(void)
{
    return 4711 + (int64_t)(script.delivers * (double)read_bytes);
}

ssize_t __real_pread(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t size, off_t offset)
{
    const struct timespec latency = {.tv_nsec = script.latency_ms * 1000000L};
    ssize_t got = (ssize_t)size;
    assert_true((uintptr_t)buffer % 4096 == 0 && offset % 4096 == 0);
    if (script.latency_ms == 0) {
        got = __real_pread(fd, buffer, size, offset);
    } else {
        sem_wait(&served);
        nanosleep(&latency, NULL);
        sem_post(&served);
    }
    if (script.fails && size > 65536) {
        errno = EIO;
        got = -1;
    }
    read_bytes += got > 0 ? got : 0;
    return got;
}

static struct device_speed measure(const char *dir, uint64_t bytes, struct script next)
{
    const uint64_t sizes[] = {bytes, bytes};
    struct file_set files;
    script = next;
    opened = 0;
    read_bytes = 0;
    is_cached = false;
    sem_init(&served, 0, script.in_flight);
    file_set_make(dir, sizes, LENGTH(sizes));
    file_set_get(&files, dir, 0);
    const struct device_speed speed = device_measure(&files);
    file_set_free(&files);
    sem_destroy(&served);
    return speed;
}

/* Skips where the file system of the build folder has no O_DIRECT. */
static void need_direct(const char *dir)
{
    file_write(dir, "file", "text", 4);
    char *path = files_join(dir, "file");
    const int fd = __real_storage_open_direct(path);
    free(path);
    if (fd < 0) {
        print_message("[  SKIPPED ] the build folder's file system refuses O_DIRECT\n");
        skip();
    }
    close(fd);
}

static void assert_unknown(struct device_speed speed)
{
    assert_true(isnan(speed.read_latency_s) && isnan(speed.read_bandwidth_bytes_per_s));
    assert_true(speed.read_bandwidth_depth == -1 && speed.read_bandwidth_block_bytes == -1);
}

static void large_reads_bring_more_bytes_a_second_than_single_small_ones(void **state)
{
    need_direct(*state);
    const struct device_speed speed = measure(*state, 8 << 20, (struct script){.delivers = 1});
    assert_true(speed.read_latency_s > 0);
    assert_true(speed.read_bandwidth_bytes_per_s > 4096 / speed.read_latency_s);
    assert_in_range(speed.read_bandwidth_depth, 1, 32);
}

/* Reads that take 20 ms are no faster for being smaller, and 12 of them can be under way. Four at a
 * time would give a third of what the storage can do. */
static void storage_with_latency_is_asked_for_more_at_a_time(void **state)
{
    need_direct(*state);
    const struct device_speed speed =
        measure(*state, 8 << 20, (struct script){.latency_ms = 20, .in_flight = 12, .delivers = 1});
    const double at_a_time = speed.read_bandwidth_bytes_per_s * speed.read_latency_s /
                             (double)speed.read_bandwidth_block_bytes;
    assert_in_range(speed.read_bandwidth_depth, 8, 32);
    assert_true(at_a_time > 6 && at_a_time < 14);
    assert_in_range(speed.read_bandwidth_block_bytes, 128 << 10, 2 << 20);
}

/* Nor is it read in pieces that take long. */
static void more_at_a_time_than_brings_something_is_not_the_depth(void **state)
{
    need_direct(*state);
    const struct device_speed speed =
        measure(*state, 8 << 20, (struct script){.latency_ms = 60, .in_flight = 1, .delivers = 1});
    assert_in_range(speed.read_bandwidth_depth, 1, 4);
    assert_in_range(speed.read_bandwidth_block_bytes, 128 << 10, 1 << 20);
}

/* One time for each file, and one to see whether it can be. */
static void files_are_opened_once(void **state)
{
    need_direct(*state);
    measure(*state, 2 << 20, (struct script){.latency_ms = 1, .in_flight = 4, .delivers = 1});
    assert_int_equal(opened, 3);
}

static void what_is_not_the_storage_s_speed_is_unknown(void **state)
{
    static const struct script scripts[] = {
        {.refuses = true, .delivers = 1},
        {.pretends = true, .delivers = 1},
        {.fails = true, .delivers = 1},
        {.counts = true, .delivers = 0.8, .latency_ms = 5, .in_flight = 1},
    };
    need_direct(*state);
    for (size_t i = 0; i < LENGTH(scripts); i++)
        assert_unknown(measure(*state, 4 << 20, scripts[i]));
    const struct device_speed counted =
        measure(*state, 4 << 20,
                (struct script){.counts = true, .delivers = 1, .latency_ms = 5, .in_flight = 1});
    assert_false(isnan(counted.read_bandwidth_bytes_per_s) || isnan(counted.read_latency_s));
}

static void files_too_small_to_measure_are_unknown(void **state)
{
    assert_unknown(measure(*state, 100, (struct script){.delivers = 1}));
    assert_unknown(measure(*state, 0, (struct script){.delivers = 1}));
    need_direct(*state);
    const struct device_speed speed = measure(*state, 8192, (struct script){.delivers = 1});
    assert_true(speed.read_latency_s > 0 && isnan(speed.read_bandwidth_bytes_per_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(large_reads_bring_more_bytes_a_second_than_single_small_ones),
        FOLDER_TEST(storage_with_latency_is_asked_for_more_at_a_time),
        FOLDER_TEST(more_at_a_time_than_brings_something_is_not_the_depth),
        FOLDER_TEST(files_are_opened_once),
        FOLDER_TEST(what_is_not_the_storage_s_speed_is_unknown),
        FOLDER_TEST(files_too_small_to_measure_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
