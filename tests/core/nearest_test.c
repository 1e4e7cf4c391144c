// SPDX-License-Identifier: MIT
#include "core/nearest.h"

#include "tests/support.h"

static const char *const names[] = {"cold", "warm", "both", "async-mmap", "async-read", ""};

static void the_nearest_name_is_offered_if_it_is_near_enough(void **state)
{
    static const struct {
        const char *typed;
        const char *nearest; /* NULL: none */
    } rows[] = {
        {"cold", "cold"},             /* itself */
        {"colt", "cold"},             /* one replaced */
        {"wam", "warm"},              /* one missing */
        {"bother", "both"},           /* two more, a third of the longer word */
        {"bothers", NULL},            /* three more are too far */
        {"clod", "cold"},             /* two swapped are one mistake */
        {"async-rmap", "async-mmap"}, /* nearer than async-read */
        {"hot", NULL},
        {"c", NULL},
        {"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct nearest nearest = {.name = NULL};
        for (size_t k = 0; k < LENGTH(names); k++)
            nearest_consider(&nearest, rows[i].typed, names[k]);
        if (rows[i].nearest == NULL)
            assert_null(nearest.name);
        else
            assert_string_equal(nearest.name, rows[i].nearest);
    }
}

static void of_two_that_are_equally_near_the_first_is_offered(void **state)
{
    struct nearest nearest = {.name = NULL};
    (void)state;
    nearest_consider(&nearest, "mold", "cold");
    nearest_consider(&nearest, "mold", "bold");
    assert_string_equal(nearest.name, "cold");
    assert_int_equal(nearest.distance, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name_is_offered_if_it_is_near_enough),
        cmocka_unit_test(of_two_that_are_equally_near_the_first_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
