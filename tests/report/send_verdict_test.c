// SPDX-License-Identifier: MIT
/* What made-up sends are said to show of sendfile, and of readers of a limited rate. */
#include "report/send_verdict.h"

#include "made_trials.h"

/* The made files: 8 of 1 MiB, so that one reader of 1 MiB a second takes 1 s for its own. */
static void add_sends(struct made *made, const char *method, double elapsed_s, int64_t pool_threads)
{
    const size_t first = made->trials.count;
    add_method(made, method, "warm", elapsed_s, 0, 0.0025);
    for (size_t i = first; i < made->trials.count; i++) {
        snprintf(made->rows[i].work, TRIAL_TEXT, "send");
        made->rows[i].loop_delay_p99_s = 0.0015;
        made->rows[i].pool_threads = pool_threads;
    }
}

static void sendfile_is_set_against_read_and_mmap(void **state)
{
    struct machine machine = {.count = 0};
    struct made made = {.trials.count = 0};
    struct summary summary;
    (void)state;
    add_sends(&made, "single-send-sendfile", 1, 8);
    add_sends(&made, "single-send-read", 2, 8);
    add_sends(&made, "async-send-sendfile", 1, 8);
    add_sends(&made, "async-send-mmap", 4, 8);
    add_sends(&made, "async-send-offload", 1, 8);
    sum_up(&summary, &made);
    STATED(send_verdict_say(all, &summary, &machine, "warm"));
    assert_said("- warm, single-send-sendfile against single-send-read: faster, 0.50 times");
    assert_said("- warm, async-send-sendfile against async-send-mmap: faster, 0.25 times");
    assert_said("- warm, async-send-offload against async-send-sendfile: no different by more "
                "than 1 %");
    assert_said("; p99 loop delay 1.50 ms against 1.50 ms; stalled 0 % against 0 %.\n");
    assert_not_said("single-send-mmap");
    assert_not_said("against async-send-read");
    assert_not_said("readers");
    STATED(send_verdict_say(all, &summary, &machine, "cold"));
    assert_string_equal(said, "");
    summary_free(&summary);
}

static void how_many_readers_were_served_follows_from_time_and_rate(void **state)
{
    static const struct {
        const char *method;
        double elapsed_s;
        int64_t pool_threads;
        const char *rate;
        const char *said; /* NULL: nothing */
    } cases[] = {
        {"async-send-offload", 2, 4, "1048576",
         "- warm, of 8 readers that take 1 MiB a second each, so many were served at a time (bytes "
         "by rate and median time)\n"
         "  async-send-offload: 4.0, longest delay of the loop 2.5 ms; its pool has 4 threads, as "
         "many: a reader held each of them, and the others had to wait\n"},
        {"async-send-offload", 8, 1, "1048576",
         ": 1.0, longest delay of the loop 2.5 ms; its pool "
         "has 1 thread, as many: a reader held"},
        {"async-send-offload", 1, 8, "1048576",
         ": 8.0, longest delay of the loop 2.5 ms; its pool has 8 threads, one for each reader, so "
         "that it cannot be told how many were held"},
        {"async-send-offload", 1, 4, "1048576",
         ": 8.0, longest delay of the loop 2.5 ms; its pool has 4 threads\n"},
        {"async-send-offload", 2, -1, "1048576", ": 4.0, longest delay of the loop 2.5 ms\n"},
        {"async-send-read", 1, 4, "1048576",
         "\n  async-send-read: 8.0, longest delay of the loop 2.5 ms\n"},
        {"async-send-read", 1, 4, "2097152", ": 4.0, longest delay"},
        /* The sockets held most of it. */
        {"async-send-read", 0.5, 4, "1048576", NULL},
        {"async-send-read", 1, 4, "", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine_fact fact = {"reader_bytes_per_s", (char *)cases[i].rate};
        const struct machine machine = {.count = 1, .facts = &fact};
        struct made made = {.trials.count = 0};
        struct summary summary;
        add_sends(&made, cases[i].method, cases[i].elapsed_s, cases[i].pool_threads);
        sum_up(&summary, &made);
        STATED(send_verdict_say(all, &summary, &machine, "warm"));
        if (cases[i].said != NULL)
            assert_said(cases[i].said);
        else
            assert_string_equal(said, "");
        summary_free(&summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sendfile_is_set_against_read_and_mmap),
        cmocka_unit_test(how_many_readers_were_served_follows_from_time_and_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
