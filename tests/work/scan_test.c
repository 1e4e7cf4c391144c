// SPDX-License-Identifier: MIT
#include "work/scan.h"

#include "tests/support.h"

#include <errno.h>

static int malloc_fails_at = -1; /* after this many calls; -1: never */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return malloc_fails_at >= 0 && malloc_fails_at-- == 0 ? NULL : __real_malloc(size);
}

uint64_t __wrap_uv_hrtime(void)
{
    return 12345;
}

static struct file_set files;
static struct scan scan;

/* Opens a scan of three files, the second of which is empty. */
static void begin(const char *dir)
{
    static const uint64_t sizes[] = {9000, 0, 513};
    struct error error;
    file_set_make(dir, sizes, LENGTH(sizes));
    file_set_get(&files, dir, 512);
    assert_int_equal(file_set_open(&files, &error), 0);
    scan_init(&scan, &files, NULL, 512, 4096);
}

static void end(void)
{
    scan_free(&scan);
    file_set_free(&files);
}

static void a_scan_has_a_task_for_each_file(void **state)
{
    begin(*state);
    assert_int_equal(scan.count, 3);
    assert_int_equal(scan.unfinished, 3);
    for (size_t i = 0; i < scan.count; i++) {
        assert_ptr_equal(scan.tasks[i].scan, &scan);
        assert_ptr_equal(scan.tasks[i].file, &files.files[i]);
    }
    end();
}

static void the_last_task_to_end_is_the_end_of_the_scan(void **state)
{
    begin(*state);
    scan_task_done(&scan.tasks[1]);
    scan_task_done(&scan.tasks[2]);
    assert_int_equal(scan.end_ns, 0);
    scan_task_done(&scan.tasks[0]);
    assert_int_equal(scan.end_ns, 12345);
    end();
}

static void the_first_task_that_failed_is_found(void **state)
{
    begin(*state);
    assert_null(scan_failed_task(&scan));
    assert_int_equal(scan_task_fail(&scan.tasks[2], -EIO, "read"), -EIO);
    assert_int_equal(scan_task_fail(&scan.tasks[1], -ENOMEM, "mmap"), -ENOMEM);
    assert_ptr_equal(scan_failed_task(&scan), &scan.tasks[1]);
    assert_non_null(strstr(scan.tasks[2].error.text, "scan-0002.bin: Input/output error"));
    end();
}

static void a_map_shows_the_file_and_an_empty_file_has_none(void **state)
{
    unsigned char bytes[9000];
    begin(*state);
    content_fill(CONTENT_SEED, 0, 0, bytes, sizeof bytes);
    assert_int_equal(scan_map_files(&scan), 0);
    assert_memory_equal(scan.tasks[0].map, bytes, sizeof bytes);
    assert_null(scan.tasks[1].map);
    scan_unmap_files(&scan);
    assert_true(scan.tasks[0].map == NULL && scan.tasks[2].map == NULL);
    end();
}

static void a_file_that_cannot_be_mapped_is_named(void **state)
{
    begin(*state);
    close(files.files[2].fd);
    files.files[2].fd = -1;
    assert_int_equal(scan_map_files(&scan), -EBADF);
    assert_non_null(strstr(scan.tasks[2].error.text, "scan-0002.bin"));
    assert_non_null(scan.tasks[0].map);
    scan_unmap_files(&scan);
    end();
}

static void every_task_gets_a_buffer(void **state)
{
    begin(*state);
    assert_int_equal(scan_allocate_buffers(&scan), 0);
    for (size_t i = 0; i < scan.count; i++)
        memset(scan.tasks[i].buffer, 1, scan.chunk_bytes);
    scan_free_buffers(&scan);
    assert_null(scan.tasks[2].buffer);
    end();
}

static void without_memory_there_is_an_error(void **state)
{
    begin(*state);
    malloc_fails_at = 1;
    assert_int_equal(scan_allocate_buffers(&scan), -ENOMEM);
    assert_int_equal(scan.tasks[1].error.code, -ENOMEM);
    scan_free_buffers(&scan);
    assert_null(scan.tasks[0].buffer);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_scan_has_a_task_for_each_file),
        FOLDER_TEST(the_last_task_to_end_is_the_end_of_the_scan),
        FOLDER_TEST(the_first_task_that_failed_is_found),
        FOLDER_TEST(a_map_shows_the_file_and_an_empty_file_has_none),
        FOLDER_TEST(a_file_that_cannot_be_mapped_is_named),
        FOLDER_TEST(every_task_gets_a_buffer),
        FOLDER_TEST(without_memory_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
