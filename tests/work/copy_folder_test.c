// SPDX-License-Identifier: MIT
#include "work/copy_folder.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/statvfs.h>

static uint64_t free_bytes = UINT64_MAX; /* that there are; else the truth */
static int refusal;                      /* of access */

int __real_statvfs(const char *path, struct statvfs *room);
int __wrap_statvfs(const char *path, struct statvfs *room)
{
    const int code = __real_statvfs(path, room);
    if (free_bytes != UINT64_MAX) {
        room->f_bavail = free_bytes;
        room->f_frsize = 1;
    }
    return code;
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
    errno = refusal;
    return refusal != 0 ? -1 : __real_access(path, mode);
}

static struct error error;

/* The settings of copies in the folder `name` of `dir`; the path is the caller's to free. */
static struct work_settings settings_of(const char *dir, const char *name, bool is_ours)
{
    return (struct work_settings){.to = files_join(dir, name), .to_is_ours = is_ours};
}

static int take(const struct work_settings *settings)
{
    return copy_folder_take(settings, 3, 1000, &error);
}

static void our_folder_is_made_and_goes_again(void **state)
{
    const struct work_settings ours = settings_of(*state, "copies", true);
    assert_int_equal(take(&ours), 0);
    assert_true(file_exists(*state, "copies"));
    assert_int_equal(take(&ours), 0);
    copy_folder_leave(&ours);
    assert_false(file_exists(*state, "copies"));
    free((char *)ours.to);
}

static void what_a_killed_run_has_left_in_ours_is_removed(void **state)
{
    const struct work_settings ours = settings_of(*state, "copies", true);
    file_make(*state, "copies/copy-0000.bin", "left");
    file_make(*state, "copies/copy-12345.bin", "left");
    assert_int_equal(take(&ours), 0);
    assert_false(file_exists(*state, "copies/copy-0000.bin"));
    assert_false(file_exists(*state, "copies/copy-12345.bin"));
    file_make(*state, "copies/copy-0002.bin", "left by the last trial");
    copy_folder_leave(&ours);
    assert_false(file_exists(*state, "copies"));
    free((char *)ours.to);
}

static void link_at(const char *dir, const char *target, const char *name, bool is_hard)
{
    char *from = files_join(dir, target);
    char *path = files_join(dir, name);
    char *absolute = realpath(from, NULL);
    assert_non_null(absolute);
    assert_int_equal(is_hard ? link(from, path) : symlink(absolute, path), 0);
    free(absolute);
    free(from);
    free(path);
}

/* Names that are not quite those of copies, and links, are somebody's. */
static void what_is_not_a_copy_of_ours_stays(void **state)
{
    static const char *const others[] = {
        "copies/copy-1.bin",    "copies/copy-00001.bin", "copies/copy-0009.bin.part",
        "copies/copy--001.bin", "copies/xcopy-0009.bin", "copies/copy-.bin",
    };
    const struct work_settings ours = settings_of(*state, "copies", true);
    for (size_t i = 0; i < LENGTH(others); i++)
        file_make(*state, others[i], "somebody's");
    file_make(*state, "copies/copy-0010.bin/in-a-folder", "somebody's");
    file_make(*state, "source", "somebody's");
    link_at(*state, "source", "copies/copy-0011.bin", false);
    link_at(*state, "source", "copies/copy-0012.bin", true);
    assert_int_equal(take(&ours), 0);
    copy_folder_clear(&ours);
    copy_folder_leave(&ours);
    for (size_t i = 0; i < LENGTH(others); i++)
        assert_true(file_holds(*state, others[i], "somebody's"));
    assert_true(file_exists(*state, "copies/copy-0010.bin/in-a-folder"));
    assert_true(file_holds(*state, "copies/copy-0011.bin", "somebody's"));
    assert_true(file_holds(*state, "copies/copy-0012.bin", "somebody's"));
    free((char *)ours.to);
}

static void assert_in_the_way(const struct work_settings *settings, const char *name)
{
    assert_int_equal(take(settings), -EEXIST);
    assert_non_null(strstr(error.text, name));
    assert_non_null(strstr(error.text, "nothing is overwritten"));
}

