// SPDX-License-Identifier: MIT
#include "core/random.h"

#include "tests/support.h"

/* The numbers that every SplitMix64 gives for this seed. */
static void the_sequence_is_that_of_splitmix64(void **state)
{
    static const uint64_t known[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    uint64_t random = 1234567;
    (void)state;
    for (size_t i = 0; i < LENGTH(known); i++)
        assert_int_equal(random_next(&random), known[i]);
}

static void any_number_can_be_had_without_the_others(void **state)
{
    uint64_t random = 99;
    (void)state;
    for (uint64_t n = 1; n < 100; n++)
        assert_int_equal(random_next(&random), random_mix(99 + n * RANDOM_STEP));
}

static void numbers_below_a_bound_are_equally_likely(void **state)
{
    size_t counts[10] = {0};
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < 10000; i++)
        counts[random_below(&random, LENGTH(counts))]++;
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_in_range(counts[i], 850, 1150);
}

/* Of 2^64 values, a remainder by 3 * 2^62 would give those below 2^62 twice as often. */
static void a_bound_that_does_not_divide_the_range_is_fair_too(void **state)
{
    const uint64_t quarter = UINT64_C(1) << 62;
    size_t counts[3] = {0};
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < 3000; i++)
        counts[random_below(&random, 3 * quarter) / quarter]++;
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_in_range(counts[i], 850, 1150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_that_of_splitmix64),
        cmocka_unit_test(any_number_can_be_had_without_the_others),
        cmocka_unit_test(numbers_below_a_bound_are_equally_likely),
        cmocka_unit_test(a_bound_that_does_not_divide_the_range_is_fair_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
