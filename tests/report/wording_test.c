// SPDX-License-Identifier: MIT
/* The words for figures, and for what was worked on and where. */
#include "report/wording.h"

#include "made_trials.h"

struct number {
    double value;
    const char *text;
};

static void assert_texts(struct words (*wording)(double value), const struct number *numbers,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(wording(numbers[i].value).text, numbers[i].text);
}

static void seconds_have_three_digits(void **state)
{
    static const struct number numbers[] = {
        {0, "0 s"},          {0.00123, "0.00123 s"}, {0.05, "0.0500 s"}, {0.394, "0.394 s"},
        {0.9994, "0.999 s"}, {0.9996, "1.00 s"}, /* rounded up they have a digit more before the
                                                    point */
        {1, "1.00 s"},       {9.994, "9.99 s"},      {9.996, "10.0 s"},  {10, "10.0 s"},
        {99.94, "99.9 s"},   {99.96, "100 s"},       {100, "100 s"},     {999.6, "1000 s"},
        {1234.4, "1234 s"},
    };
    (void)state;
    assert_texts(wording_seconds, numbers, LENGTH(numbers));
}

static void delays_are_in_milliseconds_below_a_second(void **state)
{
    static const struct number numbers[] = {
        {0, "0 ms"},         {0.05, "0.05 ms"},   {12, "12 ms"},     {999, "999 ms"},
        {999.4, "999 ms"},   {999.5, "1 s"},      {999.9, "1 s"},    {1000, "1 s"},
        {1500, "1.5 s"},     {12340, "12.3 s"},   {999400, "999 s"}, {999500, "1000 s"},
        {1000000, "1000 s"}, {1234000, "1234 s"},
    };
    (void)state;
    assert_texts(wording_delay, numbers, LENGTH(numbers));
}

static void bytes_are_in_the_largest_unit_that_they_fill(void **state)
{
    static const struct number numbers[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1 KiB"},
        {1536, "1.5 KiB"},
        {1048575, "1024 KiB"}, /* of six digits */
        {1048576, "1 MiB"},
        {268435456, "256 MiB"},
        {1073741824, "1 GiB"},
        {1099511627776, "1024 GiB"},
        {2199023255552, "2048 GiB"},
    };
    (void)state;
    assert_texts(wording_bytes, numbers, LENGTH(numbers));
}

