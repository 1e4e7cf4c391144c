// SPDX-License-Identifier: MIT
/* What made-up copies and sends are said to have done to the loop. */
#include "report/transfer_loop.h"

#include "made_trials.h"

static struct machine_fact emulated[] = {{"storage", "emulated"}, {"storage_latency_s", "0.02"}};
static struct machine_fact native[] = {{"storage", "native"}, {"device_read_latency_s", "0.0001"}};

static void each_method_on_or_beside_the_loop_has_a_line(void **state)
{
    static const struct {
        const char *work;
        const char *method;
        const char *cache;
        struct machine_fact *facts;
        double longest_s;
        double p99_s; /* NAN: unknown, as the next */
        double client_p99_s;
        const char *said; /* NULL: nothing */
    } cases[] = {
        {"copy", "async-copy-mmap", "warm", native, 1, 0.99, NAN,
         "- warm, async-copy-mmap: longest delay of the loop 1 s (50 % of that copy); "
         "p99 990 ms: not free (5 ms or longer).\n"},
        {"send", "async-send-read", "warm", native, 0.004, 0.001, 0.0049,
         "- warm, async-send-read: longest delay of the loop 4 ms (0 % of that send); "
         "p99 1 ms, of clients 4.9 ms: free (under 5 ms).\n"},
        {"copy", "threads-copy-read", "cold", native, 0.006, 0.001, 0.005,
         "p99 1 ms, of clients 5 ms: not free (5 ms or longer).\n"},
        {"copy", "async-copy-read", "cold", native, 0.5, NAN, NAN, "of that copy).\n"},
        {"copy", "single-copy-read", "cold", native, 2, 1.9, NAN, NULL},
        {"copy", "async-copy-read", "cold", native, NAN, NAN, NAN, NULL},
        {"scan", "async-read", "cold", emulated, 1, 0.9, NAN, NULL},
        {"", "async-read", "cold", emulated, 1, 0.9, NAN,
         NULL}, /* of before there was the column */
        /* In requests, of every method, where storage makes them wait. */
        {"send", "async-send-sendfile", "cold", emulated, 0.41, 0.4, NAN,
         "(20 % of that send), worth 20.5 requests of 20 ms; p99"},
        {"send", "async-send-offload", "cold", emulated, 0.0018, 0.001, NAN,
         ", less than one request of 20 ms (0.09); p99 1 ms: free"},
        {"send", "single-send-read", "cold", emulated, 2, 1.9, NAN,
         "- cold, single-send-read: longest delay of the loop 2 s (100 % of that send), "
         "worth 100.0 requests of 20 ms.\n"},
        {"send", "async-send-sendfile", "warm", emulated, 0.41, 0.4, NAN,
         "of that send); p99 400 ms"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct machine machine = {.count = 2, .facts = cases[i].facts};
        struct made made = {.trials.count = 0};
        struct summary summary;
        for (int64_t k = 0; k < REPEATS; k++) {
            struct trial *trial = add(&made, cases[i].method, cases[i].cache, k, 2);
            snprintf(trial->work, sizeof trial->work, "%s", cases[i].work);
            trial->loop_delay_max_s = cases[i].longest_s;
            trial->loop_delay_p99_s = cases[i].p99_s;
            trial->client_p99_s = cases[i].client_p99_s;
        }
        sum_up(&summary, &made);
        STATED(transfer_loop_say(all, &summary, &machine, cases[i].cache));
        if (cases[i].said != NULL)
            assert_said(cases[i].said);
        else
            assert_string_equal(said, "");
        STATED(transfer_loop_say(all, &summary, &machine,
                                 strcmp(cases[i].cache, "cold") == 0 ? "warm" : "cold"));
        assert_string_equal(said, "");
        summary_free(&summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_method_on_or_beside_the_loop_has_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
