// SPDX-License-Identifier: MIT
#include "measure/results.h"

#include "tests/support.h"

#include <errno.h>
#include <time.h>

/* The clock stands still: 2026-01-02 03:04:05 UTC. */
time_t __wrap_time(time_t *where)
{
    assert_null(where);
    return 1767323045;
}

static char noted[512]; /* what a person is told of the link */

void __wrap_progress_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(noted, sizeof noted, format, arguments);
    va_end(arguments);
}

static int symlink_errno; /* of a file system without links, or 0 */

int __real_symlink(const char *target, const char *path);
int __wrap_symlink(const char *target, const char *path)
{
    errno = symlink_errno;
    return symlink_errno != 0 ? -1 : __real_symlink(target, path);
}

/* Makes a results folder, lets the link point to it, and returns its name, which the next call
 * overwrites; NULL on failure. */
static const char *create(const char *base, const char *mode, struct error *error)
{
    static char name[64];
    char *dir;
    struct stat status;
    error->code = 0;
    noted[0] = '\0';
    if (results_create(&dir, base, mode, error) != 0)
        return NULL;
    assert_int_equal(stat(dir, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(strncmp(dir, base, strlen(base)), 0);
    snprintf(name, sizeof name, "%s", dir + strlen(base) + 1);
    results_link_latest(dir);
    free(dir);
    return name;
}

static const char *latest(const char *base)
{
    static char target[64];
    char *path = files_join(base, "latest");
    const ssize_t length = readlink(path, target, sizeof target - 1);
    free(path);
    assert_true(length > 0);
    target[length] = '\0';
    return target;
}

static void a_folder_is_named_by_time_and_mode(void **state)
{
    struct error error;
    assert_string_equal(create(*state, "cold", &error), "20260102T030405Z-cold");
    assert_string_equal(create(*state, "warm", &error), "20260102T030405Z-warm");
    assert_string_equal(create(*state, "both", &error), "20260102T030405Z-both");
}

static void a_second_run_in_the_same_second_gets_a_number(void **state)
{
    struct error error;
    assert_string_equal(create(*state, "cold", &error), "20260102T030405Z-cold");
    assert_string_equal(create(*state, "cold", &error), "20260102T030405Z-cold-2");
    assert_string_equal(create(*state, "cold", &error), "20260102T030405Z-cold-3");
}

static void the_link_points_to_the_latest_run(void **state)
{
    struct error error;
    create(*state, "cold", &error);
    assert_string_equal(latest(*state), "20260102T030405Z-cold");
    create(*state, "warm", &error);
    assert_string_equal(latest(*state), "20260102T030405Z-warm");
}

static void the_folder_of_all_results_is_made_too(void **state)
{
    struct error error;
    char *base = files_join(*state, "results");
    assert_non_null(create(base, "cold", &error));
    free(base);
}

static void a_part_has_its_name_alone(void **state)
{
    struct error error;
    char *dir;
    assert_int_equal(results_create_part(&dir, *state, "5ms", &error), 0);
    assert_true(file_exists(*state, "5ms"));
    free(dir);
    assert_int_equal(results_create_part(&dir, *state, "5ms", &error), -EEXIST);
}

static void a_file_in_place_of_the_folder_is_an_error(void **state)
{
    struct error error;
    file_write(*state, "results", "", 0);
    char *base = files_join(*state, "results");
    assert_null(create(base, "cold", &error));
    assert_int_equal(error.code, -ENOTDIR);
    assert_non_null(strstr(error.text, base));
    free(base);
}

static void what_cannot_be_made_is_known_before(void **state)
{
    static const struct {
        const char *base; /* below a folder with the file "file" and the folder "there" */
        int code;
    } cases[] = {
        {"there", 0},       {"there/new", 0},       {"new", 0},
        {"file", -ENOTDIR}, {"file/new", -ENOTDIR}, {"new/newer", -ENOENT},
        {"there/", 0},      {"there/new/", 0},      {"there/new/newer", -ENOENT},
    };
    char *there = files_join(*state, "there");
    file_write(*state, "file", "", 0);
    assert_int_equal(mkdir(there, 0777), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char *base = files_join(*state, cases[i].base);
        struct error error = {.code = 0};
        assert_int_equal(results_check(base, &error), cases[i].code);
        if (cases[i].code != 0) {
            assert_int_equal(error.code, cases[i].code);
            assert_non_null(strstr(error.text, base));
            assert_non_null(strstr(error.text, strerror(-cases[i].code)));
        }
        free(base);
    }
    free(there);
}

/* What is not a link of ours stays, and the run goes on. */
static void something_else_in_place_of_the_link_stays(void **state)
{
    struct error error;
    char *path = files_join(*state, "latest");
    file_write(*state, "latest", "mine", 4);
    assert_non_null(create(*state, "cold", &error));
    assert_true(file_holds(*state, "latest", "mine"));
    assert_non_null(strstr(noted, "latest is no link of ours"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_non_null(create(*state, "cold", &error));
    assert_non_null(strstr(noted, "latest is no link of ours"));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("nowhere", path), 0); /* a dangling one is ours to turn */
    assert_string_equal(create(*state, "cold", &error), "20260102T030405Z-cold-3");
    assert_string_equal(latest(*state), "20260102T030405Z-cold-3");
    assert_string_equal(noted, "");
    free(path);
}

static void a_file_system_without_links_is_noted(void **state)
{
    struct error error;
    symlink_errno = EPERM;
    assert_non_null(create(*state, "cold", &error));
    symlink_errno = 0;
    assert_non_null(strstr(noted, "no link "));
    assert_false(file_exists(*state, "latest"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_folder_is_named_by_time_and_mode),
        FOLDER_TEST(a_second_run_in_the_same_second_gets_a_number),
        FOLDER_TEST(the_link_points_to_the_latest_run),
        FOLDER_TEST(the_folder_of_all_results_is_made_too),
        FOLDER_TEST(a_part_has_its_name_alone),
        FOLDER_TEST(a_file_in_place_of_the_folder_is_an_error),
        FOLDER_TEST(what_cannot_be_made_is_known_before),
        FOLDER_TEST(something_else_in_place_of_the_link_stays),
        FOLDER_TEST(a_file_system_without_links_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
