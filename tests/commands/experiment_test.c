// SPDX-License-Identifier: MIT
/* The table of experiments holds together: what is asked is measured. */
#include "commands/experiment.h"
#include "work/scan.h"

#include "commands/bench.h"
#include "core/exit_status.h"
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
        assert_true(method_select(&selected, &scan_kind, part->methods, &error) > 0);
        free(selected);
        /* Below 6 there is no interval, and with few more a wide one. */
        assert_true(part->runs >= 10);
        /* Emulated storage takes the file set of a few seconds, not the default one. */
        assert_true(part->storage_ms == 0 || part->file_bytes > 0);
        /* What others tell is summed up of cold trials, of which a stall shows on any machine. */
        assert_true(!part->metrics || (part->mode == MODE_COLD && part->storage_ms > 0));
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
    const int count = method_select(&selected, &scan_kind, part->methods, &error);
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

/* Each on files of its own, in a folder of its own, from little readahead to much; no part of
 * anything else sets it. */
static void check_levels(const struct experiment *experiment)
{
    for (size_t i = 0; i < parts_of(experiment); i++) {
        const struct experiment_part *part = &experiment->parts[i];
        assert_int_equal(part->sets_readahead, experiment->has_levels);
        if (!experiment->has_levels)
            continue;
        assert_string_equal(part->name, part->data);
        assert_true(part->storage_ms == 0 && part->mode == MODE_COLD);
        assert_true(i == 0 ? part->readahead_bytes == 0
                           : part->readahead_bytes > experiment->parts[i - 1].readahead_bytes);
    }
}

static void levels_of_readahead_are_set_by_their_own_experiment(void **state)
{
    (void)state;
    for_each(check_levels);
}

/* ---- What emulated storage is asked -----------------------------------------------------------
 */

static void check_emulated(const struct experiment *experiment)
{
    const struct experiment_part *part = &experiment->emulated;
    if (part->name == NULL)
        return;
    assert_true(part->storage_ms > 0 && part->mode == MODE_COLD && part->runs >= 10);
    assert_true(part->file_bytes > 0);
    assert_string_equal(part->methods, experiment->parts[0].methods);
    assert_true(strncmp(part->name, experiment->name, strlen(experiment->name)) == 0);
    assert_string_not_equal(part->name, experiment->parts[0].name);
}

/* Every question of methods on the native storage, for noise may hide any of their answers; but not
 * that of readahead, which emulated storage has none of that could be set. */
static void what_is_asked_of_native_storage_can_be_asked_of_emulated(void **state)
{
    (void)state;
    for_each(check_emulated);
    for (const struct experiment *row = experiment_questions; row->name != NULL; row++) {
        const bool is_asked = !row->has_levels && row->question.kind == QUESTION_METHODS &&
                              row->question.pairs[0].method != NULL &&
                              row->parts[0].storage_ms == 0;
        assert_int_equal(is_asked, row->emulated.name != NULL);
    }
}

static double noise;    /* of the runs below: how far one half of the times is from the other */
static char asked[256]; /* the parts that were run, each with its latency */
static int bench_run_status;

/* Ten trials of each of two methods, of which now one and now the other is the slower. */
int __wrap_bench_run(const struct options *options, const struct bench *bench, char **dir)
{
    char text[4096] = "method,cache,repeat,elapsed_s\n";
    size_t length = strlen(text);
    assert_true(bench->is_part && bench->kind == &scan_kind);
    snprintf(asked + strlen(asked), sizeof asked - strlen(asked), "%s %u, ", bench->name,
             options->storage_ms);
    for (int i = 0; i < 10; i++)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "async-mmap,cold,%d,1\nasync-mmap-prefetch,cold,%d,%g\n", i, i,
                                   i % 2 == 0 ? 1 + noise : 1 / (1 + noise));
    *dir = files_join(options->results, bench->name);
    assert_int_equal(mkdir(*dir, 0777), 0);
    file_write(*dir, "trials.csv", text, length);
    return bench_run_status;
}

/* Runs the question of prefetching with that much noise. */
static int run_prefetch(const char *dir, double with_noise, int status)
{
    const struct options options = {.data = dir, .results = dir, .files = 8};
    const struct experiment *row = experiment_questions;
    while (strcmp(row->name, "prefetch") != 0)
        row++;
    noise = with_noise;
    bench_run_status = status;
    asked[0] = '\0';
    return experiment_run(row, &options, dir);
}

static void an_open_question_is_asked_of_emulated_storage(void **state)
{
    assert_int_equal(run_prefetch(*state, 1, EXIT_OK), EXIT_OK);
    assert_string_equal(asked, "prefetch 0, prefetch-5ms 5, ");
}

static void after_failed_trials_too(void **state)
{
    assert_int_equal(run_prefetch(*state, 1, EXIT_TRIAL_FAILED), EXIT_TRIAL_FAILED);
    assert_string_equal(asked, "prefetch 0, prefetch-5ms 5, ");
}

static void an_answered_question_is_not_asked_again(void **state)
{
    assert_int_equal(run_prefetch(*state, 0.001, EXIT_OK), EXIT_OK);
    assert_string_equal(asked, "prefetch 0, ");
}

static void an_interrupt_asks_nothing_more(void **state)
{
    assert_int_equal(run_prefetch(*state, 1, EXIT_SIGNALLED + 2), EXIT_SIGNALLED + 2);
    assert_string_equal(asked, "prefetch 0, ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_can_be_run),
        cmocka_unit_test(what_is_asked_is_measured),
        cmocka_unit_test(what_is_asked_of_native_storage_can_be_asked_of_emulated),
        FOLDER_TEST(an_open_question_is_asked_of_emulated_storage),
        FOLDER_TEST(after_failed_trials_too),
        FOLDER_TEST(an_answered_question_is_not_asked_again),
        FOLDER_TEST(an_interrupt_asks_nothing_more),
        cmocka_unit_test(a_range_is_named_by_its_latencies),
        cmocka_unit_test(levels_of_readahead_are_set_by_their_own_experiment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
