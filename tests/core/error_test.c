// SPDX-License-Identifier: MIT
#include "core/error.h"

#include "tests/support.h"

#include <errno.h>

static void the_code_and_the_text_are_kept(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(error_set(&error, -EINVAL, "--%s: %d", "runs", 0), -EINVAL);
    assert_int_equal(error.code, -EINVAL);
    assert_string_equal(error.text, "--runs: 0");
}

static void a_failed_call_is_named_with_its_file_and_reason(void **state)
{
    struct error error;
    (void)state;
    assert_int_equal(error_set_call(&error, -ENOENT, "open", "data/x"), -ENOENT);
    assert_string_equal(error.text, "open data/x: No such file or directory");
    error_set_call(&error, -ENODATA, "read", "data/x"); /* "No data available" tells nobody */
    assert_non_null(strstr(error.text, "read data/x: it ends before the size it had"));
}

static void a_text_that_is_too_long_is_cut(void **state)
{
    struct error error;
    (void)state;
    error_set(&error, -EINVAL, "%2000s", "x");
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_code_and_the_text_are_kept),
        cmocka_unit_test(a_failed_call_is_named_with_its_file_and_reason),
        cmocka_unit_test(a_text_that_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
