// SPDX-License-Identifier: MIT
#include "platform/fuse_mounts.h"

#include "tests/support.h"

#ifdef __linux__

static void a_line_of_the_list_of_mounts_is_read(void **state)
{
    static const struct {
        const char *line;
        const char *folder;
        const char *point; /* NULL: none of ours */
    } rows[] = {
        {"42 27 0:39 / /data/m/scan-0000.bin rw,nosuid - fuse.nbd emulated-5ms rw", "/data/m",
         "/data/m/scan-0000.bin"},
        {"42 27 0:39 / /data/m/scan-0000.bin rw - fuse x rw", "/data/m", "/data/m/scan-0000.bin"},
        {"42 27 0:39 / /data/m/s rw shared:7 master:1 - fuse.nbd x rw", "/data/m", "/data/m/s"},
        {"42 27 0:39 / /a\\040b/\\134n\\012,'\"#\\043/s rw - fuse.nbd x rw", "/a b/\\n\n,'\"##",
         "/a b/\\n\n,'\"##/s"},
        {"42 27 0:39 / /\\303\\274/s rw - fuse.nbd x rw", "/\303\274", "/\303\274/s"},
        {"42 27 0:39 / /m/a\\04 rw - fuse.nbd x rw", "/m", "/m/a\\04"}, /* cut off */
        {"42 27 0:39 / /data/m rw - fuse.sshfs x rw", "/data/m", NULL}, /* the folder itself */
        {"42 27 0:39 / /data/more/s rw - fuse.nbd x rw", "/data/m", NULL},
        {"42 27 0:39 / /data rw - fuse.nbd x rw", "/data/m", NULL},
        {"42 27 0:39 / /data/m/s rw - ext4 /dev/fuse rw", "/data/m", NULL},
        {"42 27 0:39 / /data/m/s rw fuse", "/data/m", NULL},
        {"42 27 0:39", "/data/m", NULL},
        {"", "/data/m", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char point[256];
        const bool found = fuse_mounts_read(rows[i].line, rows[i].folder, point, sizeof point);
        assert_int_equal(found, rows[i].point != NULL);
        if (found)
            assert_string_equal(point, rows[i].point);
    }
}

static void a_place_longer_than_its_buffer_is_cut(void **state)
{
    char point[8];
    (void)state;
    assert_true(
        fuse_mounts_read("1 2 0:3 / /m/a\\040bcdefgh rw - fuse x rw", "/m", point, sizeof point));
    assert_string_equal(point, "/m/a bc");
}

static void there_may_be_nothing_to_unmount(void **state)
{
    struct error error;
    char *path = realpath(*state, NULL);
    assert_non_null(path);
    assert_int_equal(fuse_mounts_end(path, &error), 0);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_the_list_of_mounts_is_read),
        cmocka_unit_test(a_place_longer_than_its_buffer_is_cut),
        FOLDER_TEST(there_may_be_nothing_to_unmount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void only_linux_has_it(void **state)
{
    struct error error;
    (void)state;
    assert_true(fuse_mounts_check(&error) < 0);
    assert_string_equal(error.text, "storage can be emulated on Linux only");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_linux_has_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
