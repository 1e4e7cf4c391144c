// SPDX-License-Identifier: MIT
#include "probes/noise.h"

#include "tests/support.h"

#include <math.h>
#include <sys/wait.h>
#include <time.h>

/* One that is `more` beyond the other in whatever it counts, each in a number of its own. */
static void shares_are_of_the_time_of_all_cpus(void **state)
{
    const double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    const struct noise before = {
        .at_ns = 1000000000,
        .cpu = {.busy_s = 10, .steal_s = 1, .own_s = 2, .kernel_s = 5},
        .throttled_s = 1,
        .pressure_s = {1, 2, 3},
        .own_pressure_s = {1, 1, NAN},
    };
    const struct noise after = {
        .at_ns = 5000000000,
        .cpu = {.busy_s = 10 + 2 * cpus,
                .steal_s = 1 + 0.4 * cpus,
                .own_s = 2 + cpus,
                .kernel_s = 5 + 0.2 * cpus},
        .throttled_s = 2,
        .pressure_s = {3, 3, 7},
        .own_pressure_s = {2, 3, NAN},
        .device_bytes = 5000,
        .own_bytes = 4000,
    };
    (void)state;
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(fabs(shares.steal - 0.1) < 1e-9);
    assert_true(fabs(shares.others - 0.2) < 1e-9);
    assert_true(fabs(shares.throttled - 0.25) < 1e-9);
    assert_true(fabs(shares.pressure[PRESSURE_CPU] - 0.5) < 1e-9);
    assert_true(fabs(shares.pressure[PRESSURE_IO] - 0.25) < 1e-9);
    assert_true(fabs(shares.pressure[PRESSURE_MEMORY] - 1) < 1e-9);
    assert_true(fabs(shares.others_pressure[PRESSURE_CPU] - 0.25) < 1e-9);
    assert_true(shares.others_pressure[PRESSURE_IO] == 0); /* and not less */
    assert_true(isnan(shares.others_pressure[PRESSURE_MEMORY]));
    assert_int_equal(shares.others_read_bytes, 1000);
}

static void no_share_is_less_than_nothing_or_more_than_all(void **state)
{
    const struct noise before = {.cpu = {.own_s = 0}};
    const struct noise after = {
        .at_ns = 1000000000, .cpu = {.own_s = 3}, .throttled_s = 5, .own_bytes = 1};
    (void)state;
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(shares.others == 0);
    assert_true(shares.throttled == 1);
    assert_int_equal(shares.others_read_bytes, 0);
}

static void what_the_system_does_not_tell_stays_unknown(void **state)
{
    const struct noise before = {.cpu = {.busy_s = NAN, .steal_s = NAN},
                                 .throttled_s = NAN,
                                 .pressure_s = {NAN, NAN, NAN},
                                 .device_bytes = -1};
    struct noise after = before;
    (void)state;
    after.at_ns = 1;
    const struct noise_shares shares = noise_between(&before, &after);
    assert_true(isnan(shares.steal) && isnan(shares.others) && isnan(shares.throttled));
    assert_true(isnan(shares.pressure[PRESSURE_IO]) && isnan(shares.others_pressure[PRESSURE_IO]));
    assert_int_equal(shares.others_read_bytes, -1);
}

#ifdef __linux__
/* Uses a CPU until the kernel has counted that many seconds of it. */
static void burn(double seconds)
{
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while ((double)used.tv_sec + (double)used.tv_nsec / 1e9 < seconds);
}

/* A child that goes on, as storage does, until it is told to end by the end of `until`. */
static pid_t start_burning(double seconds, int *burnt, int *until)
{
    int told[2];
    int end[2];
    char byte = 0;
    assert_int_equal(pipe(told), 0);
    assert_int_equal(pipe(end), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(end[1]);
        burn(seconds);
        _exit(write(told[1], &byte, 1) == 1 && read(end[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(told[1]);
    close(end[0]);
    *burnt = told[0];
    *until = end[1];
    return child;
}

/* What a child used is this program's own while it runs, and as much after it was waited for. */
static void the_work_of_a_child_that_runs_is_not_that_of_others(void **state)
{
    int burnt;
    int until;
    int status;
    char byte;
    const double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
    const struct noise before = noise_now(*state);
    if (isnan(before.cpu.own_s))
        skip();
    const pid_t child = start_burning(0.3, &burnt, &until);
    assert_int_equal(read(burnt, &byte, 1), 1);
    const struct noise during = noise_now(*state);
    close(until);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    const struct noise after = noise_now(*state);
    close(burnt);
    assert_true(during.cpu.own_s - before.cpu.own_s >= 0.3 - 3 * tick_s);
    assert_true(after.cpu.own_s >= during.cpu.own_s - 3 * tick_s);
    const struct noise_shares shares = noise_between(&before, &during);
    const double all = (during.cpu.busy_s - before.cpu.busy_s) /
                       ((double)(during.at_ns - before.at_ns) / 1e9) /
                       (double)sysconf(_SC_NPROCESSORS_ONLN);
    assert_true(shares.others < all);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_of_the_time_of_all_cpus),
        cmocka_unit_test(no_share_is_less_than_nothing_or_more_than_all),
        cmocka_unit_test(what_the_system_does_not_tell_stays_unknown),
#ifdef __linux__
        FOLDER_TEST(the_work_of_a_child_that_runs_is_not_that_of_others),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
