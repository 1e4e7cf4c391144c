// SPDX-License-Identifier: MIT
#include "measure/machine.h"
#include "record/machine_facts.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

static const struct storage known = {
    .file_system = "ext4",
    .device = "/dev/vda",
    .device_model = "Disk \"A\", new",
    .scheduler = "none",
    .rotational = 0,
    .readahead_bytes = 131072,
    .cache_below = CACHE_BELOW_LOOP,
};
static const struct storage unknown = {.rotational = -1, .readahead_bytes = -1};

/* What machine.csv holds for that storage, in memory that the caller frees. */
static char *written(const char *dir, const struct storage *storage)
{
    struct machine_run run = {
        .began = 1767323045,
        .storage = storage,
        .device = {.read_latency_s = NAN,
                   .read_bandwidth_bytes_per_s = 2e9,
                   .read_bandwidth_depth = 8,
                   .read_bandwidth_block_bytes = -1},
        .one_call = {.readahead_bytes = 8388608, .willneed_bytes = -1},
        .idle = trial_unknown(),
        .seed = UINT64_MAX,
        .pool_warm_up_s = 0.25,
        .precision = 0.1,
        .at_most_s = 300,
        .precision_end = "reached",
        .interval_level = 0.96,
        .libuv_reads = "thread pool",
        .to = "unix",
        .fsync = "timed",
        .reader_bytes_per_s = 1048576,
        .command_line = "scan_bench both --data a,b",
    };
    struct error error;
    size_t length;
    run.noise = noise_unknown;
    assert_int_equal(machine_write(dir, &run, &error), 0);
    return file_read(dir, "machine.csv", &length);
}

/* A line of the text begins with `begin`. */
static void assert_line(const char *text, const char *begin)
{
    char line[128];
    snprintf(line, sizeof line, "\n%s", begin);
    if (strstr(text, line) == NULL)
        fail_msg("%s is not in:\n%s", begin, text);
}

static void the_machine_and_the_run_are_told(void **state)
{
    static const char *const lines[] = {
        "time_utc,2026-01-02T03:04:05Z\n",
        "os,",
        "kernel,",
        "architecture,",
        "cpu_model,",
        "cpu_count,",
        "cpu_count_host,",
        "cpu_frequency_driver,",
        "numa_nodes,",
        "numa_nodes_used,",
        "cpu_quota,",
        "memory_bytes,",
        "memory_total_bytes,",
        "libuv_reads,thread pool\n",
        "libuv_version,",
        "virtualization,",
        "seed,18446744073709551615\n",
        "pool_warm_up_s,0.25\n",
        "precision,0.1\n",
        "at_most_s,300\n",
        "to,unix\n",
        "fsync,timed\n",
        "reflink,\n",
        "reader_bytes_per_s,1048576\n",
        "precision_end,reached\n",
        "interval_level,0.96\n",
        "device_read_bandwidth_bytes_per_s,2e+09\n",
        "device_read_bandwidth_depth,8\n",
        "device_read_bandwidth_block_bytes,\n",
        "readahead_call_bytes,8388608\n",
        "willneed_call_bytes,\n",
    };
    char *text = written(*state, &known);
    assert_int_equal(strncmp(text, "key,value\n", 10), 0);
    for (size_t i = 0; i < LENGTH(lines); i++)
        assert_line(text, lines[i]);
    free(text);
}

static double pretended_quota = NAN;

double __wrap_host_cpu_quota(void);
double __wrap_host_cpu_quota(void)
{
    return pretended_quota;
}

int __wrap_host_cpu_count(void);
int __wrap_host_cpu_count(void)
{
    return 3;
}

/* As few as a quota leaves of those that it may run on. */
static void the_cpus_are_those_that_may_be_used(void **state)
{
    static const struct {
        double quota;
        const char *count;
    } rows[] = {{NAN, "cpu_count,3\n"}, {0.5, "cpu_count,0.5\n"}, {4, "cpu_count,3\n"}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        pretended_quota = rows[i].quota;
        char *text = written(*state, &known);
        assert_line(text, rows[i].count);
        free(text);
    }
    pretended_quota = NAN;
}

