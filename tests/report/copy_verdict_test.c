// SPDX-License-Identifier: MIT
/* What made-up copies are said to show of the post's three ways. */
#include "report/copy_verdict.h"

#include "made_trials.h"

enum { PAIRS = 6, MOST_METHODS = 4 };

struct made_copies {
    const char *method;  /* "whole" of single-copy-whole; NULL behind the last one */
    double interval[2];  /* of the times */
    double minor_faults; /* 0: unknown, as the next */
    double system_s;
};

static void add_copies(struct made *made, const struct made_copies *copies, int64_t repeats)
{
    char method[TRIAL_TEXT];
    snprintf(method, sizeof method, "single-copy-%s", copies->method);
    for (int64_t i = 0; i < repeats; i++) {
        const double part = (double)i / (double)(repeats - 1);
        struct trial *trial =
            add(made, method, "cold", i,
                copies->interval[0] * pow(copies->interval[1] / copies->interval[0], part));
        snprintf(trial->work, sizeof trial->work, "copy");
        trial->files = 1;
        trial->file_bytes = trial->bytes = 1 << 30;
        trial->minor_faults = copies->minor_faults > 0 ? (int64_t)copies->minor_faults : -1;
        trial->system_s = copies->system_s > 0 ? copies->system_s : NAN;
    }
}

enum { MOST_PARTS = 4 };

/* What is said of some copies has these parts, and not that one. */
struct told {
    struct made_copies copies[MOST_METHODS];
    int64_t repeats;
    const char *parts[MOST_PARTS];
    const char *not_said;
};

static void assert_told(const struct told *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (size_t k = 0; k < MOST_METHODS && cases[i].copies[k].method != NULL; k++)
            add_copies(&made, &cases[i].copies[k], cases[i].repeats);
        sum_up(&summary, &made);
        STATED(copy_verdict_say(all, &summary, "cold"));
        for (size_t k = 0; k < MOST_PARTS && cases[i].parts[k] != NULL; k++)
            assert_said(cases[i].parts[k]);
        if (cases[i].not_said != NULL)
            assert_not_said(cases[i].not_said);
        STATED(copy_verdict_say(all, &summary, "warm"));
        assert_string_equal(said, "");
        summary_free(&summary);
    }
}

static void the_figure_that_the_post_leaves_out_stands_beside_its_neighbours(void **state)
{
    static const struct told cases[] = {
        {{{"whole", {3, 3}, 0, 0}, {"mmap", {2, 2.2}, 0, 0}, {"sendfile", {1, 1}, 0, 0}},
         PAIRS,
         {"- cold: copying the same 1 GiB file with mmap takes 2.10 s [2, 2.2], with read and "
          "write of a buffer of its size 3.00 s [3, 3], with sendfile 1.00 s [1, 1].\n"},
         NULL},
        {{{"mmap", {2, 2.2}, 0, 0}},
         PAIRS - 1,
         {"- cold: copying the same 1 GiB file with mmap takes 2.10 s (5 trials).\n"},
         "fastest"},
        {{{"whole", {3, 3}, 0, 0}, {"sendfile", {1, 1}, 0, 0}}, PAIRS, {NULL}, "copying the same"},
    };
    (void)state;
    assert_told(cases, LENGTH(cases));
}

static void the_fastest_of_the_post_is_faster_than_each_of_the_others(void **state)
{
    static const struct told cases[] = {
        {{{"whole", {4, 4}, 0, 0}, {"mmap", {2, 2.2}, 0, 0}, {"sendfile", {1, 1}, 0, 0}},
         PAIRS,
         {"- cold: of the three ways of \"Why is mmap slow?\" single-copy-sendfile is the fastest "
          "here; against "
          "it\n  single-copy-whole: slower, 4.00 times [4.00, 4.00] as long\n"
          "  single-copy-mmap: slower, 2.10 times [2.00, 2.20] as long\n"},
         "none is known"},
        /* The one with the smallest median may not be the fastest. */
        {{{"whole", {4, 4}, 0, 0}, {"mmap", {0.9, 1.3}, 0, 0}, {"sendfile", {1, 1}, 0, 0}},
         PAIRS,
         {"- cold: of the three ways of \"Why is mmap slow?\" none is known to be the fastest "
          "here; against "
          "single-copy-sendfile, which has the smallest median,\n",
          "\n  single-copy-mmap: cannot be told here, 1.08 times"},
         "is the fastest"},
        {{{"whole", {1, 1}, 0, 0}, {"mmap", {1, 1}, 0, 0}},
         PAIRS,
         {"- cold: of the two ways of \"Why is mmap slow?\" that were run none is known to be the "
          "fastest here;",
          ": no different by more than 1 %"},
         "is the fastest"},
        {{{"mmap", {1, 1}, 0, 0}, {"sendfile", {2, 2}, 0, 0}},
         PAIRS,
         {"that were run single-copy-mmap is the fastest here; against it\n  "
          "single-copy-sendfile: slower"},
         NULL},
        {{{"whole", {4, 4}, 0, 0}, {"mmap", {2, 2}, 0, 0}, {"sendfile", {1, 1}, 0, 0}},
         PAIRS - 1,
         {"copying the same"},
         "fastest"},
        {{{"sendfile", {1, 1}, 0, 0}, {"read", {1, 1}, 0, 0}}, PAIRS, {NULL}, "fastest"},
    };
    (void)state;
    assert_told(cases, LENGTH(cases));
}

