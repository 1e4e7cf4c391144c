// SPDX-License-Identifier: MIT
#include "probes/noise.h"

#include "tests/support.h"

#include <math.h>

static void shares_are_of_the_time_of_all_cpus(void **state)
{
    const double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    const struct noise before = {.at_ns = 0, .busy_s = 10, .steal_s = 1, .own_s = 2};
    const struct noise after = {.at_ns = 4000000000,
                                .busy_s = 10 + 2 * cpus,
                                .steal_s = 1 + 0.4 * cpus,
                                .own_s = 2 + cpus,
                                .device_bytes = 5000,
                                .own_bytes = 4000};
    (void)state;
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(fabs(shares.steal - 0.1) < 1e-9);
    assert_true(fabs(shares.others - 0.25) < 1e-9);
    assert_int_equal(shares.others_read_bytes, 1000);
}

static void what_the_system_does_not_tell_stays_unknown(void **state)
{
    const struct noise before = {.busy_s = NAN, .steal_s = NAN, .device_bytes = -1};
    const struct noise after = {.at_ns = 1, .busy_s = NAN, .steal_s = NAN, .device_bytes = -1};
    (void)state;
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(isnan(shares.steal) && isnan(shares.others));
    assert_int_equal(shares.others_read_bytes, -1);
}

static void own_work_is_not_that_of_others(void **state)
{
    const struct noise before = noise_now(*state);
    while (noise_now(*state).own_s - before.own_s < 0.1)
        ;
    const struct noise after = noise_now(*state);
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(isnan(shares.others) || (shares.others >= 0 && shares.others <= 1));
    assert_true(isnan(shares.steal) || (shares.steal >= 0 && shares.steal <= 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_the_time_of_all_cpus),
        cmocka_unit_test(what_the_system_does_not_tell_stays_unknown),
        FOLDER_TEST(own_work_is_not_that_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
