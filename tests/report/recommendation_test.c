// SPDX-License-Identifier: MIT
/* Which methods are recommended, by the sentence and in the table. */
#include "report/recommendation.h"
#include "report/table.h"

#include "made_trials.h"

enum { PAIRS = 6 };

/* Trials of a method whose ratio to the fastest, which takes 1, has this interval. */
static void add_interval(struct made *made, const char *method, const char *cache,
                         const double interval[2], double delay_s)
{
    for (int64_t i = 0; i < PAIRS; i++) {
        const double part = (double)i / (PAIRS - 1);
        struct trial *trial =
            add(made, method, cache, i, interval[0] * pow(interval[1] / interval[0], part));
        trial->loop_delay_p99_s = delay_s;
        trial->loop_delay_max_s = delay_s;
    }
}

struct candidate {
    const char *method;
    double cold[2];
    double warm[2];
    double delay_s;
    enum recommendation expected;
};

enum { MOST_CANDIDATES = 4 };

static void the_rule_goes_by_intervals(void **state)
{
    static const struct {
        struct candidate candidates[MOST_CANDIDATES];
        const char *said;
    } cases[] = {
        {{{"async-read-uring", {1.02, 1.09}, {1.1, 1.4}, 0.001, RECOMMENDED}},
         "- Recommended here, with a free loop (p99 delay under 2 ms) and within 1.1 times the "
         "fastest cold and 1.5 times warm, or not to be told from the best that is:\n"
         "  async-read-uring: cold 1.05 [1.02, 1.09] times the fastest with a p99 delay of 1.00 "
         "ms, warm 1.24 [1.10, 1.40] times the fastest with a p99 delay of 1.00 ms\n"},
        /* Within is not beyond. */
        {{{"async-read-uring", {1.02, 1.09}, {1.5, 1.5}, 0.001, RECOMMENDED}}, "Recommended here"},
        /* All that are good are named, also one that is a hair slower than another. */
        {{{"async-read-nowait", {1.01, 1.02}, {1.01, 1.02}, 0.001, RECOMMENDED},
          {"async-read-uring", {1.03, 1.04}, {1.03, 1.04}, 0.001, RECOMMENDED}},
         "\n  async-read-nowait: cold 1.01 [1.01, 1.02]"},
        /* So is one that may be good and cannot be told from the best, but no other one. */
        {{{"async-read-nowait", {1.04, 1.05}, {1.2, 1.3}, 0.001, RECOMMENDED},
          {"async-read-uring", {1.01, 1.2}, {1.1, 1.4}, 0.001, RECOMMENDED},
          {"async-read-direct", {1.06, 1.2}, {1.1, 1.4}, 0.001, RECOMMENDATION_NONE},
          {"async-mmap-hybrid", {1.01, 1.2}, {1.35, 1.6}, 0.001, RECOMMENDATION_NONE}},
         "Recommended here"},
        {{{"async-read-uring", {1.02, 1.2}, {1.1, 1.4}, 0.001, RECOMMENDATION_OPEN},
          {"async-read-direct", {1.12, 1.2}, {1.1, 1.4}, 0.001, RECOMMENDATION_NONE}},
         "- No method with a free loop (p99 delay under 2 ms) is known to be within 1.1 times the "
         "fastest cold and 1.5 times warm; it cannot be told here of:\n  async-read-uring: cold "
         "1.11 [1.02, 1.20]"},
        {{{"async-read-uring", {1.02, 1.05}, {1.51, 1.6}, 0.001, RECOMMENDATION_NONE},
          {"async-read-direct", {1.3, 1.4}, {1.51, 1.6}, 0.001, RECOMMENDATION_NONE},
          {"async-read-nowait", {1, 1.01}, {1, 1.01}, 0.002, RECOMMENDATION_NONE}},
         "- No method with a free loop (p99 delay under 2 ms) is within 1.1 times the fastest cold "
         "and 1.5 times warm; the nearest is\n  async-read-uring: cold 1.03 [1.02, 1.05]"},
        {{{"async-read-uring", {1.02, 1.05}, {1, 1.1}, 0.002, RECOMMENDATION_NONE},
          {"async-read-direct", {1.02, 1.05}, {1, 1.1}, NAN, RECOMMENDATION_NONE}},
         "- No method is known to have kept the p99 delay under 2 ms both cold and warm.\n"},
    };
    static const double one[] = {1, 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_interval(&made, "threads-mmap", "cold", one, 0.02);
        add_interval(&made, "threads-mmap", "warm", one, 0.02);
        for (size_t k = 0; k < MOST_CANDIDATES && cases[i].candidates[k].method != NULL; k++) {
            const struct candidate *candidate = &cases[i].candidates[k];
            add_interval(&made, candidate->method, "cold", candidate->cold, candidate->delay_s);
            add_interval(&made, candidate->method, "warm", candidate->warm, candidate->delay_s);
        }
        sum_up(&summary, &made);
        STATED(recommendation_say(all, &summary));
        assert_said(cases[i].said);
        for (size_t k = 0; k < MOST_CANDIDATES && cases[i].candidates[k].method != NULL; k++) {
            const struct candidate *candidate = &cases[i].candidates[k];
            char line[64];
            snprintf(line, sizeof line, "\n  %s: cold ", candidate->method);
            assert_int_equal(recommendation_of(&summary, candidate->method), candidate->expected);
            if (candidate->expected == RECOMMENDED)
                assert_said(line);
        }
        assert_int_equal(recommendation_of(&summary, "threads-mmap"), RECOMMENDATION_NONE);
        summary_free(&summary);
    }
}