static void a_share_is_told_or_its_range_or_neither(void **state)
{
    static const struct {
        double share;
        struct summary_range range;
        int digits;
        const char *text;
    } cases[] = {
        {0.4625, {NAN, NAN}, 1, "46.2"}, {0.4625, {0.4, 0.52}, 0, "46"}, {0, {NAN, NAN}, 1, "0.0"},
        {NAN, {0.4, 0.52}, 1, "40-52"},  {NAN, {NAN, 0.52}, 1, "-"},     {NAN, {0.4, NAN}, 1, "-"},
        {NAN, {NAN, NAN}, 0, "-"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(wording_share(cases[i].share, cases[i].range, cases[i].digits).text,
                            cases[i].text);
}

static void one_of_them_is_not_many(void **state)
{
    (void)state;
    assert_string_equal(wording_count(0, "trial").text, "0 trials");
    assert_string_equal(wording_count(1, "trial").text, "1 trial");
    assert_string_equal(wording_count(2, "trial").text, "2 trials");
    assert_string_equal(wording_works("copy").text, "copies");
    assert_string_equal(wording_works("send").text, "sends");
}

/* The last trial that tells it is asked: the first may have ended before it knew. */
static void the_file_set_is_named_where_a_trial_tells(void **state)
{
    static const struct {
        int64_t files[2];
        int64_t file_bytes[2];
        const char *text;
    } cases[] = {
        {{8, 8}, {1 << 28, 1 << 28}, "8 files of 256 MiB"},
        {{1, 1}, {0, 0}, "1 file of 0 B"},
        {{8, -1}, {1024, -1}, "8 files of 1 KiB"},
        {{8, 8}, {1024, -1}, "8 files of 1 KiB"},
        {{8, 0}, {1024, 2048}, "8 files of 1 KiB"},
        {{8, 4}, {1024, 2048}, "4 files of 2 KiB"},
        {{-1, -1}, {1024, 1024}, "the file set"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact fact = {"storage", "native"};
        struct comparison_result result = {.machine = {.count = 1, .facts = &fact}};
        struct made made = {.trials.count = 0};
        char emulated[64];
        for (size_t k = 0; k < 2; k++) {
            struct trial *trial = add(&made, "async-read", "cold", 0, 1);
            trial->files = cases[i].files[k];
            trial->file_bytes = cases[i].file_bytes[k];
        }
        result.trials = made.trials;
        assert_string_equal(wording_files(&result.trials).text, cases[i].text);
        assert_string_equal(wording_file_set(&result).text, cases[i].text);
        fact.value = "emulated";
        snprintf(emulated, sizeof emulated, "%s on emulated storage", cases[i].text);
        assert_string_equal(wording_file_set(&result).text, emulated);
    }
    assert_string_equal(wording_files(&(struct trials){.count = 0}).text, "the file set");
}

static void the_level_is_one_or_from_the_lowest_to_the_highest(void **state)
{
    static const struct {
        double levels[3]; /* 0: of no trial */
        size_t count;
        const char *text;
    } cases[] = {
        {{0}, 1, "95 %"},
        {{0.96}, 1, "96 %"},
        {{0.96, 0.96}, 2, "96 %"},
        {{0.95, 0.96}, 2, "95 to 96 %"},
        {{0.96, 0.9, 0.95}, 3, "90 to 96 %"},
        {{0.96, 0.99, 0.9}, 2, "96 to 99 %"},
        {{0.99, 0}, 2, "95 to 99 %"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct comparison_result results[3];
        struct summary_row rows[3];
        for (size_t k = 0; k < cases[i].count; k++) {
            rows[k] = (struct summary_row){.level = cases[i].levels[k], .work = "copy"};
            results[k] = (struct comparison_result){
                .summary = {.count = cases[i].levels[k] > 0, .rows = &rows[k]}};
        }
        assert_string_equal(wording_level(results, cases[i].count).text, cases[i].text);
        assert_string_equal(wording_work(&results[0]), cases[i].levels[0] > 0 ? "copy" : "scan");
    }
}

static void trials_are_counted_in_their_cache_state(void **state)
{
    struct summary_row rows[] = {{.cache = "cold", .count = 10, .left_out = 2},
                                 {.cache = "cold", .count = 20, .left_out = 1},
                                 {.cache = "warm", .count = 1}};
    const struct comparison_result result = {.summary = {.count = LENGTH(rows), .rows = rows}};
    (void)state;
    assert_string_equal(wording_trials(&result, "cold").text, "cold cache, 30 trials (3 left out)");
    assert_string_equal(wording_trials(&result, "warm").text, "warm cache, 1 trial");
    assert_string_equal(wording_trials(&result, "tepid").text, "tepid cache, 0 trials");
}

static void a_machine_is_what_is_known_of_it(void **state)
{
    static const struct {
        struct machine_fact facts[9];
        const char *text;
    } cases[] = {
        {{{"os", ""}}, ""},
        {{{"cpu_model", "Fast"}, {"cpu_count", "1"}, {"os", "Linux"}, {"kernel", "Linux 6.1"}},
         "Fast, 1 CPU, Linux 6.1"},
        {{{"cpu_model", "unknown"}, {"cpu_count", "2"}, {"os", "Debian"}, {"kernel", "6.1"}},
         "2 CPUs, Debian 6.1"},
        {{{"cpu_count", "0"}, {"os", "macOS"}, {"virtualization", "none"}}, "macOS"},
        {{{"os", "Linux"},
          {"storage", "emulated"},
          {"storage_latency_s", "0.008"},
          {"file_system", "ext4"},
          {"device_model", "QEMU"},
          {"virtualization", "kvm"}},
         "Linux, ext4, QEMU, emulated storage, 8 ms, kvm"},
        {{{"storage", "native"}, {"storage_latency_s", "0.008"}, {"os", "Linux"}}, "Linux"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact facts[9];
        struct machine machine = {.facts = facts};
        memcpy(facts, cases[i].facts, sizeof facts);
        while (facts[machine.count].key != NULL)
            machine.count++;
        assert_string_equal(wording_machine(&machine).text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_have_three_digits),
        cmocka_unit_test(delays_are_in_milliseconds_below_a_second),
        cmocka_unit_test(bytes_are_in_the_largest_unit_that_they_fill),
        cmocka_unit_test(a_share_is_told_or_its_range_or_neither),
        cmocka_unit_test(one_of_them_is_not_many),
        cmocka_unit_test(the_file_set_is_named_where_a_trial_tells),
        cmocka_unit_test(the_level_is_one_or_from_the_lowest_to_the_highest),
        cmocka_unit_test(trials_are_counted_in_their_cache_state),
        cmocka_unit_test(a_machine_is_what_is_known_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
