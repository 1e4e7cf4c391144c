// SPDX-License-Identifier: MIT
#include "probes/usage.h"

#include "tests/support.h"

#include <math.h>

static const struct usage before = {1, 20, 300, 4000, 5.5, 6.25, 70000};
static const struct usage after = {2, 22, 303, 4004, 10.5, 12.25, 77000};

static void the_difference_is_recorded(void **state)
{
    struct trial trial = trial_unknown();
    (void)state;
    usage_record(&before, &after, &trial);
    assert_int_equal(trial.major_faults, 1);
    assert_int_equal(trial.minor_faults, 2);
    assert_int_equal(trial.voluntary_switches, 3);
    assert_int_equal(trial.involuntary_switches, 4);
    assert_true(trial.user_s == 5);
    assert_true(trial.system_s == 6);
    assert_int_equal(trial.device_read_bytes, 7000);
}

static void reads_that_were_not_counted_stay_unknown(void **state)
{
    struct usage uncounted = before;
    (void)state;
    uncounted.device_read_bytes = -1;
    struct trial trial = trial_unknown();
    usage_record(&uncounted, &after, &trial);
    assert_int_equal(trial.device_read_bytes, -1);
    usage_record(&after, &uncounted, &trial);
    assert_int_equal(trial.device_read_bytes, -1);
}

static void touching_new_memory_counts_as_faults(void **state)
{
    const size_t bytes = (size_t)64 << 20;
    const struct usage start = usage_now();
    (void)state;
    unsigned char *memory = malloc(bytes);
    assert_non_null(memory);
    for (size_t at = 0; at < bytes; at += 512)
        *(volatile unsigned char *)(memory + at) = 1;
    const struct usage end = usage_now();
    free(memory);
    assert_true(end.minor_faults > start.minor_faults);
    assert_true(end.user_s + end.system_s >= start.user_s + start.system_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_recorded),
        cmocka_unit_test(reads_that_were_not_counted_stay_unknown),
        cmocka_unit_test(touching_new_memory_counts_as_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
