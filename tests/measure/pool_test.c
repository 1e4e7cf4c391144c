// SPDX-License-Identifier: MIT
#include "measure/pool.h"

#include "tests/support.h"

#include <dirent.h>
#include <errno.h>
#include <uv.h>

/* libuv 1.45 to 1.48 may read through a ring, which goes when the loop is closed. */
static bool loop_lives;

int __real_uv_loop_init(uv_loop_t *loop);
int __wrap_uv_loop_init(uv_loop_t *loop)
{
    loop_lives = true;
    return __real_uv_loop_init(loop);
}

int __real_uv_loop_close(uv_loop_t *loop);
int __wrap_uv_loop_close(uv_loop_t *loop)
{
    loop_lives = false;
    return __real_uv_loop_close(loop);
}

const char *__wrap_host_libuv_reads(void)
{
    return loop_lives ? "said of a loop that lives" : "said too late";
}

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
    const char *reads = NULL;
    const int before = threads_of_this_process();
    file_write(*state, "some", "bytes", 5);
    char *path = files_join(*state, "some");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path, &reads), 0);
    assert_string_equal(reads, "said of a loop that lives");
    assert_in_range(threads_of_this_process() - before, THREADS_WANTED, THREADS_WANTED + 2);
    free(path);
}

static void an_empty_file_will_do(void **state)
{
    file_write(*state, "none", "", 0);
    char *path = files_join(*state, "none");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path, NULL), 0);
    free(path);
}

static void a_file_that_is_not_there_is_an_error(void **state)
{
    char *path = files_join(*state, "no");
    assert_int_equal(pool_warm_up(THREADS_WANTED, path, NULL), -ENOENT);
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
