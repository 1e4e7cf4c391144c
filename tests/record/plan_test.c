// SPDX-License-Identifier: MIT
#include "record/plan.h"

#include "tests/support.h"

#include <errno.h>

enum { RUNS = 50, METHODS = 6 };

static const char *const names[METHODS] = {"a", "b", "c", "d", "e", "f"};

static size_t rank(const struct plan_entry *entry)
{
    return (size_t)(entry->method[0] - 'a');
}

static bool same_order(const struct plan *a, const struct plan *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct plan_entry *left = &a->entries[i];
        const struct plan_entry *right = &b->entries[i];
        same = left->method == right->method && left->cache == right->cache &&
               left->repeat == right->repeat;
    }
    return same;
}

static void each_repeat_has_every_method_in_every_state_once(void **state)
{
    static const struct {
        enum mode mode;
        size_t times[2]; /* cold and warm */
    } rows[] = {{MODE_COLD, {1, 0}}, {MODE_WARM, {0, 1}}, {MODE_BOTH, {1, 1}}};
    (void)state;
    for (size_t row = 0; row < LENGTH(rows); row++) {
        const size_t block = METHODS * (rows[row].times[0] + rows[row].times[1]);
        struct plan plan;
        plan_make(&plan, names, METHODS, rows[row].mode, RUNS, 1);
        assert_int_equal(plan.count, RUNS * block);
        for (size_t repeat = 0; repeat < RUNS; repeat++) {
            size_t times[METHODS][2] = {{0}};
            for (size_t i = repeat * block; i < (repeat + 1) * block; i++) {
                assert_int_equal(plan.entries[i].repeat, repeat);
                times[rank(&plan.entries[i])][plan.entries[i].cache]++;
            }
            for (size_t i = 0; i < METHODS; i++)
                assert_memory_equal(times[i], rows[row].times, sizeof times[i]);
        }
        plan_free(&plan);
    }
}

static void the_same_seed_gives_the_same_order(void **state)
{
    struct plan a;
    struct plan b;
    (void)state;
    plan_make(&a, names, METHODS, MODE_BOTH, RUNS, 7);
    plan_make(&b, names, METHODS, MODE_BOTH, RUNS, 7);
    assert_true(same_order(&a, &b));
    plan_free(&a);
    plan_free(&b);
}

/* Computed by another program from the published algorithms. */
static void a_seed_gives_its_order_on_every_machine(void **state)
{
    static const size_t known[METHODS] = {4, 3, 0, 2, 5, 1};
    struct plan plan;
    (void)state;
    plan_make(&plan, names, METHODS, MODE_COLD, 1, 42);
    for (size_t i = 0; i < METHODS; i++)
        assert_string_equal(plan.entries[i].method, names[known[i]]);
    plan_free(&plan);
}

/* In one go, or repeat by repeat, as a run does that goes on. */
static void an_extended_plan_is_the_one_that_was_made_at_once(void **state)
{
    struct plan whole;
    struct plan extended;
    (void)state;
    plan_make(&whole, names, METHODS, MODE_BOTH, 7, 3);
    plan_make(&extended, names, METHODS, MODE_BOTH, 2, 3);
    plan_extend(&extended, 1);
    plan_extend(&extended, 4);
    assert_int_equal(extended.repeats, 7);
    assert_true(same_order(&whole, &extended));
    plan_free(&whole);
    plan_free(&extended);
}

static void another_seed_gives_another_order(void **state)
{
    struct plan first;
    (void)state;
    plan_make(&first, names, METHODS, MODE_BOTH, RUNS, 0);
    for (uint64_t seed = 1; seed < 20; seed++) {
        struct plan other;
        plan_make(&other, names, METHODS, MODE_BOTH, RUNS, seed);
        assert_false(same_order(&first, &other));
        plan_free(&other);
    }
    plan_free(&first);
}

static void both_interleaves_the_two_states(void **state)
{
    struct plan plan;
    size_t changes = 0;
    (void)state;
    plan_make(&plan, names, METHODS, MODE_BOTH, RUNS, 1);
    for (size_t i = 1; i < plan.count; i++)
        changes += plan.entries[i].cache != plan.entries[i - 1].cache;
    assert_in_range(changes, plan.count * 2 / 5, plan.count * 3 / 5 + RUNS);
    plan_free(&plan);
}

static void repeats_have_orders_of_their_own(void **state)
{
    size_t first[METHODS] = {0};
    struct plan plan;
    (void)state;
    plan_make(&plan, names, METHODS, MODE_COLD, 6000, 1);
    for (size_t i = 0; i < plan.count; i += METHODS)
        first[rank(&plan.entries[i])]++;
    for (size_t i = 0; i < METHODS; i++)
        assert_in_range(first[i], 850, 1150);
    plan_free(&plan);
}

static void all_orders_are_equally_likely(void **state)
{
    size_t counts[27] = {0};
    (void)state;
    for (uint64_t seed = 0; seed < 6000; seed++) {
        struct plan plan;
        plan_make(&plan, names, 3, MODE_COLD, 1, seed);
        const size_t order =
            rank(&plan.entries[0]) * 9 + rank(&plan.entries[1]) * 3 + rank(&plan.entries[2]);
        counts[order]++;
        plan_free(&plan);
    }
    size_t orders = 0;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        orders += counts[i] > 0;
        assert_true(counts[i] == 0 || (counts[i] > 850 && counts[i] < 1150));
    }
    assert_int_equal(orders, 6);
}

static void a_plan_is_written_in_its_order(void **state)
{
    char expected[256] = "order,repeat,method,cache\n";
    struct plan plan;
    struct error error;
    plan_make(&plan, names, 1, MODE_BOTH, 2, 1);
    assert_int_equal(plan.count, 4);
    for (size_t i = 0; i < plan.count; i++)
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%zu,%zu,a,%s\n",
                 i, i / 2, plan.entries[i].cache == CACHE_COLD ? "cold" : "warm");
    assert_int_equal(plan_write(&plan, *state, &error), 0);
    assert_true(file_holds(*state, "plan.csv", expected));
    assert_int_equal(plan_write(&plan, "/nowhere", &error), -ENOENT);
    assert_non_null(strstr(error.text, "/nowhere/plan.csv"));
    plan_free(&plan);
    assert_int_equal(plan.count, 0);
    assert_null(plan.entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_repeat_has_every_method_in_every_state_once),
        cmocka_unit_test(the_same_seed_gives_the_same_order),
        cmocka_unit_test(a_seed_gives_its_order_on_every_machine),
        cmocka_unit_test(an_extended_plan_is_the_one_that_was_made_at_once),
        cmocka_unit_test(another_seed_gives_another_order),
        cmocka_unit_test(both_interleaves_the_two_states),
        cmocka_unit_test(repeats_have_orders_of_their_own),
        cmocka_unit_test(all_orders_are_equally_likely),
        FOLDER_TEST(a_plan_is_written_in_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