/* Of copies and sends a run of one cache state is enough, and their places in the list of methods
 * make no remedies of scans of them. */
static void copies_and_sends_have_limits_of_their_own(void **state)
{
    static const struct {
        const char *work;
        const char *caches[CACHE_STATES];
        const char *method;
        double interval[2];
        double delay_s;
        enum recommendation expected;
        const char *said;
    } cases[] = {
        {"copy",
         {"warm"},
         "async-copy-read",
         {1.01, 1.14},
         0.0049,
         RECOMMENDED,
         "- Recommended here, with a free loop (p99 delay under 5 ms) and within 1.15 times the "
         "fastest, or not to be told from the best that is:\n"
         "  async-copy-read: warm 1.07 [1.01, 1.14] times the fastest with a p99 delay of 4.90 "
         "ms\n"},
        {"copy",
         {"cold", "warm"},
         "async-copy-read",
         {1.01, 1.14},
         0.0049,
         RECOMMENDED,
         "within 1.15 times the fastest cold and 1.15 times warm, or"},
        {"copy",
         {"cold"},
         "threads-copy-read",
         {1.01, 1.2},
         0.001,
         RECOMMENDATION_OPEN,
         "is known to be within 1.15 times the fastest; it cannot be told here of:\n"
         "  threads-copy-read: cold 1.10 ["},
        {"copy",
         {"cold"},
         "async-copy-read",
         {1.2, 1.3},
         0.001,
         RECOMMENDATION_NONE,
         "- No method with a free loop (p99 delay under 5 ms) is within 1.15 times the fastest; "
         "the nearest is\n  async-copy-read: cold 1.25 ["},
        {"copy",
         {"warm"},
         "async-copy-mmap",
         {1.01, 1.02},
         0.005,
         RECOMMENDATION_NONE,
         "- No method is known to have kept the p99 delay under 5 ms.\n"},
        {"copy",
         {"cold", "warm"},
         "async-copy-mmap",
         {1.01, 1.02},
         0.005,
         RECOMMENDATION_NONE,
         "under 5 ms both cold and warm.\n"},
        {"send",
         {"warm"},
         "async-send-read",
         {1.01, 1.10},
         0.004,
         RECOMMENDED,
         "within 1.11 times the fastest, or"},
        {"send",
         {"warm"},
         "async-send-read",
         {1.12, 1.14},
         0.004,
         RECOMMENDATION_NONE,
         "is within 1.11 times the fastest; the nearest"},
        /* All on one thread, no loop may be free. */
        {"copy", {"warm"}, "single-copy-read", {1.01, 1.02}, 1, RECOMMENDATION_NONE, ""},
    };
    static const double one[] = {1, 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (size_t k = 0; k < CACHE_STATES && cases[i].caches[k] != NULL; k++) {
            add_interval(&made, "single-made-up", cases[i].caches[k], one, 1);
            add_interval(&made, cases[i].method, cases[i].caches[k], cases[i].interval,
                         cases[i].delay_s);
        }
        for (size_t k = 0; k < made.trials.count; k++)
            snprintf(made.rows[k].work, TRIAL_TEXT, "%s", cases[i].work);
        sum_up(&summary, &made);
        assert_int_equal(recommendation_of(&summary, cases[i].method), cases[i].expected);
        STATED(recommendation_say(all, &summary));
        if (cases[i].said[0] != '\0')
            assert_said(cases[i].said);
        else
            assert_string_equal(said, "");
        summary_free(&summary);
    }
}