static void the_noise_is_told(void **state)
{
    static const char *const lines[] = {
        "cpu_steal_share,0.01\n",
        "cpu_others_share,0.02\n",
        "cpu_throttled_share,0.03\n",
        "pressure_cpu_share,0.04\n",
        "pressure_io_share,0.05\n",
        "pressure_memory_share,0.06\n",
        "pressure_cpu_others_share,0.07\n",
        "pressure_io_others_share,0.08\n",
        "pressure_memory_others_share,0.09\n",
        "device_others_read_bytes,10\n",
    };
    const struct machine_run run = {.storage = &unknown,
                                    .libuv_reads = "",
                                    .command_line = "",
                                    .noise = {.steal = 0.01,
                                              .others = 0.02,
                                              .throttled = 0.03,
                                              .pressure = {0.04, 0.05, 0.06},
                                              .others_pressure = {0.07, 0.08, 0.09},
                                              .others_read_bytes = 10}};
    struct error error;
    size_t length;
    assert_int_equal(machine_write(*state, &run, &error), 0);
    char *text = file_read(*state, "machine.csv", &length);
    for (size_t i = 0; i < LENGTH(lines); i++)
        assert_line(text, lines[i]);
    free(text);
}

static void the_storage_is_told(void **state)
{
    static const char *const lines[] = {
        "file_system,ext4\n",
        "device,/dev/vda\n",
        "device_scheduler,none\n",
        "device_rotational,0\n",
        "device_readahead_bytes,131072\n",
        "cache_below,loop file\n",
    };
    char *text = written(*state, &known);
    for (size_t i = 0; i < LENGTH(lines); i++)
        assert_line(text, lines[i]);
    free(text);
}

static void commas_and_quotes_are_quoted(void **state)
{
    char *text = written(*state, &known);
    assert_line(text, "device_model,\"Disk \"\"A\"\", new\"\n");
    assert_line(text, "command_line,\"scan_bench both --data a,b\"\n");
    free(text);
}

static void what_is_unknown_is_empty(void **state)
{
    static const char *const lines[] = {"file_system,\n",           "device_model,\n",
                                        "device_rotational,\n",     "device_readahead_bytes,\n",
                                        "cache_below,\n",           "device_read_latency_s,\n",
                                        "idle_loop_delay_max_s,\n", "cpu_steal_share,\n"};
    char *text = written(*state, &unknown);
    for (size_t i = 0; i < LENGTH(lines); i++)
        assert_line(text, lines[i]);
    free(text);
}

