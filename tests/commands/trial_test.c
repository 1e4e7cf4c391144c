// SPDX-License-Identifier: MIT
/* What the program does when it asks itself for a part of a run: prepare, trial and idle. */
#include "commands/command.h"

#include "core/exit_status.h"
#include "measure/device.h"
#include "measure/one_call.h"
#include "measure/pool.h"
#include "measure/protocol.h"
#include "measure/trial_process.h"
#include "platform/storage.h"
#include "tests/captured.h"
#include "work/reader.h"

#include <errno.h>
#include <inttypes.h>

/* What the fakes do next. */
static struct script {
    int signal;
    int pool;
    int protocol;
    int clients;
    int reader;
    bool reads_by_ring; /* libuv does */
    bool counts_rings;
    bool counts_nothing;
} script;

static const char *folder;
static uint64_t clock_ns;

int __wrap_interrupt_signal(void)
{
    return script.signal;
}

int __wrap_interrupt_status(void)
{
    return EXIT_SIGNALLED + script.signal;
}

/* Half a second between two looks. */
uint64_t __wrap_uv_hrtime(void)
{
    return clock_ns += 500000000;
}

int __wrap_pool_warm_up(size_t threads, const char *path, const char **reads)
{
    printf("pool of %zu by %s\n", threads, strrchr(path, '/') + 1);
    if (reads != NULL)
        *reads = "thread pool";
    return script.pool;
}

struct device_speed __wrap_device_measure(const struct file_set *files)
{
    return (struct device_speed){(double)files->count, 2.5, 3, 4};
}

struct one_call __wrap_one_call_measure(const struct file_set *files)
{
    return (struct one_call){(int64_t)files->count + 4, 6};
}

bool __wrap_polling_is_seen(void)
{
    return true;
}

const char *__wrap_host_libuv_reads(void)
{
    return script.reads_by_ring ? "ring" : "thread pool";
}

struct storage __wrap_storage_describe(const char *path)
{
    struct storage storage = {.counts_reads = !script.counts_nothing};
    (void)path;
    return storage;
}

bool __wrap_storage_counts_rings(void)
{
    return script.counts_rings;
}

struct loop_delay *__wrap_loop_delay_new(uint64_t interval_ns, size_t most)
{
    printf("%zu beats of %" PRIu64 " ns\n", most, interval_ns);
    return (struct loop_delay *)&script;
}

void __wrap_loop_delay_free(struct loop_delay *probe)
{
    printf("beats end: %d\n", probe != NULL);
}

struct metrics *__wrap_metrics_new(uint64_t interval_ns, unsigned quiet_ms)
{
    printf("metrics of %" PRIu64 " ns, quiet for %u ms\n", interval_ns, quiet_ms);
    return (struct metrics *)&script;
}

void __wrap_metrics_free(struct metrics *metrics)
{
    printf("metrics end: %d\n", metrics != NULL);
}

int __wrap_clients_open(struct clients **clients, size_t count, struct error *error)
{
    printf("%zu clients\n", count);
    if (script.clients != 0)
        return error_set(error, script.clients, "no client starts");
    *clients = (struct clients *)&script;
    return 0;
}

void __wrap_clients_free(struct clients *clients)
{
    printf("clients end: %d\n", clients != NULL);
}

int __wrap_reader_open(struct reader **reader, const struct work_settings *settings, size_t count,
                       struct error *error)
{
    printf("reader of %zu by %s at %" PRIu64 "\n", count, settings->to,
           settings->reader_bytes_per_s);
    if (script.reader != 0)
        return error_set(error, script.reader, "no reader starts");
    *reader = (struct reader *)&script;
    return 0;
}

void __wrap_reader_free(struct reader *reader)
{
    printf("reader ends: %d\n", reader != NULL);
}

