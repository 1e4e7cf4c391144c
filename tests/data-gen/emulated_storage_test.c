// SPDX-License-Identifier: MIT
#include "data-gen/emulated_storage.h"

#include "core/interrupt.h"
#include "data-gen/keeper.h"
#include "tests/support.h"

#include <errno.h>

static struct error error;

static void a_latency_is_whole_milliseconds(void **state)
{
    static const struct {
        const char *text;
        unsigned latency_ms; /* 0: refused */
    } rows[] = {
        {"1ms", 1}, {"5ms", 5},  {"99999ms", 99999}, {"0ms", 0},   {"100000ms", 0}, {"05ms", 0},
        {"5", 0},   {"5 ms", 0}, {"5ms ", 0},        {"-5ms", 0},  {"+5ms", 0},     {"5.5ms", 0},
        {"", 0},    {"ms", 0},   {"5s", 0},          {"5msms", 0}, {"0x5ms", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        unsigned found = 0;
        const int code = emulated_storage_latency("latency", rows[i].text, &found, &error);
        assert_int_equal(code, rows[i].latency_ms == 0 ? -EINVAL : 0);
        assert_int_equal(found, rows[i].latency_ms);
        if (code != 0)
            assert_non_null(strstr(error.text, "give whole milliseconds from 1ms to 99999ms"));
    }
}

static void a_rate_of_errors_is_a_percentage(void **state)
{
    static const struct {
        const char *text;
        double rate; /* -1: refused */
    } rows[] = {
        {"0%", 0},      {"1%", 0.01}, {"100%", 1},  {"0.5%", 0.005}, {"99.999999%", 0.99999999},
        {"101%", -1},   {"1", -1},    {"%", -1},    {"", -1},        {"-1%", -1},
        {"1e1%", -1},   {"0x1%", -1}, {"nan%", -1}, {"1 %", -1},     {"1%%", -1},
        {"100.1%", -1}, {" 1%", -1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        double found = -1;
        const int code = emulated_storage_error_rate("error", rows[i].text, &found, &error);
        assert_int_equal(code, rows[i].rate < 0 ? -EINVAL : 0);
        assert_true(found > rows[i].rate - 1e-12 && found < rows[i].rate + 1e-12);
    }
}

static void an_error_tells_the_exit_status(void **state)
{
    static const struct {
        int code;
        int status;
    } rows[] = {{0, 0}, {-EINVAL, 2}, {-ENOENT, 3}, {-ENOTSUP, 3}, {-EIO, 1}, {-EBUSY, 1}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(emulated_storage_exit_status(rows[i].code), rows[i].status);
}

static void the_keeper_is_told_the_options_as_they_are(void **state)
{
    static const struct emulated_storage_options rows[] = {
        {.latency_ms = 1, .in_flight = 1},
        {.latency_ms = 99999,
         .in_flight = 99,
         .rate_bytes_per_s = UINT64_C(1) << 50,
         .error_rate = 1.0 / 3},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[KEEPER_OPTION_WORDS][32];
        char *words[KEEPER_OPTION_WORDS];
        struct emulated_storage_options found;
        keeper_write_options(text, &rows[i]);
        for (size_t k = 0; k < KEEPER_OPTION_WORDS; k++)
            words[k] = text[k];
        assert_int_equal(keeper_read_options(&found, words), 0);
        assert_int_equal(found.latency_ms, rows[i].latency_ms);
        assert_int_equal(found.in_flight, rows[i].in_flight);
        assert_int_equal(found.rate_bytes_per_s, rows[i].rate_bytes_per_s);
        assert_true(found.error_rate == rows[i].error_rate);
        words[0] = "5ms";
        assert_int_equal(keeper_read_options(&found, words), -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_latency_is_whole_milliseconds),
        cmocka_unit_test(a_rate_of_errors_is_a_percentage),
        cmocka_unit_test(an_error_tells_the_exit_status),
        cmocka_unit_test(the_keeper_is_told_the_options_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