static void what_was_written_is_read_back(void **state)
{
    struct machine machine;
    struct error error;
    free(written(*state, &known));
    assert_int_equal(machine_read(&machine, *state, &error), 0);
    assert_string_equal(machine_text(&machine, "device_model"), known.device_model);
    assert_string_equal(machine_text(&machine, "command_line"), "scan_bench both --data a,b");
    assert_true(machine_number(&machine, "device_readahead_bytes") == 131072);
    assert_string_equal(machine_text(&machine, "colour"), "");
    assert_true(isnan(machine_number(&machine, "colour")));
    assert_true(isnan(machine_number(&machine, "device_read_latency_s")));
    assert_true(isnan(machine_number(&machine, "file_system")));
    machine_free(&machine);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    const struct machine_run run = {.storage = &unknown, .libuv_reads = "", .command_line = ""};
    struct machine machine;
    struct error error;
    char *dir = files_join(*state, "no");
    assert_int_equal(machine_write(dir, &run, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no/machine.csv"));
    assert_int_equal(machine_read(&machine, dir, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no/machine.csv"));
    free(dir);
}

/* A line break in a path, which the command line shows, is no end of the value. */
static void a_value_of_any_characters_is_read_back(void **state)
{
    static const char *const lines[] = {
        "scan_bench both",
        "scan_bench both --data a,b",
        "scan_bench both --data a\nseed,5\n",
        "scan_bench both --data \"\n\"",
        "scan_bench both --data a\rb",
        "\"",
        "\"\"",
        ",",
        "\n",
        "",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        const struct machine_run run = {.storage = &unknown,
                                        .idle = trial_unknown(),
                                        .device = device_unknown(),
                                        .noise = noise_unknown,
                                        .command_line = lines[i]};
        struct machine machine;
        struct error error;
        assert_int_equal(machine_write(*state, &run, &error), 0);
        assert_int_equal(machine_read(&machine, *state, &error), 0);
        assert_string_equal(machine_text(&machine, "command_line"), lines[i]);
        assert_string_equal(machine_text(&machine, "seed"), "0");
        machine_free(&machine);
    }
}

/* Whatever a person's editor made of it. */
static void facts_are_read_from_every_text(void **state)
{
    static const struct {
        const char *text;
        const char *facts;
    } cases[] = {
        {"", ""},
        {"key,value\n", "key=value;"},
        {"a,1\nb,2\n", "a=1;b=2;"},
        {"a,1\r\nb,2\r\n", "a=1;b=2;"},
        {"a,1\n\nb,2", "a=1;b=2;"},
        {"a,\nb,\n", "a=;b=;"},
        {"a\nb,2\n", "b=2;"},
        {"alone", ""},
        {"a,\"1,2\"\nb,2\n", "a=1,2;b=2;"},
        {"a,\"1\n2\"\nb,2\n", "a=1\n2;b=2;"},
        {"a,\"\"\"1\"\"\"\nb,2\n", "a=\"1\";b=2;"},
        {"a,\"\"\nb,2\n", "a=;b=2;"},
        {"a,\"1\" more\nb,2\n", "a=1;b=2;"},
        {"a,\"1\"", "a=1;"},
        {"a,\"1", "a=1;"},
        {"a,\"", "a=;"},
        {"a,1,2\n", "a=1,2;"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char facts[128] = "";
        struct machine machine;
        struct error error;
        file_make(*state, "machine.csv", cases[i].text);
        assert_int_equal(machine_read(&machine, *state, &error), 0);
        for (size_t k = 0; k < machine.count; k++)
            snprintf(facts + strlen(facts), sizeof facts - strlen(facts), "%s=%s;",
                     machine.facts[k].key, machine.facts[k].value);
        assert_string_equal(facts, cases[i].facts);
        machine_free(&machine);
        assert_int_equal(machine.count, 0);
        assert_null(machine.facts);
    }
}

static void a_number_is_a_number_and_nothing_else(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"a,2.5\n", 2.5}, {"a,-1e3\n", -1000}, {"a,0\n", 0},
                 {"a,\n", NAN},    {"a,2s\n", NAN},     {"b,2\n", NAN}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct machine machine;
        struct error error;
        file_make(*state, "machine.csv", cases[i].text);
        assert_int_equal(machine_read(&machine, *state, &error), 0);
        const double value = machine_number(&machine, "a");
        assert_true(isnan(cases[i].value) ? isnan(value) : value == cases[i].value);
        machine_free(&machine);
    }
}

/* Every fact that is not the host's own, in its order. */
static void all_that_a_run_tells_is_written(void **state)
{
    static const char expected[] = "libuv_reads,io_uring\n"
                                   "file_system,ext4\n"
                                   "device,/dev/vda\n"
                                   "device_model,\"Disk \"\"A\"\", new\"\n"
                                   "device_rotational,0\n"
                                   "device_scheduler,none\n"
                                   "device_readahead_bytes,131072\n"
                                   "cache_below,loop file\n"
                                   "readahead_set_bytes,0\n"
                                   "storage,emulated\n"
                                   "storage_latency_s,0.005\n"
                                   "storage_requests,7\n"
                                   "storage_failed_requests,8\n"
                                   "storage_read_bytes,9\n"
                                   "device_read_latency_s,0.5\n"
                                   "device_read_bandwidth_bytes_per_s,1.23456789e+09\n"
                                   "device_read_bandwidth_depth,3\n"
                                   "device_read_bandwidth_block_bytes,4096\n"
                                   "readahead_call_bytes,5\n"
                                   "willneed_call_bytes,6\n"
                                   "idle_elapsed_s,1\n"
                                   "idle_loop_delay_p50_s,2\n"
                                   "idle_loop_delay_p99_s,3\n"
                                   "idle_loop_delay_max_s,4\n"
                                   "idle_client_p50_s,5\n"
                                   "idle_client_p99_s,6\n"
                                   "idle_client_max_s,7\n"
                                   "idle_loop_poll_s,8\n"
                                   "idle_loop_poll_low_s,9\n"
                                   "idle_loop_poll_high_s,10\n"
                                   "idle_loop_cpu_s,11\n"
                                   "idle_loop_queued_s,12\n"
                                   "idle_loop_stalled_s,13\n"
                                   "idle_loop_stalled_low_s,14\n"
                                   "idle_loop_stalled_high_s,15\n"
                                   "cpu_steal_share,0\n";
    static const char ending[] = "device_others_read_bytes,0\n"
                                 "seed,11\n"
                                 "pool_warm_up_s,0\n"
                                 "precision,\n"
                                 "at_most_s,\n"
                                 "precision_end,\n"
                                 "interval_level,\n"
                                 "to,\n"
                                 "fsync,\n"
                                 "reflink,allowed\n"
                                 "reader_bytes_per_s,\n"
                                 "command_line,scan_bench\n";
    struct machine_run run = {
        .storage = &known,
        .storage_settings = "storage,emulated\nwarning: what is this?\nstorage_latency_s,0.005",
        .has_storage_counts = true,
        .storage_counts = {.requests = 7, .failed_requests = 8, .read_bytes = 9},
        .readahead_set_bytes = 0,
        .seed = 11,
        .libuv_reads = "io_uring",
        .device = {0.5, 1234567890, 3, 4096},
        .one_call = {5, 6},
        .at_most_s = 300,
        .reflink = "allowed",
        .reader_bytes_per_s = -1,
        .command_line = "scan_bench",
    };
    struct error error;
    size_t length;
    run.idle = trial_unknown();
    run.idle.elapsed_s = 1;
    run.idle.loop_delay_p50_s = 2;
    run.idle.loop_delay_p99_s = 3;
    run.idle.loop_delay_max_s = 4;
    run.idle.client_p50_s = 5;
    run.idle.client_p99_s = 6;
    run.idle.client_max_s = 7;
    run.idle.loop_poll_s = 8;
    run.idle.loop_poll_low_s = 9;
    run.idle.loop_poll_high_s = 10;
    run.idle.loop_cpu_s = 11;
    run.idle.loop_queued_s = 12;
    run.idle.loop_stalled_s = 13;
    run.idle.loop_stalled_low_s = 14;
    run.idle.loop_stalled_high_s = 15;
    assert_int_equal(machine_write(*state, &run, &error), 0);
    char *text = file_read(*state, "machine.csv", &length);
    char *begin = strstr(text, "libuv_reads,");
    assert_non_null(begin);
    if (strncmp(begin, expected, strlen(expected)) != 0)
        fail_msg("%s\nand not\n%s", begin, expected);
    assert_true(length > strlen(ending));
    assert_string_equal(text + length - strlen(ending), ending);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_machine_and_the_run_are_told),
        FOLDER_TEST(the_cpus_are_those_that_may_be_used),
        FOLDER_TEST(the_noise_is_told),
        FOLDER_TEST(the_storage_is_told),
        FOLDER_TEST(commas_and_quotes_are_quoted),
        FOLDER_TEST(what_is_unknown_is_empty),
        FOLDER_TEST(what_was_written_is_read_back),
        FOLDER_TEST(a_value_of_any_characters_is_read_back),
        FOLDER_TEST(facts_are_read_from_every_text),
        FOLDER_TEST(a_number_is_a_number_and_nothing_else),
        FOLDER_TEST(all_that_a_run_tells_is_written),
        FOLDER_TEST(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
