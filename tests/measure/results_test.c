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

/* Makes a results folder and returns its name, which the next call overwrites; NULL on failure. */
static const char *create(const char *base, const char *mode, struct error *error)
{
    static char name[64];
    char *dir;
    struct stat status;
    error->code = 0;
    if (results_create(&dir, base, mode, error) != 0)
        return NULL;
    assert_int_equal(stat(dir, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(strncmp(dir, base, strlen(base)), 0);
    snprintf(name, sizeof name, "%s", dir + strlen(base) + 1);
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

static void a_leftover_of_a_killed_run_does_no_harm(void **state)
{
    struct error error;
    file_write(*state, ".latest", "", 0);
    create(*state, "cold", &error);
    assert_string_equal(latest(*state), "20260102T030405Z-cold");
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

static void a_folder_in_place_of_the_link_is_an_error(void **state)
{
    struct error error;
    char *path = files_join(*state, "latest");
    assert_int_equal(mkdir(path, 0777), 0);
    assert_null(create(*state, "cold", &error));
    assert_non_null(strstr(error.text, path));
    assert_false(file_exists(*state, ".latest"));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_folder_is_named_by_time_and_mode),
        FOLDER_TEST(a_second_run_in_the_same_second_gets_a_number),
        FOLDER_TEST(the_link_points_to_the_latest_run),
        FOLDER_TEST(the_folder_of_all_results_is_made_too),
        FOLDER_TEST(a_leftover_of_a_killed_run_does_no_harm),
        FOLDER_TEST(a_file_in_place_of_the_folder_is_an_error),
        FOLDER_TEST(a_folder_in_place_of_the_link_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
