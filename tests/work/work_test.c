// SPDX-License-Identifier: MIT
#include "work/work.h"

#include "tests/support.h"

#include <errno.h>

static bool no_memory;

void *__real_memory_allocate(size_t bytes);
void *__wrap_memory_allocate(size_t bytes)
{
    return no_memory ? NULL : __real_memory_allocate(bytes);
}

uint64_t __wrap_uv_hrtime(void)
{
    return 12345;
}

static struct file_set files;
static struct work scan;

/* Opens a scan of three files, the second of which is empty. */
static void begin(const char *dir)
{
    static const uint64_t sizes[] = {9000, 0, 513};
    static const struct work_settings settings = {.stride_bytes = 512};
    struct error error;
    file_set_make(dir, sizes, LENGTH(sizes));
    file_set_get(&files, dir, 512);
    assert_int_equal(file_set_open(&files, &error), 0);
    work_init(&scan, &settings, &files, NULL, 4096);
}

static void end(void)
{
    work_free(&scan);
    file_set_free(&files);
}

static void a_scan_has_a_task_for_each_file(void **state)
{
    begin(*state);
    assert_int_equal(scan.count, 3);
    assert_int_equal(scan.unfinished, 3);
    for (size_t i = 0; i < scan.count; i++) {
        assert_ptr_equal(scan.tasks[i].work, &scan);
        assert_ptr_equal(scan.tasks[i].file, &files.files[i]);
    }
    end();
}

static void the_last_task_to_end_is_the_end_of_the_scan(void **state)
{
    begin(*state);
    task_done(&scan.tasks[1]);
    task_done(&scan.tasks[2]);
    assert_int_equal(scan.end_ns, 0);
    task_done(&scan.tasks[0]);
    assert_int_equal(scan.end_ns, 12345);
    end();
}

static void the_first_task_that_failed_is_found(void **state)
{
    begin(*state);
    assert_null(work_failed_task(&scan));
    assert_int_equal(task_fail(&scan.tasks[2], -EIO, "read"), -EIO);
    assert_int_equal(task_fail(&scan.tasks[1], -ENOMEM, "mmap"), -ENOMEM);
    assert_ptr_equal(work_failed_task(&scan), &scan.tasks[1]);
    assert_non_null(strstr(scan.tasks[2].error.text, "scan-0002.bin: Input/output error"));
    end();
}

static void a_map_shows_the_file_and_an_empty_file_has_none(void **state)
{
    unsigned char bytes[9000];
    begin(*state);
    content_fill(CONTENT_SEED, 0, 0, bytes, sizeof bytes);
    assert_int_equal(work_map_files(&scan), 0);
    assert_memory_equal(scan.tasks[0].map, bytes, sizeof bytes);
    assert_null(scan.tasks[1].map);
    work_release(&scan);
    assert_true(scan.tasks[0].map == NULL && scan.tasks[2].map == NULL);
    end();
}

static void a_file_that_cannot_be_mapped_is_named(void **state)
{
    begin(*state);
    close(files.files[2].fd);
    files.files[2].fd = -1;
    assert_int_equal(work_map_files(&scan), -EBADF);
    assert_non_null(strstr(scan.tasks[2].error.text, "scan-0002.bin"));
    assert_non_null(scan.tasks[0].map);
    work_release(&scan);
    end();
}

static void buffers_are_whole_blocks_that_do_not_overlap(void **state)
{
    begin(*state);
    scan.chunk_bytes = 4097;
    assert_int_equal(work_buffer_bytes(&scan), 8192);
    assert_int_equal(work_allocate_buffers(&scan, 5), 0);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal((uintptr_t)work_buffer(&scan, i) % WORK_BLOCK_BYTES, 0);
        memset(work_buffer(&scan, i), (int)i, 8192);
    }
    for (unsigned i = 0; i < 5; i++)
        assert_true(work_buffer(&scan, i)[0] == i && work_buffer(&scan, i)[8191] == i);
    work_release(&scan);
    assert_null(scan.buffers);
    end();
}

static void without_memory_there_is_an_error(void **state)
{
    begin(*state);
    no_memory = true;
    assert_int_equal(work_allocate_buffers(&scan, 2), -ENOMEM);
    no_memory = false;
    assert_int_equal(scan.tasks[0].error.code, -ENOMEM);
    work_release(&scan);
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
        FOLDER_TEST(buffers_are_whole_blocks_that_do_not_overlap),
        FOLDER_TEST(without_memory_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
