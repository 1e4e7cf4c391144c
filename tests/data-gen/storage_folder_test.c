// SPDX-License-Identifier: MIT
#include "data-gen/storage_folder.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/file.h>

#ifdef __linux__

static struct error error;
static struct storage_folder folder;

/* Forced failures: what file systems do that lack something. */
static int mknod_fails; /* with this errno, unless 0 */
static int flock_fails;

int __real_mknod(const char *path, mode_t mode, dev_t device);
int __wrap_mknod(const char *path, mode_t mode, dev_t device);
int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);

int __wrap_mknod(const char *path, mode_t mode, dev_t device)
{
    errno = mknod_fails;
    return mknod_fails != 0 ? -1 : __real_mknod(path, mode, device);
}

int __wrap_flock(int fd, int operation)
{
    errno = flock_fails;
    return flock_fails != 0 ? -1 : __real_flock(fd, operation);
}

static char *make(const char *dir, const char *name)
{
    char *path = files_join(dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void a_folder_that_was_made_goes_and_one_that_was_there_stays(void **state)
{
    char *path = files_join(*state, "m");
    for (int there = 0; there < 2; there++) {
        assert_int_equal(storage_folder_take(&folder, path, *state, &error), 0);
        assert_true(file_exists(path, ".storage/keeper"));
        assert_int_equal(file_exists(path, ".storage/made_folder"), !there);
        assert_int_equal(storage_folder_write(&folder, "settings", "a,b\n", &error), 0);
        assert_true(file_holds(path, ".storage/settings", "a,b\n"));
        assert_int_equal(storage_folder_leave(&folder, &error), 0);
        assert_int_equal(access(path, F_OK) == 0, there);
        if (!there)
            free(make(*state, "m"));
    }
    assert_int_equal(rmdir(path), 0); /* there is nothing in it */
    free(path);
}

static void who_has_it_is_named(void **state)
{
    char number[64];
    struct storage_folder second;
    char *path = files_join(*state, "m");
    assert_int_equal(storage_folder_take(&folder, path, *state, &error), 0);
    snprintf(number, sizeof number, " is in use by the process %ld: ", (long)getpid());
    assert_int_equal(storage_folder_take(&second, path, *state, &error), -EBUSY);
    assert_non_null(strstr(error.text, number));
    assert_int_equal(storage_folder_write(&folder, "ending", "", &error), 0);
    assert_int_equal(storage_folder_take(&second, path, *state, &error), -EALREADY);
    assert_int_equal(storage_folder_recover(path, &error), 0); /* which leaves it alone */
    assert_true(file_exists(path, ".storage/keeper"));
    assert_int_equal(storage_folder_leave(&folder, &error), 0);
    free(path);
}

static void only_what_is_ours_is_removed(void **state)
{
    static const struct {
        const char *name; /* in the folder, beside .storage/keeper */
        const char *text;
        bool ours;
    } rows[] = {
        {"manifest.csv", "file\n", true},     {"scan-0000.bin", "", true},
        {"scan-0001.bin", "precious", false}, {"notes", "", false},
        {".storage/requests.log", "x", true},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *path = make(*state, "m");
        free(make(path, ".storage"));
        file_write(path, ".storage/keeper", "1\n", 2);
        file_write(path, rows[i].name, rows[i].text, strlen(rows[i].text));
        assert_int_equal(storage_folder_recover(path, &error), 0);
        assert_false(file_exists(path, ".storage"));
        assert_int_equal(file_exists(path, rows[i].name), !rows[i].ours);
        if (!rows[i].ours) {
            char *left = files_join(path, rows[i].name);
            assert_int_equal(unlink(left), 0);
            free(left);
        }
        assert_int_equal(rmdir(path), 0);
        free(path);
    }
}

static void what_is_not_empty_is_refused_and_stays(void **state)
{
    static const char *const names[] = {"notes", ".hidden", "scan-0000.bin", "manifest.csv"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        char *path = make(*state, "m");
        char *file = files_join(path, names[i]);
        file_write(path, names[i], "", 0);
        assert_int_equal(storage_folder_take(&folder, path, *state, &error), -EINVAL);
        assert_non_null(strstr(error.text, names[i]));
        assert_int_equal(storage_folder_recover(path, &error), 0);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(rmdir(path), 0);
        free(file);
        free(path);
    }
}

static void a_state_of_somebody_else_is_refused_and_stays(void **state)
{
    char *path = make(*state, "m");
    char *theirs = make(path, ".storage");
    file_write(theirs, "settings", "theirs", 6);
    assert_int_equal(storage_folder_take(&folder, path, *state, &error), -EINVAL);
    assert_int_equal(storage_folder_recover(path, &error), 0);
    assert_true(file_holds(theirs, "settings", "theirs"));
    free(theirs);
    free(path);
}

static void a_folder_that_cannot_be_is_named(void **state)
{
    static const struct {
        const char *name;
        int code;
    } rows[] = {{"no/where", -ENOENT}, {"file", -ENOTDIR}, {".", -EINVAL}};
    file_write(*state, "file", "", 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *path = files_join(*state, rows[i].name);
        assert_int_equal(storage_folder_take(&folder, path, *state, &error), rows[i].code);
        free(path);
    }
    assert_non_null(strstr(error.text, "cannot be served in itself"));
}

static void a_file_system_that_lacks_something_is_named_and_stays_as_it_was(void **state)
{
    char *path = files_join(*state, "m");
    mknod_fails = EPERM; /* exFAT */
    assert_int_equal(storage_folder_take(&folder, path, *state, &error), -EPERM);
    assert_non_null(strstr(error.text, "no socket can be made there"));
    assert_false(file_exists(*state, "m"));
    mknod_fails = 0;
    flock_fails = EBADF; /* NFS */
    assert_int_equal(storage_folder_take(&folder, path, *state, &error), -EBADF);
    assert_non_null(strstr(error.text, "give a folder on a disk of this machine"));
    assert_false(file_exists(*state, "m"));
    flock_fails = 0;
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_file_system_that_lacks_something_is_named_and_stays_as_it_was),
        FOLDER_TEST(a_folder_that_was_made_goes_and_one_that_was_there_stays),
        FOLDER_TEST(who_has_it_is_named),
        FOLDER_TEST(only_what_is_ours_is_removed),
        FOLDER_TEST(what_is_not_empty_is_refused_and_stays),
        FOLDER_TEST(a_state_of_somebody_else_is_refused_and_stays),
        FOLDER_TEST(a_folder_that_cannot_be_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    puts("skipped: storage is emulated on Linux only");
    return 0;
}

#endif
