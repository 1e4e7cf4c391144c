// SPDX-License-Identifier: MIT
#include "data-gen/file_set.h"

#include "tests/support.h"

#include <errno.h>

static const uint64_t sizes[] = {0, 1, 513, 70001};

static bool any_is_open(const struct file_set *set)
{
    bool open = false;
    for (size_t i = 0; i < set->count; i++)
        open = open || set->files[i].fd != -1;
    return open;
}

static void the_files_come_with_the_sums_that_a_scan_must_give(void **state)
{
    struct file_set set;
    file_set_make(*state, sizes, LENGTH(sizes));
    file_set_get(&set, *state, 512);
    assert_int_equal(set.count, LENGTH(sizes));
    assert_int_equal(set.bytes, 0 + 1 + 513 + 70001);
    for (size_t i = 0; i < set.count; i++) {
        assert_int_equal(set.files[i].bytes, sizes[i]);
        assert_int_equal(set.files[i].sum, content_sum(CONTENT_SEED, i, sizes[i], 512));
    }
    assert_non_null(strstr(set.files[3].path, "/scan-0003.bin"));
    file_set_free(&set);
}

static void the_files_are_open_only_between_open_and_close(void **state)
{
    struct file_set set;
    struct error error;
    file_set_make(*state, sizes, LENGTH(sizes));
    file_set_get(&set, *state, 512);
    assert_false(any_is_open(&set));
    assert_int_equal(file_set_open(&set, &error), 0);
    for (size_t i = 0; i < set.count; i++)
        assert_int_equal(fcntl(set.files[i].fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    const int last = set.files[3].fd;
    file_set_close(&set);
    assert_false(any_is_open(&set));
    assert_int_equal(fcntl(last, F_GETFD), -1);
    file_set_close(&set);
    file_set_free(&set);
}

static void a_file_that_is_not_what_it_was_opens_none(void **state)
{
    static const struct {
        size_t bytes; /* of the third file; 0: removed */
        int code;
        const char *said;
    } rows[] = {
        {512, -ESTALE, "has 512 bytes and not 513"},
        {514, -ESTALE, "has 514 bytes and not 513"},
        {0, -ENOENT, "open "},
    };
    const char bytes[514] = {0};
    struct file_set set;
    file_set_make(*state, sizes, LENGTH(sizes));
    file_set_get(&set, *state, 512);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error error;
        file_write(*state, "scan-0002.bin", bytes, rows[i].bytes);
        if (rows[i].bytes == 0)
            assert_int_equal(remove(set.files[2].path), 0);
        assert_int_equal(file_set_open(&set, &error), rows[i].code);
        assert_non_null(strstr(error.text, rows[i].said));
        assert_non_null(strstr(error.text, "scan-0002.bin"));
        assert_false(any_is_open(&set));
    }
    file_set_free(&set);
}

static void a_folder_without_a_manifest_is_an_error(void **state)
{
    struct file_set set;
    struct error error;
    assert_int_equal(file_set_load(&set, *state, 512, &error), -ENOENT);
    assert_int_equal(set.count, 0);
    assert_non_null(strstr(error.text, MANIFEST_NAME));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_files_come_with_the_sums_that_a_scan_must_give),
        FOLDER_TEST(the_files_are_open_only_between_open_and_close),
        FOLDER_TEST(a_file_that_is_not_what_it_was_opens_none),
        FOLDER_TEST(a_folder_without_a_manifest_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
