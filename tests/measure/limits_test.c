// SPDX-License-Identifier: MIT
#include "measure/limits.h"

#include "tests/support.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* A system of its own: its limit of descriptors, and how many threads it can have at once. */
static struct rlimit descriptors;
static int threads_most;
static int threads_running;

int __wrap_getrlimit(int what, struct rlimit *limit)
{
    assert_int_equal(what, RLIMIT_NOFILE);
    *limit = descriptors;
    return 0;
}

int __wrap_setrlimit(int what, const struct rlimit *limit)
{
    assert_int_equal(what, RLIMIT_NOFILE);
    descriptors = *limit;
    return 0;
}

/* The address space that is free, and how much of it is taken. */
static size_t space_most = SIZE_MAX;
static size_t space_taken;

void *__real_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    if (length > space_most) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    space_taken += length;
    return __real_mmap(address, length, protection, flags, fd, offset);
}

int __real_munmap(void *address, size_t length);
int __wrap_munmap(void *address, size_t length)
{
    space_taken -= length;
    return __real_munmap(address, length);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *argument), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *argument), void *argument)
{
    if (threads_running == threads_most)
        return EAGAIN;
    threads_running++;
    return __real_pthread_create(thread, attributes, run, argument);
}

int __real_pthread_join(pthread_t thread, void **result);
int __wrap_pthread_join(pthread_t thread, void **result)
{
    threads_running--;
    return __real_pthread_join(thread, result);
}

/* Checks the limits of a system that has these. */
static int check(rlim_t soft, rlim_t hard, int threads, struct error *error)
{
    descriptors = (struct rlimit){.rlim_cur = soft, .rlim_max = hard};
    threads_most = threads;
    return limits_check(100, 2, 1 << 30, 12, error);
}

static void a_limit_of_descriptors_that_is_high_enough_stays(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(check(1024, 4096, 12, &error), 0);
    assert_int_equal(descriptors.rlim_cur, 1024);
}

static void a_limit_of_descriptors_is_raised_as_far_as_needed(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(check(32, 4096, 12, &error), 0);
    assert_int_equal(descriptors.rlim_cur, 264); /* two for each file, and 64 others */
    assert_int_equal(descriptors.rlim_max, 4096);
    assert_int_equal(check(263, 264, 12, &error), 0);
    assert_int_equal(descriptors.rlim_cur, 264);
    assert_int_equal(check(263, 263, 12, &error), -EMFILE);
    assert_int_equal(check(264, 264, 12, &error), 0);
}

static void too_few_descriptors_are_an_error_that_says_what_to_do(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(check(32, 200, 12, &error), -EMFILE);
    assert_non_null(strstr(error.text, "--files 100 needs 264 open files"));
    assert_non_null(strstr(error.text, "allows 200"));
    assert_non_null(strstr(error.text, "ulimit -n"));
    assert_int_equal(descriptors.rlim_cur, 32);
}

static void too_little_address_space_is_an_error_that_says_what_to_do(void **state)
{
    struct error error;
    (void)state;
    space_most = (1 << 30) - 1;
    assert_int_equal(check(1024, 4096, 12, &error), -ENOMEM);
    assert_non_null(strstr(error.text, "maps 1073741824 bytes"));
    assert_non_null(strstr(error.text, "ulimit -v"));
    assert_int_equal(limits_check(100, 2, 0, 12, &error), 0); /* nothing is mapped */
    space_most = 1 << 30;
    assert_int_equal(check(1024, 4096, 12, &error), 0);
    assert_int_equal(space_taken, 0);
    space_most = SIZE_MAX;
}

static void too_few_threads_are_an_error_that_says_what_to_do(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(check(1024, 4096, 11, &error), -EAGAIN);
    assert_non_null(strstr(error.text, "needs 12 threads at once and this system allows 11"));
    assert_non_null(strstr(error.text, "ulimit -u"));
}

static void no_thread_stays_whether_they_were_enough_or_not(void **state)
{
    struct error error;
    (void)state;
    for (int most = 0; most <= 12; most += 6) {
        check(1024, 4096, most, &error);
        assert_int_equal(threads_running, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_of_descriptors_that_is_high_enough_stays),
        cmocka_unit_test(a_limit_of_descriptors_is_raised_as_far_as_needed),
        cmocka_unit_test(too_few_descriptors_are_an_error_that_says_what_to_do),
        cmocka_unit_test(too_little_address_space_is_an_error_that_says_what_to_do),
        cmocka_unit_test(too_few_threads_are_an_error_that_says_what_to_do),
        cmocka_unit_test(no_thread_stays_whether_they_were_enough_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
