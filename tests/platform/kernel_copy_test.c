// SPDX-License-Identifier: MIT
#include "platform/kernel_copy.h"

#include "tests/support.h"

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <sys/ioctl.h>

/* The extents that a file is said to have, one of which may be shared; -1: the truth. */
static int extents = -1;
static int shared_extent;
static int refusal; /* of ioctl */
static int asked;

enum { EXTENT_BYTES = 4096 };

static int pretend(struct fiemap *map)
{
    const int first = (int)(map->fm_start / EXTENT_BYTES);
    asked++;
    for (int i = first; i < extents && map->fm_mapped_extents < map->fm_extent_count; i++) {
        map->fm_extents[map->fm_mapped_extents++] = (struct fiemap_extent){
            .fe_logical = (uint64_t)i * EXTENT_BYTES,
            .fe_length = EXTENT_BYTES,
            .fe_flags = (i == shared_extent ? FIEMAP_EXTENT_SHARED : 0U) |
                        (i == extents - 1 ? FIEMAP_EXTENT_LAST : 0U),
        };
    }
    return 0;
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (refusal != 0) {
        errno = refusal;
        return -1;
    }
    if (extents >= 0 && request == FS_IOC_FIEMAP)
        return pretend(argument);
    return __real_ioctl(fd, request, argument);
}

static void a_file_is_cloned_when_any_of_its_extents_is_shared(void **state)
{
    static const struct {
        int extents;
        int shared;
        int cloned;
        int asked;
    } rows[] = {{0, -1, 0, 1},   {1, -1, 0, 1},    {1, 0, 1, 1},     {64, -1, 0, 1},
                {65, -1, 0, 2},  {65, 64, 1, 2},   {200, 150, 1, 3}, {200, 3, 1, 1},
                {200, -1, 0, 4}, {200, 199, 1, 4}, {200, 63, 1, 1}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        extents = rows[i].extents;
        shared_extent = rows[i].shared;
        asked = 0;
        assert_int_equal(kernel_copy_is_cloned(0), rows[i].cloned);
        assert_int_equal(asked, rows[i].asked);
    }
    extents = -1;
}

static void where_the_file_system_does_not_tell_it_is_unknown(void **state)
{
    (void)state;
    refusal = EOPNOTSUPP;
    assert_int_equal(kernel_copy_is_cloned(0), -1);
    refusal = 0;
}

static int open_new(const char *dir, const char *name)
{
    char *path = files_join(dir, name);
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0666);
    assert_true(fd >= 0);
    free(path);
    return fd;
}

/* Both begin a second piece where the first one ended. */
static void a_piece_is_copied_to_the_same_place(void **state)
{
    static ssize_t (*const ways[])(int from, int to, uint64_t offset,
                                   size_t length) = {kernel_copy_sendfile, kernel_copy_range};
    static const char *const names[] = {"by-sendfile", "by-range"};
    const int from = open_new(*state, "from");
    assert_int_equal(write(from, "0123456789", 10), 10);
    for (size_t i = 0; i < LENGTH(ways); i++) {
        const int to = open_new(*state, names[i]);
        assert_int_equal(ways[i](from, to, 0, 4), 4);
        assert_int_equal(ways[i](from, to, 4, 100), 6);
        assert_int_equal(ways[i](from, to, 10, 100), 0);
        assert_true(file_holds(*state, names[i], "0123456789"));
        assert_int_equal(ways[i](-1, to, 0, 4), -EBADF);
        close(to);
    }
    close(from);
}

/* Where the file system can do it, is it seen, too. */
static void a_clone_is_seen_or_refused(void **state)
{
    static const char bytes[8192];
    const int from = open_new(*state, "from");
    const int to = open_new(*state, "to");
    assert_int_equal(write(from, bytes, sizeof bytes), sizeof bytes);
    assert_true(kernel_copy_is_cloned(from) <= 0);
    const int code = kernel_copy_clone(from, to);
    if (code == 0)
        assert_true(kernel_copy_is_cloned(to) != 0);
    else
        assert_true(kernel_copy_is_cloned(to) <= 0 && lseek(to, 0, SEEK_END) == 0);
    close(from);
    close(to);
}

static void the_system_has_it(void **state)
{
    (void)state;
    assert_null(kernel_copy_unsupported());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_cloned_when_any_of_its_extents_is_shared),
        cmocka_unit_test(where_the_file_system_does_not_tell_it_is_unknown),
        FOLDER_TEST(a_piece_is_copied_to_the_same_place),
        FOLDER_TEST(a_clone_is_seen_or_refused),
        cmocka_unit_test(the_system_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
