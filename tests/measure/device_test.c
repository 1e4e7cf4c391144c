// SPDX-License-Identifier: MIT
#include "measure/device.h"

#include "platform/storage.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

static bool refuse;

int __real_storage_open_direct(const char *path);

int __wrap_storage_open_direct(const char *path)
{
    return refuse ? -EINVAL : __real_storage_open_direct(path);
}

static struct device_speed measure(const char *dir, uint64_t bytes)
{
    struct file_set files;
    file_set_make(dir, &bytes, 1);
    file_set_get(&files, dir, 512);
    const struct device_speed speed = device_measure(&files);
    file_set_free(&files);
    return speed;
}

static void large_reads_bring_more_bytes_a_second_than_single_small_ones(void **state)
{
    refuse = false;
    const struct device_speed speed = measure(*state, 8 << 20);
    if (isnan(speed.read_latency_s)) {
        print_message("skipped: the build folder's file system refuses O_DIRECT\n");
        skip();
    }
    assert_true(speed.read_latency_s > 0);
    assert_true(speed.read_bandwidth_bytes_per_s > 4096 / speed.read_latency_s);
}

static void a_refusal_is_unknown(void **state)
{
    refuse = true;
    const struct device_speed speed = measure(*state, 8 << 20);
    assert_true(isnan(speed.read_latency_s) && isnan(speed.read_bandwidth_bytes_per_s));
}

static void files_too_small_to_measure_are_unknown(void **state)
{
    refuse = false;
    const struct device_speed speed = measure(*state, 100);
    assert_true(isnan(speed.read_latency_s) && isnan(speed.read_bandwidth_bytes_per_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(large_reads_bring_more_bytes_a_second_than_single_small_ones),
        FOLDER_TEST(a_refusal_is_unknown),
        FOLDER_TEST(files_too_small_to_measure_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
