// SPDX-License-Identifier: MIT
#include "platform/host.h"

#include "tests/support.h"

static void virtualization_is_told_in_words_that_fit(void **state)
{
    char text[256] = "";
    char little[8] = "";
    (void)state;
    host_virtualization(text, sizeof text);
    host_virtualization(little, sizeof little);
    assert_int_equal(strncmp(text, little, strlen(little)), 0);
    assert_true(strlen(text) == 0 || strstr(text, "machine") != NULL ||
                strstr(text, "container") != NULL || strcmp(text, "none seen") == 0);
}

static void libuv_reads_on_its_pool_or_through_io_uring(void **state)
{
    const char *how = host_libuv_reads();
    (void)state;
    assert_true(strcmp(how, "thread pool") == 0 || strcmp(how, "io_uring") == 0 ||
                strcmp(how, "") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtualization_is_told_in_words_that_fit),
        cmocka_unit_test(libuv_reads_on_its_pool_or_through_io_uring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
