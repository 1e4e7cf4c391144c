// SPDX-License-Identifier: MIT
/* What is said of the storage below the page cache. */
#include "report/advice.h"
#include "report/table.h"

#include "made_trials.h"

/* Scans of 1 GB in two seconds and a bit. */
static void make_scans(struct made *made, struct summary *summary, const char *cache,
                       int64_t stride_bytes)
{
    *made = (struct made){.trials.count = 0};
    for (int64_t i = 0; i < REPEATS; i++) {
        struct trial *trial = add(made, "single-read", cache, i, 2 + 0.001 * (double)i);
        trial->bytes = 1000000000;
        trial->stride_bytes = stride_bytes;
    }
    summary_make(summary, &made->trials);
}

static void a_cache_below_is_told_of_cold_scans(void **state)
{
    static const struct {
        const char *cache_below;
        const char *cache;
        const char *told; /* NULL: nothing */
    } cases[] = {
        {"loop file", "cold", "loop device"},
        {"fuse", "cold", "program that serves this FUSE"},
        {"server", "cold", "server of this network file system"},
        {"host", "cold", "host of this virtual machine"},
        {"none known", "cold", NULL},
        {"", "cold", NULL},
        {"host", "warm", NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made;
        struct summary summary;
        struct machine_fact fact = {"cache_below", (char *)cases[i].cache_below};
        const struct machine machine = {.count = 1, .facts = &fact};
        make_scans(&made, &summary, cases[i].cache, 512);
        STATED(advice_say(all, &summary, &machine));
        if (cases[i].told != NULL)
            assert_said(cases[i].told);
        else
            assert_string_equal(said, "");
        summary_free(&summary);
    }
}

static void the_device_limit_says_how_it_was_found(void **state)
{
    static const struct {
        int64_t stride_bytes;
        const char *bandwidth;
        const char *depth;
        const char *block_bytes;
        const char *told;
    } cases[] = {
        {512, "1e9", "8", "2097152", "  1.0000  1000 MB/s past the page cache at 8 x 2 MiB\n"},
        {512, "1e9", "16", "131072", " past the page cache at 16 x 128 KiB\n"},
        {512, "1e9", "", "", "1000 MB/s past the page cache\n"}, /* older results */
        {512, "4.9e8", "4", "2097152", "at 4 x 2 MiB; some trials were faster: its speed varies\n"},
        {512, "5.1e8", "4", "2097152", "at 4 x 2 MiB\n"},
        {1 << 20, "1e8", "4", "2097152", "at 4 x 2 MiB\n"}, /* not all pages were read */
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made;
        struct summary summary;
        struct machine_fact facts[] = {
            {"device_read_bandwidth_bytes_per_s", (char *)cases[i].bandwidth},
            {"device_read_bandwidth_depth", (char *)cases[i].depth},
            {"device_read_bandwidth_block_bytes", (char *)cases[i].block_bytes},
        };
        const struct machine machine = {.count = LENGTH(facts), .facts = facts};
        make_scans(&made, &summary, "cold", cases[i].stride_bytes);
        SAID(table_print(&summary, &machine, "cold", out));
        assert_said("device limit");
        assert_said(cases[i].told);
        summary_free(&summary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cache_below_is_told_of_cold_scans),
        cmocka_unit_test(the_device_limit_says_how_it_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