int __wrap_protocol_trial(const struct protocol *protocol, const struct method *method,
                          enum cache_state cache, struct trial *trial, struct error *error)
{
    const struct work_settings *settings = &protocol->settings;
    printf("protocol of %s %s: %zu files of sum %" PRIu64 ", counted %d, chunk %zu, %s,",
           method->name, cache_state_name(cache), protocol->files->count,
           protocol->files->files[0].sum, protocol->counts_reads, protocol->chunk_bytes,
           cache_prime_name(protocol->prime));
    printf(" probes %d%d%d, stride %" PRIu64 ", to %s, %d%d, rate %" PRIu64 ", reader %d\n",
           protocol->loop_delay != NULL, protocol->clients != NULL, protocol->metrics != NULL,
           settings->stride_bytes, settings->to, settings->fsync, settings->reflink,
           settings->reader_bytes_per_s, settings->reader != NULL);
    *trial = trial_unknown();
    snprintf(trial->status, sizeof trial->status, STATUS_OK);
    *error = (struct error){.code = 0};
    return script.protocol == 0 ? 0 : error_set(error, script.protocol, "the protocol broke");
}

int __wrap_protocol_idle(const struct protocol *protocol, unsigned milliseconds,
                         struct trial *trial, struct error *error)
{
    printf("idle for %u ms, probes %d%d%d\n", milliseconds, protocol->loop_delay != NULL,
           protocol->clients != NULL, protocol->metrics != NULL);
    *trial = trial_unknown();
    *error = (struct error){.code = 0};
    return script.protocol == 0 ? 0 : error_set(error, script.protocol, "the idle control broke");
}

int __wrap_trial_process_tell_row(const struct trial *trial, const struct loop_delay *beats,
                                  const struct clients *clients, const char *name,
                                  const struct error *error)
{
    printf("row '%s': %s, probes %d%d, %s\n", name, trial->status, beats != NULL, clients != NULL,
           error->code != 0 ? error->text : "no error");
    return 0;
}

void __wrap_trial_process_tell_metrics(const struct metrics *metrics,
                                       const struct loop_delay *beats, int64_t order)
{
    printf("metrics of %" PRId64 ": %d%d\n", order, metrics != NULL, beats != NULL);
}

/* ---- Running ----------------------------------------------------------------------------------
 */