static void clients_have_a_say(void **state)
{
    static const double near[] = {1.01, 1.05};
    (void)state;
    for (int is_slow = 0; is_slow < 2; is_slow++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_interval(&made, "async-read-uring", "cold", near, 0.001);
        add_interval(&made, "async-read-uring", "warm", near, 0.001);
        for (size_t i = 0; i < made.trials.count; i++)
            made.rows[i].client_p99_s = made.rows[i].client_max_s = is_slow ? 0.0021 : 0.0019;
        sum_up(&summary, &made);
        assert_int_equal(recommendation_of(&summary, "async-read-uring"),
                         is_slow ? RECOMMENDATION_NONE : RECOMMENDED);
        STATED(recommendation_say(all, &summary));
        if (!is_slow)
            assert_said("p99 delay of 1.90 ms");
        summary_free(&summary);
    }
}

static void the_table_marks_what_the_sentence_names(void **state)
{
    static const double near[] = {1.01, 1.05};
    static const double far[] = {2, 3};
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_interval(&made, "async-read", "cold", far, 0.001);
    add_interval(&made, "async-read", "warm", far, 0.001);
    add_interval(&made, "async-read-uring", "cold", near, 0.001);
    add_interval(&made, "async-read-uring", "warm", near, 0.001);
    sum_up(&summary, &made);
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        SAID(table_print(&summary, &(struct machine){.count = 0}, cache_state_name(cache), out));
        assert_said("      1.00  recommended\n");
        const char *mark = strstr(said, "recommended");
        assert_null(strstr(mark + 1, "recommended"));
    }
    summary_free(&summary);
}

static void without_pairs_or_remedies_or_both_states_none_is_recommended(void **state)
{
    static const struct {
        const char *method;
        const char *caches[2];
        int64_t repeats;
        const char *said;
    } cases[] = {
        {"async-read-uring", {"cold", "warm"}, 5, "- Too few pairs to recommend a method.\n"},
        {"async-read-uring", {"cold", "cold"}, 3, ""},
        {"async-read", {"cold", "warm"}, 6, ""}, /* of the six */
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (int64_t k = 0; k < 2 * cases[i].repeats; k++)
            add(&made, cases[i].method, cases[i].caches[k % 2], k / 2, 1)->loop_delay_p99_s = 0.001;
        sum_up(&summary, &made);
        STATED(recommendation_say(all, &summary));
        assert_string_equal(said, cases[i].said);
        summary_free(&summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rule_goes_by_intervals),
        cmocka_unit_test(copies_and_sends_have_limits_of_their_own),
        cmocka_unit_test(clients_have_a_say),
        cmocka_unit_test(the_table_marks_what_the_sentence_names),
        cmocka_unit_test(without_pairs_or_remedies_or_both_states_none_is_recommended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
