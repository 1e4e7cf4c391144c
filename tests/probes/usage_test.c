// SPDX-License-Identifier: MIT
#include "probes/usage.h"

#include "measure/prime.h"
#include "platform/page_cache.h"
#include "platform/storage.h"
#include "tests/support.h"

#include <sys/mman.h>
#include <time.h>

static const struct usage before = {1, 20, 300, 4000, 5.5, 6.25, 70000};
static const struct usage after = {2, 22, 303, 4004, 10.5, 12.25, 77000};

static void the_difference_is_recorded(void **state)
{
    struct trial trial = trial_unknown();
    (void)state;
    usage_record(&before, &after, &trial);
    assert_int_equal(trial.major_faults, 1);
    assert_int_equal(trial.minor_faults, 2);
    assert_int_equal(trial.voluntary_switches, 3);
    assert_int_equal(trial.involuntary_switches, 4);
    assert_true(trial.user_s == 5);
    assert_true(trial.system_s == 6);
    assert_int_equal(trial.device_read_bytes, 7000);
}

static void reads_that_were_not_counted_stay_unknown(void **state)
{
    struct usage uncounted = before;
    (void)state;
    uncounted.device_read_bytes = -1;
    struct trial trial = trial_unknown();
    usage_record(&uncounted, &after, &trial);
    assert_int_equal(trial.device_read_bytes, -1);
    usage_record(&after, &uncounted, &trial);
    assert_int_equal(trial.device_read_bytes, -1);
}

/* Touches memory that was not there before; a huge page is the largest that a fault brings. */
enum { NEW_BYTES = 64 << 20, HUGE_PAGE_BYTES = 2 << 20 };

static void touch_new_memory(void)
{
    unsigned char *memory =
        mmap(NULL, NEW_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    for (size_t at = 0; at < NEW_BYTES; at += 512)
        *(volatile unsigned char *)(memory + at) = 1;
    munmap(memory, NEW_BYTES);
}

static double process_cpu_s(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* A reading takes time itself, under valgrind much: what is counted lies between the time within
 * the readings and the time around them. A kernel brings its count up to date at a tick, 10 ms at
 * most. */
static void faults_and_cpu_time_are_counted(void **state)
{
    static const double tick_s = 0.01;
    (void)state;
    const double around_s = process_cpu_s();
    const struct usage start = usage_now();
    const double within_s = process_cpu_s();
    touch_new_memory();
    while (process_cpu_s() - within_s < 0.2) {
    }
    const double least_s = process_cpu_s() - within_s;
    const struct usage end = usage_now();
    const double most_s = process_cpu_s() - around_s;
    const double counted_s = end.user_s + end.system_s - start.user_s - start.system_s;
    assert_in_range(end.minor_faults - start.minor_faults, NEW_BYTES / HUGE_PAGE_BYTES,
                    NEW_BYTES / 64); /* a sanitizer's own memory has faults, too */
    assert_true(end.user_s > start.user_s);
    assert_true(counted_s > least_s - tick_s && counted_s < most_s + tick_s);
}

static void sleeping_is_switching_voluntarily(void **state)
{
    const struct timespec shortly = {.tv_nsec = 100000};
    (void)state;
    const struct usage start = usage_now();
    for (int i = 0; i < 20; i++)
        nanosleep(&shortly, NULL);
    const struct usage end = usage_now();
    assert_in_range(end.voluntary_switches - start.voluntary_switches, 20, 40);
}

static void what_the_device_delivers_is_counted(void **state)
{
    static const uint64_t bytes = 8 << 20;
    const struct storage storage = storage_describe(*state);
    if (storage.memory_only || !storage.counts_reads) {
        print_message("[  SKIPPED ] reads from %s are not counted\n", storage.file_system);
        skip();
    }
    file_set_make(*state, &bytes, 1);
    char *path = files_join(*state, "scan-0000.bin");
    const int fd = open(path, O_RDONLY);
    uint64_t left = bytes;
    assert_true(fd >= 0);
    for (int attempt = 0; attempt < 5 && left > 0; attempt++) {
        assert_int_equal(page_cache_evict(fd), 0);
        assert_int_equal(page_cache_resident(fd, bytes, &left), 0);
    }
    const struct usage cold = usage_now();
    assert_int_equal(prime_by_read(fd, bytes), 0);
    const struct usage warm = usage_now();
    assert_int_equal(prime_by_read(fd, bytes), 0);
    const struct usage end = usage_now();
    assert_in_range(warm.device_read_bytes - cold.device_read_bytes, bytes, 2 * bytes);
    assert_int_equal(end.device_read_bytes - warm.device_read_bytes, 0);
    close(fd);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_recorded),
        cmocka_unit_test(reads_that_were_not_counted_stay_unknown),
        cmocka_unit_test(faults_and_cpu_time_are_counted),
        cmocka_unit_test(sleeping_is_switching_voluntarily),
        FOLDER_TEST(what_the_device_delivers_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