static void the_cause_of_the_whole_buffer_is_claimed_as_far_as_the_figures_show(void **state)
{
    static const struct told cases[] = {
        {{{"whole", {3, 3}, 262160, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"- cold, a buffer of the whole file: single-copy-whole against single-copy-read: slower, "
          "3.00 times [3.00, 3.00] as long.\n",
          "\n  Medians: 262160 minor faults against 16, 2.50 s of system time against 0.600 s. Its "
          "pages are made first, a fault for each 4 KiB, and 95 % of what it takes longer is "
          "system time"},
         "only"},
        {{{"whole", {3, 3}, 528, 2.7}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"a fault for each 2048 KiB, and 100 % of"},
         "only"},
        {{{"whole", {3, 3}, 262160, 1}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"a fault for each 4 KiB; but only 20 % of what it takes longer is system time"},
         "not tell apart"},
        {{{"whole", {3, 3}, 262160, 0.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"but only 0 % of"},
         NULL},
        {{{"whole", {3, 3}, 100, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"There are too few faults for the pages of the buffer to have been made in that time"},
         "pages are made first"},
        {{{"whole", {3, 3}, 16, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"There are too few faults"},
         "pages are made first"},
        {{{"whole", {3, 3}, 0, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"against single-copy-read: slower"},
         "Medians"},
        {{{"whole", {0.5, 0.5}, 262160, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"against single-copy-read: faster", "Medians: 262160"},
         "pages are made first"},
        {{{"whole", {0.8, 1.3}, 262160, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS,
         {"against single-copy-read: cannot be told here"},
         "pages are made first"},
        {{{"whole", {3, 3}, 262160, 2.5}, {"read", {1, 1}, 16, 0.6}},
         PAIRS - 1,
         {NULL},
         "buffer of the whole file"},
        {{{"whole", {3, 3}, 262160, 2.5}, {"sendfile", {1, 1}, 16, 0.6}},
         PAIRS,
         {NULL},
         "buffer of the whole file"},
    };
    (void)state;
    assert_told(cases, LENGTH(cases));
}

static void the_advice_of_the_post_holds_where_mmap_is_known_to_be_faster(void **state)
{
    static const struct told cases[] = {
        {{{"whole", {3, 3}, 0, 0}, {"mmap", {1.5, 1.5}, 0, 0}, {"read", {1, 1}, 0, 0}},
         PAIRS,
         {"- cold, that post's advice, that mmap saves a copy and time\n"
          "  against single-copy-whole: it holds: faster, 0.50 times [0.50, 0.50] as long.\n"
          "  against single-copy-read: it does not hold: slower, 1.50 times [1.50, 1.50] as "
          "long.\n"},
         NULL},
        {{{"mmap", {1, 1}, 0, 0}, {"read", {1, 1}, 0, 0}},
         PAIRS,
         {"and time\n  against single-copy-read: it does not hold: no different by more than 1 %"},
         "against single-copy-whole"},
        {{{"mmap", {0.8, 1.3}, 0, 0}, {"read", {1, 1}, 0, 0}},
         PAIRS,
         {"and time\n  against single-copy-read: cannot be told here, 1.02 times"},
         "hold:"},
        {{{"mmap", {2, 2}, 0, 0}, {"read", {1, 1}, 0, 0}}, PAIRS - 1, {NULL}, "advice"},
        {{{"whole", {2, 2}, 0, 0}, {"read", {1, 1}, 0, 0}}, PAIRS, {NULL}, "advice"},
    };
    (void)state;
    assert_told(cases, LENGTH(cases));
}

static void figures_stand_beside_the_sentences(void **state)
{
    static const struct made_copies copies[] = {
        {"whole", {3, 3}, 262160, 2.5}, {"mmap", {2, 2}, 0, 0}, {"read", {1, 1}, 16, 0.6}};
    static const struct {
        const char *id;
        const char *figure;
        double value;
    } cases[] = {
        {"post-figure", "mmap_s", 2},
        {"post-figure", "whole_s", 3},
        {"post-fastest", "ratio", 1.5},
        {"whole-buffer", "ratio_low", 3},
        {"whole-buffer", "minor_faults", 262160},
        {"whole-buffer", "system_share", 0.95},
        {"mmap-advice", "ratio_high", 2.0 / 3},
    };
    struct made made = {.trials.count = 0};
    struct statements all = {.count = 0};
    struct summary summary;
    (void)state;
    for (size_t i = 0; i < LENGTH(copies); i++)
        add_copies(&made, &copies[i], PAIRS);
    sum_up(&summary, &made);
    copy_verdict_say(&all, &summary, "cold");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct statement *statement = statements_find(&all, cases[i].id);
        assert_non_null(statement);
        assert_true(fabs(statement_value(statement, cases[i].figure) - cases[i].value) < 1e-9);
    }
    statements_free(&all);
    summary_free(&summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figure_that_the_post_leaves_out_stands_beside_its_neighbours),
        cmocka_unit_test(the_fastest_of_the_post_is_faster_than_each_of_the_others),
        cmocka_unit_test(the_cause_of_the_whole_buffer_is_claimed_as_far_as_the_figures_show),
        cmocka_unit_test(the_advice_of_the_post_holds_where_mmap_is_known_to_be_faster),
        cmocka_unit_test(figures_stand_beside_the_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