/* Runs a command of words with blanks between them on two small files in the folder. */
static int go(const char *line, const char *sums)
{
    char *words[24];
    char text[256];
    int count = 0;
    int status;
    snprintf(text, sizeof text, "scan_bench %s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = strcmp(word, "SUMS") == 0 ? (char *)sums : word;
    words[count++] = "--data";
    words[count++] = (char *)folder;
    words[count] = NULL;
    CAPTURED(status = command_run(count, words));
    assert_string_equal(complained, "");
    put_for(printed, folder, "DIR");
    return status;
}

struct expectation {
    const char *line;
    struct script script;
    int status;
    const char *expected;
};

static void expect(const struct expectation *cases, size_t count)
{
    static const uint64_t sizes[] = {4096, 100};
    struct file_set files;
    struct error error;
    char *sums = files_join(folder, "sums.csv");
    file_set_make(folder, sizes, LENGTH(sizes));
    file_set_get(&files, folder, 512);
    assert_int_equal(file_set_write_sums(&files, sums, &error), 0);
    file_set_free(&files);
    for (size_t i = 0; i < count; i++) {
        script = cases[i].script;
        const int status = go(cases[i].line, sums);
        assert_text(printed, cases[i].expected);
        assert_int_equal(status, cases[i].status);
    }
    free(sums);
}

static void a_trial_has_its_probes_and_tells_its_row(void **state)
{
    static const struct expectation cases[] = {
        {"trial single-read cold SUMS 7",
         {.signal = 0},
         EXIT_OK,
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-read cold: 2 files of sum 941, counted 1, chunk 0, read, probes 100, "
         "stride 512, to tcp, 00, rate 0, reader 0\n"
         "row '7': ok, probes 10, no error\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"},
        {"trial single-read warm SUMS 7 metrics --prime pages --chunk 8KiB --stride 64 "
         "--heartbeat 0.25 --clients 3 --pool 9",
         {.signal = 0},
         EXIT_OK,
         "3 clients\n"
         "2400000 beats of 250000 ns\n"
         "metrics of 250000 ns, quiet for 1500 ms\n"
         "pool of 9 by scan-0000.bin\n"
         "protocol of single-read warm: 2 files of sum 941, counted 1, chunk 8192, pages, probes "
         "111, stride 64, to tcp, 00, rate 0, reader 0\n"
         "metrics of 7: 11\n"
         "row '7': ok, probes 11, no error\n"
         "metrics end: 1\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 1\n"},
        {"trial single-read cold SUMS 7 metrics --heartbeat 0",
         {.signal = 0},
         EXIT_OK,
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-read cold: 2 files of sum 941, counted 1, chunk 0, read, probes 000, "
         "stride 512, to tcp, 00, rate 0, reader 0\n"
         "row '7': ok, probes 00, no error\n"
         "metrics end: 0\n"
         "beats end: 0\n"
         "reader ends: 0\n"
         "clients end: 0\n"},
        {"trial single-copy-read warm SUMS 8 --heartbeat 0.02 --to place --fsync --reflink",
         {.counts_nothing = true},
         EXIT_OK,
         "30000000 beats of 20000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-copy-read warm: 2 files of sum 941, counted 0, chunk 0, read, probes "
         "100, stride 512, to place, 11, rate 0, reader 0\n"
         "row '8': ok, probes 10, no error\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"},
        {"trial single-send-read cold SUMS 8 --reader-rate 2KiB --to unix",
         {.reads_by_ring = true},
         EXIT_OK,
         "reader of 2 by unix at 2048\n"
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-send-read cold: 2 files of sum 941, counted 0, chunk 0, read, probes "
         "100, stride 512, to unix, 00, rate 2048, reader 1\n"
         "row '8': ok, probes 10, no error\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 1\n"
         "clients end: 0\n"},
        {"trial single-send-read cold SUMS 8 --heartbeat 0.04 --clients 1",
         {.reads_by_ring = true, .counts_rings = true},
         EXIT_OK,
         "1 clients\n"
         "reader of 2 by tcp at 0\n"
         "15000000 beats of 40000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-send-read cold: 2 files of sum 941, counted 1, chunk 0, read, probes "
         "110, stride 512, to tcp, 00, rate 0, reader 1\n"
         "row '8': ok, probes 11, no error\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 1\n"
         "clients end: 1\n"},
        {"trial async-read-uring cold SUMS 8",
         {.signal = 0},
         EXIT_OK,
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of async-read-uring cold: 2 files of sum 941, counted 0, chunk 0, read, probes "
         "100, stride 512, to tcp, 00, rate 0, reader 0\n"
         "row '8': ok, probes 10, no error\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"},
    };
    folder = *state;
    expect(cases, LENGTH(cases));
}

static void a_trial_that_fails_says_so_in_its_row(void **state)
{
    static const struct expectation cases[] = {
        {"trial nonsense cold SUMS 7",
         {.signal = 0},
         EXIT_OK,
         "row '': error, probes 00, unknown method 'nonsense'\n"},
        {"trial single-read cold nowhere 7",
         {.signal = 0},
         EXIT_OK,
         "row '': error, probes 00, open nowhere: No such file or directory\n"},
        {"trial single-read cold SUMS 7",
         {.pool = -EIO},
         EXIT_OK,
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"
         "row '': error, probes 00, warm up the libuv pool on DIR/scan-0000.bin: Input/output "
         "error\n"},
        {"trial single-read cold SUMS 7",
         {.protocol = -EIO},
         EXIT_OK,
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-read cold: 2 files of sum 941, counted 1, chunk 0, read, probes 100, "
         "stride 512, to tcp, 00, rate 0, reader 0\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"
         "row '': error, probes 00, the protocol broke\n"},
        {"trial single-read cold SUMS 7",
         {.protocol = -ECANCELED, .signal = 2},
         EXIT_SIGNALLED + 2,
         "2097152 beats of 1000000 ns\n"
         "pool of 8 by scan-0000.bin\n"
         "protocol of single-read cold: 2 files of sum 941, counted 1, chunk 0, read, probes 100, "
         "stride 512, to tcp, 00, rate 0, reader 0\n"
         "metrics end: 0\n"
         "beats end: 1\n"
         "reader ends: 0\n"
         "clients end: 0\n"},
        {"trial single-send-read cold SUMS 7 --clients 1",
         {.clients = -EAGAIN},
         EXIT_OK,
         "1 clients\n"
         "reader ends: 0\n"
         "clients end: 0\n"
         "row '': error, probes 00, no client starts\n"},
        {"trial single-send-read cold SUMS 7",
         {.reader = -EAGAIN},
         EXIT_OK,
         "reader of 2 by tcp at 0\n"
         "reader ends: 0\n"
         "clients end: 0\n"
         "row '': error, probes 00, no reader starts\n"},
    };
    folder = *state;
    expect(cases, LENGTH(cases));
}

static void the_facts_are_told(void **state)
{
    static const struct expectation cases[] = {
        {"prepare --pool 3",
         {.signal = 0},
         EXIT_OK,
         "pool of 3 by scan-0000.bin\n"
         "fact pool_warm_up_s 0.5\n"
         "fact libuv_reads thread pool\n"
         "fact polling_is_seen 1\n"
         "fact device_read_latency_s 2\n"
         "fact device_read_bandwidth_bytes_per_s 2.5\n"
         "fact device_read_bandwidth_depth 3\n"
         "fact device_read_bandwidth_block_bytes 4\n"
         "fact readahead_call_bytes 6\n"
         "fact willneed_call_bytes 6\n"},
        {"prepare",
         {.pool = -EIO},
         EXIT_TRIAL_FAILED,
         "pool of 8 by scan-0000.bin\n"
         "row '': error, probes 00, warm up the libuv pool on DIR/scan-0000.bin: Input/output "
         "error\n"},
        {"prepare --pool 3",
         {.signal = 15},
         EXIT_SIGNALLED + 15,
         "pool of 3 by scan-0000.bin\n"
         "fact pool_warm_up_s 0.5\n"
         "fact libuv_reads thread pool\n"
         "fact polling_is_seen 1\n"
         "fact device_read_latency_s 2\n"
         "fact device_read_bandwidth_bytes_per_s 2.5\n"
         "fact device_read_bandwidth_depth 3\n"
         "fact device_read_bandwidth_block_bytes 4\n"
         "fact readahead_call_bytes 6\n"
         "fact willneed_call_bytes 6\n"},
    };
    folder = *state;
    expect(cases, LENGTH(cases));
}

static void the_idle_control_has_the_probes_of_a_trial(void **state)
{
    static const struct expectation cases[] = {
        {"idle 250 --clients 2",
         {.signal = 0},
         EXIT_OK,
         "2 clients\n"
         "2097152 beats of 1000000 ns\n"
         "idle for 250 ms, probes 110\n"
         "row 'idle': , probes 11, no error\n"
         "beats end: 1\n"
         "clients end: 1\n"},
        {"idle 250 --heartbeat 0",
         {.signal = 0},
         EXIT_OK,
         "idle for 250 ms, probes 000\n"
         "row 'idle': , probes 00, no error\n"
         "beats end: 0\n"
         "clients end: 0\n"},
        {"idle 250",
         {.protocol = -EIO},
         EXIT_TRIAL_FAILED,
         "2097152 beats of 1000000 ns\n"
         "idle for 250 ms, probes 100\n"
         "beats end: 1\n"
         "clients end: 0\n"
         "row '': error, probes 00, the idle control broke\n"},
        {"idle 250",
         {.signal = 2},
         EXIT_SIGNALLED + 2,
         "2097152 beats of 1000000 ns\n"
         "idle for 250 ms, probes 100\n"
         "row 'idle': , probes 10, no error\n"
         "beats end: 1\n"
         "clients end: 0\n"},
        {"idle 250 --clients 2",
         {.clients = -EIO},
         EXIT_TRIAL_FAILED,
         "2 clients\n"
         "row '': error, probes 00, no client starts\n"},
    };
    folder = *state;
    expect(cases, LENGTH(cases));
}

static void without_files_there_is_nothing_to_do(void **state)
{
    folder = *state;
    script = (struct script){.signal = 0};
    assert_int_equal(go("prepare", NULL), EXIT_TRIAL_FAILED);
    assert_text(printed,
                "row '': error, probes 00, open DIR/manifest.csv: No such file or directory\n");
    assert_int_equal(go("trial single-read cold sums 7", NULL), EXIT_OK);
    assert_text(printed,
                "row '': error, probes 00, open DIR/manifest.csv: No such file or directory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_trial_has_its_probes_and_tells_its_row),
        FOLDER_TEST(a_trial_that_fails_says_so_in_its_row),
        FOLDER_TEST(the_facts_are_told),
        FOLDER_TEST(the_idle_control_has_the_probes_of_a_trial),
        FOLDER_TEST(without_files_there_is_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
