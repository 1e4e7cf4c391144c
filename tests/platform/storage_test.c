// SPDX-License-Identifier: MIT
#include "platform/storage.h"

#include "tests/support.h"

#include <errno.h>

#ifdef __linux__
static int fallocate_error;

int __wrap_fallocate(int fd, int mode, off_t offset, off_t length)
{
    assert_true(fd >= 0 && mode == 0 && offset == 0 && length == 12345);
    errno = fallocate_error;
    return fallocate_error == 0 ? 0 : -1;
}

static void space_that_cannot_be_reserved_at_all_is_no_failure(void **state)
{
    static const struct {
        int error;
        int code;
    } rows[] = {{0, 0}, {EOPNOTSUPP, 0}, {ENOSYS, 0}, {ENOSPC, -ENOSPC}, {EDQUOT, -EDQUOT}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        fallocate_error = rows[i].error;
        assert_int_equal(storage_reserve(1, 12345), rows[i].code);
    }
}

static void memory_is_not_storage(void **state)
{
    const struct storage memory = storage_describe("/dev/shm");
    (void)state;
    if (strcmp(memory.file_system, "tmpfs") != 0) {
        print_message("[  SKIPPED ] /dev/shm is no tmpfs here\n");
        skip();
    }
    assert_true(memory.memory_only);
    assert_false(memory.counts_reads);
}
#endif

static void a_folder_is_on_some_file_system(void **state)
{
    const struct storage storage = storage_describe(*state);
    assert_true(strlen(storage.file_system) > 0);
    assert_in_range(storage.rotational + 1, 0, 2);
    assert_true(storage.readahead_bytes >= -1);
}

static void a_folder_that_is_not_there_is_unknown(void **state)
{
    char *path = files_join(*state, "no");
    const struct storage storage = storage_describe(path);
    assert_string_equal(storage.file_system, "");
    assert_string_equal(storage.scheduler, "");
    assert_int_equal(storage.rotational, -1);
    assert_int_equal(storage.readahead_bytes, -1);
    assert_false(storage.memory_only);
    free(path);
}

static void what_was_read_only_grows(void **state)
{
    const int64_t before = storage_read_bytes();
    (void)state;
    assert_true(before >= -1);
    assert_true(storage_read_bytes() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef __linux__
        cmocka_unit_test(space_that_cannot_be_reserved_at_all_is_no_failure),
        cmocka_unit_test(memory_is_not_storage),
#endif
        FOLDER_TEST(a_folder_is_on_some_file_system),
        FOLDER_TEST(a_folder_that_is_not_there_is_unknown),
        cmocka_unit_test(what_was_read_only_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
