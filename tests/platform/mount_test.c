// SPDX-License-Identifier: MIT
#ifdef __linux__
#include "platform/linux/mount.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/syscall.h>

/* statx as a kernel or a container without it has it. */
static int statx_error;

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    if (number != SYS_statx || statx_error == 0)
        return __real_syscall(number, a, b, c, d, e, f);
    errno = statx_error;
    return -1;
}

static const char lines[] =
    "22 1 254:0 / / rw,relatime - ext4 /dev/root rw,discard\n"
    "23 22 0:5 / /home rw - btrfs /dev/vdb rw,subvol=/\n"
    "24 23 0:5 /sub /home/data rw master:3 shared:7 - btrfs /dev/vdb rw,subvol=/sub\n"
    "25 22 0:6 / /with\\040blank rw - tmpfs tmp\\040fs rw\n"
    "26 22 0:7 / /over rw - overlay overlay rw,lowerdir=/l1:/l2,upperdir=/u\\054p,workdir=/w\n"
    "27 22 0:8 / /home/data rw - xfs /dev/vdc rw\n"
    "28 22 7:0 / /homely rw - ext4 /dev/loop0\n"
    "a line that is none\n";

static const struct {
    int64_t id;
    const char *path;
    const char *file_system;
    const char *source;
} rows[] = {
    {24, "/anywhere", "btrfs", "/dev/vdb"}, /* by its number, wherever it seems to be */
    {26, "/over/x", "overlay", "overlay"},
    {25, "/with blank", "tmpfs", "tmp fs"},
    {99, "/home", "", ""}, /* a mount that is not seen from here */
    {-1, "/etc/passwd", "ext4", "/dev/root"},
    {-1, "/home", "btrfs", "/dev/vdb"},
    {-1, "/home/data/x", "xfs", "/dev/vdc"}, /* the last of two at one place hides the other */
    {-1, "/home/datax", "btrfs", "/dev/vdb"},
    {-1, "/homely/x", "ext4", "/dev/loop0"},
    {-1, "/with blank/x", "tmpfs", "tmp fs"},
};

static void find(struct mount *mount, int64_t id, const char *path)
{
    FILE *mounts = fmemopen((void *)lines, strlen(lines), "r");
    assert_non_null(mounts);
    mount_find_in(mounts, mount, id, path);
    fclose(mounts);
}

static void a_mount_is_found_by_its_number_or_by_the_longest_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct mount mount;
        find(&mount, rows[i].id, rows[i].path);
        assert_string_equal(mount.file_system, rows[i].file_system);
        assert_string_equal(mount.source, rows[i].source);
        mount_free(&mount);
    }
}

static void the_value_of_an_option_is_found(void **state)
{
    struct mount mount;
    char value[16];
    (void)state;
    find(&mount, 26, "");
    assert_true(mount_option(&mount, "lowerdir", value, sizeof value));
    assert_string_equal(value, "/l1:/l2");
    assert_true(mount_option(&mount, "upperdir", value, sizeof value));
    assert_string_equal(value, "/u,p");
    assert_false(mount_option(&mount, "dir", value, sizeof value));
    assert_false(mount_option(&mount, "rw", value, sizeof value));
    assert_false(mount_option(&mount, "upperdir", value, 4)); /* too long */
    mount_free(&mount);
}

/* Whatever tells the number of the mount, it is the same one. */
static void a_mount_is_found_without_statx(void **state)
{
    static const int errors[] = {0, ENOSYS, EPERM, EINVAL, EOPNOTSUPP};
    struct mount first;
    mount_find(&first, *state);
    for (size_t i = 0; i < LENGTH(errors); i++) {
        struct mount mount;
        statx_error = errors[i];
        mount_find(&mount, *state);
        assert_string_equal(mount.file_system, first.file_system);
        assert_string_equal(mount.source, first.source);
        mount_free(&mount);
    }
    statx_error = 0;
    mount_free(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mount_is_found_by_its_number_or_by_the_longest_path),
        cmocka_unit_test(the_value_of_an_option_is_found),
        FOLDER_TEST(a_mount_is_found_without_statx),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
