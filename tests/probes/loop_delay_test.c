// SPDX-License-Identifier: MIT
/* The arithmetic of missed beats, on made-up times in microseconds with a beat every 1000. */
#include "probes/loop_delay.h"

#include "tests/support.h"

#include <math.h>

enum { INTERVAL_US = 1000, MOST_BEATS = 200, MOST_STEPS = 8, KNOWN = 16 };

struct sequence {
    const char *name;
    uint64_t served_us[MOST_STEPS]; /* when the loop turned; 0 ends the list */
    uint64_t end_us;                /* when the scan ended */
    size_t beats;
    double delays_us[KNOWN];
};

static const struct sequence sequences[] = {
    {"a loop that turns in time", {1000, 2000, 3000}, 3500, 3, {0, 0, 0}},
    {"a loop that never turns", {0}, 5000, 5, {4000, 3000, 2000, 1000, 0}},
    {"one gap", {1000, 2000, 7500}, 7600, 7, {0, 0, 4500, 3500, 2500, 1500, 500}},
    {"a gap shorter than the interval", {1000, 2400, 3000}, 3200, 3, {0, 400, 0}},
    {"a gap just as long as the interval", {1000, 2000}, 2999, 2, {0, 0}},
    {"an end inside a gap", {1000}, 4200, 4, {0, 2200, 1200, 200}},
    {"an end before the first beat", {0}, 999, 0, {0}},
    {"a turn after the end", {1000, 7700}, 5500, 5, {0, 3500, 2500, 1500, 500}},
    {"turns without a due beat", {500, 900, 1001, 1002, 1999, 2000}, 2001, 2, {1, 0}},
};

static struct loop_delay *play(const struct sequence *sequence, size_t most_beats)
{
    const uint64_t start_ns = UINT64_C(123456789);
    struct loop_delay *probe = loop_delay_new(INTERVAL_US * UINT64_C(1000), most_beats);
    loop_delay_begin(probe, start_ns);
    for (size_t i = 0; i < MOST_STEPS && sequence->served_us[i] != 0; i++)
        loop_delay_serve(probe, start_ns + sequence->served_us[i] * 1000);
    loop_delay_stop(probe, start_ns + sequence->end_us * 1000);
    return probe;
}

static void every_beat_that_fell_due_counts_with_its_wait(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sequences); i++) {
        struct loop_delay *probe = play(&sequences[i], MOST_BEATS);
        print_message("%s\n", sequences[i].name);
        assert_int_equal(loop_delay_beats(probe), sequences[i].beats);
        for (size_t k = 0; k < sequences[i].beats; k++)
            assert_true(fabs(loop_delay_of(probe, k) * 1e6 - sequences[i].delays_us[k]) < 1e-3);
        loop_delay_free(probe);
    }
}

static void a_row_gets_the_quantiles_of_all_beats(void **state)
{
    struct loop_delay *probe = play(&sequences[1], MOST_BEATS);
    struct trial trial = trial_unknown();
    (void)state;
    loop_delay_record(probe, &trial);
    assert_int_equal(trial.beats, 5);
    assert_float_equal(trial.loop_delay_p50_s, 0.002, 1e-9);
    assert_float_equal(trial.loop_delay_max_s, 0.004, 1e-9);
    loop_delay_free(probe);
}

static void a_99th_percentile_takes_100_beats(void **state)
{
    (void)state;
    for (uint64_t beats = 99; beats <= 101; beats++) {
        const struct sequence blocked = {.end_us = beats * INTERVAL_US};
        struct loop_delay *probe = play(&blocked, MOST_BEATS);
        struct trial trial = trial_unknown();
        loop_delay_record(probe, &trial);
        assert_int_equal(trial.beats, beats);
        assert_float_equal(trial.loop_delay_max_s, (double)(beats - 1) / 1000, 1e-6);
        if (beats < 100)
            assert_true(isnan(trial.loop_delay_p99_s));
        else
            assert_true(fabs(trial.loop_delay_p99_s - 0.99 * (double)(beats - 1) / 1000) < 1e-6);
        loop_delay_free(probe);
    }
}

static void no_beat_and_too_many_beats_leave_the_row_unknown(void **state)
{
    const struct {
        const struct sequence *sequence;
        size_t most_beats;
    } cases[] = {{&sequences[6], MOST_BEATS}, {&sequences[1], 4}, {&sequences[7], 4}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct loop_delay *probe = play(cases[i].sequence, cases[i].most_beats);
        struct trial trial = trial_unknown();
        char text[256] = "";
        FILE *out = fmemopen(text, sizeof text, "w");
        loop_delay_record(probe, &trial);
        loop_delay_print(probe, "7", out);
        fclose(out);
        assert_true(isnan(trial.loop_delay_p50_s) && isnan(trial.loop_delay_max_s));
        assert_int_equal(trial.beats, cases[i].sequence->beats);
        assert_int_equal(loop_delay_overflowed(probe), cases[i].sequence->beats > 0);
        assert_string_equal(text, ""); /* the first part is not the whole */
        loop_delay_free(probe);
    }
}

static void beats_are_printed_with_the_time_they_fell_due(void **state)
{
    struct loop_delay *probe = play(&sequences[5], MOST_BEATS);
    char text[256] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    (void)state;
    loop_delay_print(probe, "7", out);
    fclose(out);
    assert_string_equal(text, "7,0.001000,0.000000000\n7,0.002000,0.002200000\n"
                              "7,0.003000,0.001200000\n7,0.004000,0.000200000\n");
    loop_delay_free(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_beat_that_fell_due_counts_with_its_wait),
        cmocka_unit_test(a_row_gets_the_quantiles_of_all_beats),
        cmocka_unit_test(a_99th_percentile_takes_100_beats),
        cmocka_unit_test(no_beat_and_too_many_beats_leave_the_row_unknown),
        cmocka_unit_test(beats_are_printed_with_the_time_they_fell_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
