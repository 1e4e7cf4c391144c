// SPDX-License-Identifier: MIT
/* The table of experiments holds together: what is asked is measured. */
#include "commands/experiment.h"

#include "methods/method.h"
#include "tests/support.h"

/* Calls `check` for every row, the range of latencies among them. */
static void for_each(void (*check)(const struct experiment *experiment))
{
    check(&experiment_storage);
    for (const struct experiment *row = experiment_questions; row->name != NULL; row++)
        check(row);
}

static size_t parts_of(const struct experiment *experiment)
{
    size_t count = 0;
    while (count < EXPERIMENT_PARTS && experiment->parts[count].name != NULL)
        count++;
    return count;
}

static void check_parts(const struct experiment *experiment)
{
    const bool is_pair = experiment->question.kind == QUESTION_BETWEEN;
    assert_true(parts_of(experiment) >= (is_pair ? 2 : 1));
    for (size_t i = 0; i < parts_of(experiment); i++) {
        const struct experiment_part *part = &experiment->parts[i];
        const struct method **selected;
        struct error error;
        assert_true(method_select(&selected, part->methods, &error) > 0);
        free(selected);
        assert_true(part->runs > 0);
        /* Emulated storage takes the file set of a few seconds, not the default one. */
        assert_true(part->storage_ms == 0 || part->file_bytes > 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(part->name, experiment->parts[k].name);
    }
}

static void every_part_can_be_run(void **state)
{
    (void)state;
    for_each(check_parts);
}

static bool measures(const struct experiment_part *part, const char *method)
{
    const struct method **selected;
    struct error error;
    const int count = method_select(&selected, part->methods, &error);
    bool found = false;
    for (int i = 0; i < count; i++)
        found = found || strcmp(selected[i]->name, method) == 0;
    free(selected);
    return found;
}

static void check_question(const struct experiment *experiment)
{
    for (size_t i = 0; i < QUESTION_PAIRS && experiment->question.pairs[i].method != NULL; i++) {
        const char *base = experiment->question.pairs[i].base;
        for (size_t k = 0; k < parts_of(experiment); k++) {
            assert_true(measures(&experiment->parts[k], experiment->question.pairs[i].method));
            assert_true(base == NULL || measures(&experiment->parts[k], base));
        }
        assert_true((base == NULL) == (experiment->question.kind == QUESTION_BETWEEN));
    }
}

static void what_is_asked_is_measured(void **state)
{
    (void)state;
    for_each(check_question);
}

static void check_range(const struct experiment *experiment)
{
    if (experiment->range == NULL)
        return;
    assert_string_equal(experiment->parts[0].name, "native");
    for (size_t i = 1; i < parts_of(experiment); i++) {
        char name[16];
        snprintf(name, sizeof name, "%ums", experiment->parts[i].storage_ms);
        assert_string_equal(experiment->parts[i].name, name);
    }
}

static void a_range_is_named_by_its_latencies(void **state)
{
    (void)state;
    for_each(check_range);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_can_be_run),
        cmocka_unit_test(what_is_asked_is_measured),
        cmocka_unit_test(a_range_is_named_by_its_latencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
