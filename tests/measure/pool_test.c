// SPDX-License-Identifier: MIT
#include "measure/pool.h"

#include "tests/support.h"

#include <dirent.h>
#include <errno.h>

enum { THREADS_WANTED = 9 }; /* more than libuv's own default */

static int threads_of_this_process(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        skip(); /* not Linux */
    while (tasks != NULL && readdir(tasks) != NULL)
        count++;
    if (tasks != NULL)
        closedir(tasks);
    return count;
}

static void the_pool_has_its_threads_before_the_first_trial(void **state)
{
    const int before = threads_of_this_process();
    file_write(*state, "some", "bytes", 5);
    char *path = files_join(*state, "some");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path), 0);
    assert_in_range(threads_of_this_process() - before, THREADS_WANTED, THREADS_WANTED + 2);
    free(path);
}

static void an_empty_file_will_do(void **state)
{
    file_write(*state, "none", "", 0);
    char *path = files_join(*state, "none");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path), 0);
    free(path);
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    char *path = files_join(*state, "no");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path), -ENOENT);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_pool_has_its_threads_before_the_first_trial), /* the pool is made once */
        FOLDER_TEST(an_empty_file_will_do),
        FOLDER_TEST(a_file_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