static void what_is_in_the_way_is_named(void **state)
{
    const struct work_settings ours = settings_of(*state, "copies", true);
    const struct work_settings theirs = settings_of(*state, "theirs", false);
    file_make(*state, "source", "source");
    file_make(*state, "copies/empty", "");
    file_make(*state, "theirs/copy-0001.bin", "somebody's");
    assert_in_the_way(&theirs, "theirs/copy-0001.bin");
    assert_true(file_holds(*state, "theirs/copy-0001.bin", "somebody's"));
    link_at(*state, "source", "copies/copy-0002.bin", false);
    assert_in_the_way(&ours, "copies/copy-0002.bin");
    link_at(*state, "source", "theirs/copy-0000.bin", true);
    assert_in_the_way(&theirs, "theirs/copy-0000.bin");
    assert_true(file_holds(*state, "source", "source"));
    free((char *)ours.to);
    free((char *)theirs.to);
}

static void where_ours_belongs_only_a_folder_will_do(void **state)
{
    const struct work_settings ours = settings_of(*state, "copies", true);
    const struct work_settings nowhere = settings_of(*state, "no/copies", true);
    file_make(*state, "elsewhere/copy-0000.bin", "somebody's");
    link_at(*state, "elsewhere", "copies", false);
    assert_int_equal(take(&ours), -ENOTDIR);
    assert_non_null(strstr(error.text, "copies is where the folder of the copies belongs"));
    copy_folder_clear(&ours);
    copy_folder_leave(&ours);
    assert_true(file_holds(*state, "elsewhere/copy-0000.bin", "somebody's"));
    assert_int_equal(take(&nowhere), -ENOENT);
    assert_non_null(strstr(error.text, "no/copies"));
    free((char *)ours.to);
    free((char *)nowhere.to);
}

static void a_folder_that_will_not_do_is_refused_and_not_made(void **state)
{
    const struct work_settings missing = settings_of(*state, "missing", false);
    const struct work_settings file = settings_of(*state, "file", false);
    const struct work_settings theirs = settings_of(*state, "theirs", false);
    file_make(*state, "file", "");
    file_make(*state, "theirs/something", "");
    assert_int_equal(take(&missing), -ENOENT);
    assert_non_null(strstr(error.text, "missing: No such file or directory; give --to a folder"));
    assert_false(file_exists(*state, "missing"));
    assert_int_equal(take(&file), -ENOTDIR);
    assert_int_equal(take(&theirs), 0);
    refusal = EROFS;
    assert_int_equal(take(&theirs), -EROFS);
    refusal = 0;
    assert_non_null(strstr(error.text, "theirs: Read-only file system"));
    copy_folder_leave(&theirs);
    assert_true(file_exists(*state, "theirs/something"));
    free((char *)missing.to);
    free((char *)file.to);
    free((char *)theirs.to);
}

static void too_little_room_is_told_with_both_sizes(void **state)
{
    const struct work_settings ours = settings_of(*state, "copies", true);
    free_bytes = 999;
    assert_int_equal(take(&ours), -ENOSPC);
    assert_non_null(strstr(error.text, "1000 bytes are needed and 999 are free"));
    free_bytes = 1000;
    assert_int_equal(take(&ours), 0);
    free_bytes = UINT64_MAX;
    free((char *)ours.to);
}

/* Not even where a link leads to the source, or to nothing. */
static void a_copy_is_made_only_where_nothing_is(void **state)
{
    char *path = copy_folder_path(*state, 7);
    assert_non_null(strstr(path, "/copy-0007.bin"));
    const mode_t mask = umask(027);
    const int fd = copy_folder_create(path);
    struct stat status;
    umask(mask);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_int_equal(status.st_size, 0);
    close(fd);
    assert_int_equal(copy_folder_create(path), -EEXIST);
    assert_int_equal(unlink(path), 0);
    file_make(*state, "source", "source");
    link_at(*state, "source", "copy-0007.bin", false);
    assert_int_equal(copy_folder_create(path), -EEXIST);
    assert_int_equal(unlink(path), 0);
    link_at(*state, "source", "copy-0007.bin", true);
    assert_int_equal(copy_folder_create(path), -EEXIST);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("nothing", path), 0);
    assert_int_equal(copy_folder_create(path), -EEXIST);
    assert_false(file_exists(*state, "nothing"));
    assert_true(file_holds(*state, "source", "source"));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(our_folder_is_made_and_goes_again),
        FOLDER_TEST(what_a_killed_run_has_left_in_ours_is_removed),
        FOLDER_TEST(what_is_not_a_copy_of_ours_stays),
        FOLDER_TEST(what_is_in_the_way_is_named),
        FOLDER_TEST(where_ours_belongs_only_a_folder_will_do),
        FOLDER_TEST(a_folder_that_will_not_do_is_refused_and_not_made),
        FOLDER_TEST(too_little_room_is_told_with_both_sizes),
        FOLDER_TEST(a_copy_is_made_only_where_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
