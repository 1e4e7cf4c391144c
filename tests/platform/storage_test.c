// SPDX-License-Identifier: MIT
#include "platform/storage.h"

#include "tests/support.h"

#include <errno.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

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
    } rows[] = {
        {0, 0},      {EOPNOTSUPP, 0},   {ENOSYS, 0},       {EPERM, 0},
        {EINVAL, 0}, {ENOSPC, -ENOSPC}, {EDQUOT, -EDQUOT}, {EFBIG, -EFBIG},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        fallocate_error = rows[i].error;
        assert_int_equal(storage_reserve(1, 12345), rows[i].code);
    }
}

/* What a kernel says of O_DIRECT by statx: the mask, then the blocks of memory and of the file. */
static struct {
    int error;
    uint32_t mask;
    uint32_t memory;
    uint32_t offset;
} statx_says;

long __wrap_syscall(long number, int fd, const char *path, int flags, unsigned mask, char *answer)
{
    assert_int_equal(number, SYS_statx);
    assert_true((mask & 0x2000) != 0 && (flags == 0 || (fd >= 0 && path[0] == '\0')));
    memcpy(answer, &statx_says.mask, 4);
    memcpy(answer + 152, &statx_says.memory, 4);
    memcpy(answer + 156, &statx_says.offset, 4);
    errno = statx_says.error;
    return statx_says.error == 0 ? 0 : -1;
}

static void o_direct_that_is_none_is_refused_with_the_reason(void **state)
{
    static const struct {
        int error;
        uint32_t mask;
        uint32_t memory;
        uint32_t offset;
        const char *reason; /* or NULL */
    } rows[] = {
        {0, 0x2000, 4, 512, NULL},
        {0, 0x2000, 512, 4096, NULL},
        {0, 0x2000, 0, 0, "accepts O_DIRECT and ignores it"},
        {0, 0x2000, 512, 16384, "blocks of more than 4096 bytes"},
        {0, 0x2000, 65536, 512, "blocks of more than 4096 bytes"},
        {0, 0x1000, 0, 0, NULL},      /* a file system that does not tell */
        {ENOSYS, 0x2000, 0, 0, NULL}, /* nor does an old kernel, or a container */
        {EPERM, 0x2000, 0, 0, NULL},
    };
    file_write(*state, "file", "text", 4);
    char *path = files_join(*state, "file");
    statx_says.error = ENOSYS;
    const int fd = storage_open_direct(path);
    if (fd < 0) {
        print_message("[  SKIPPED ] the build folder's file system refuses O_DIRECT\n");
        free(path);
        skip();
        return;
    }
    close(fd);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        statx_says.error = rows[i].error;
        statx_says.mask = rows[i].mask;
        statx_says.memory = rows[i].memory;
        statx_says.offset = rows[i].offset;
        const char *reason = storage_direct_unsupported(path);
        if (rows[i].reason == NULL)
            assert_null(reason);
        else
            assert_non_null(strstr(reason, rows[i].reason));
    }
    free(path);
    assert_null(storage_direct_unsupported("no/such"));
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

static void what_cannot_be_mapped_is_refused_with_the_reason(void **state)
{
    file_write(*state, "file", "text", 4);
    char *path = files_join(*state, "file");
    assert_null(storage_map_unsupported(path));
    assert_non_null(strstr(storage_map_unsupported(*state), "maps no files")); /* a folder */
    assert_null(storage_map_unsupported("no/such"));
    free(path);
}

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
        FOLDER_TEST(o_direct_that_is_none_is_refused_with_the_reason),
        cmocka_unit_test(memory_is_not_storage),
#endif
        FOLDER_TEST(what_cannot_be_mapped_is_refused_with_the_reason),
        FOLDER_TEST(a_folder_is_on_some_file_system),
        FOLDER_TEST(a_folder_that_is_not_there_is_unknown),
        cmocka_unit_test(what_was_read_only_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
