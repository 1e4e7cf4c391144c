// SPDX-License-Identifier: MIT
/* What a run does, in order, and what it says and writes, with trials that are made up. */
#include "measure/run.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "data-gen/emulated_storage.h"
#include "measure/limits.h"
#include "measure/machine.h"
#include "measure/trial_process.h"
#include "probes/noise.h"
#include "record/trial.h"
#include "tests/captured.h"
#include "work/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

/* ---- What happened ----------------------------------------------------------------------------
 */

static char told[1 << 14];

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

/* What the fakes do in the next run. */
static struct script {
    /* Of each trial, and after its end as the last: o ok, n not cold, c crashed, i interrupted. */
    const char *trials;
    double trial_s; /* the first takes this, each other one percent more than the one before */
    char idle;      /* o ok, e an error, i interrupted */
    bool hides_polling;
    bool refuses_limits;
    bool refuses_storage;
    bool breaks_storage; /* which has ended before it is stopped */
    bool is_interrupted; /* from the beginning */
    int takes;           /* how often a place for what the bytes go to can be had */
} script;

static struct options options;
static size_t trial_count;
static int signal_seen;
static uint64_t clock_ns;
static const char *folder;

uint64_t __wrap_uv_hrtime(void)
{
    return clock_ns;
}

time_t __wrap_time(time_t *now)
{
    (void)now;
    return 1767323045; /* 2026-01-02 03:04:05 UTC */
}

int __wrap_interrupt_signal(void)
{
    return signal_seen;
}

int __wrap_interrupt_status(void)
{
    return EXIT_SIGNALLED + signal_seen;
}

int __wrap_limits_check(size_t files, size_t descriptors, uint64_t mapped_bytes, size_t threads,
                        struct error *error)
{
    tell("limits: %zu files, %zu descriptors each, %" PRIu64 " bytes mapped, %zu threads\n", files,
         descriptors, mapped_bytes, threads);
    return script.refuses_limits ? error_set(error, -EMFILE, "too few descriptors") : 0;
}

/* Shares that tell when the counts were taken. */
struct noise __wrap_noise_now(const char *path)
{
    tell("noise of %s\n", strrchr(path, '/') + 1);
    return (struct noise){.at_ns = clock_ns};
}

struct noise_shares __wrap_noise_between(const struct noise *before, const struct noise *after)
{
    struct noise_shares shares = noise_unknown;
    shares.steal = (double)(after->at_ns - before->at_ns) / 1e9;
    return shares;
}

int __wrap_machine_write(const char *dir, const struct machine_run *run, struct error *error)
{
    (void)error;
    tell("machine.csv of %s: began %lld, seed %" PRIu64 ", libuv %s, pool %g, device %g %g %" PRId64
         " %" PRId64 ", calls %" PRId64 " %" PRId64,
         dir, (long long)run->began, run->seed, run->libuv_reads, run->pool_warm_up_s,
         run->device.read_latency_s, run->device.read_bandwidth_bytes_per_s,
         run->device.read_bandwidth_depth, run->device.read_bandwidth_block_bytes,
         run->one_call.readahead_bytes, run->one_call.willneed_bytes);
    tell(", idle %g, noise %g, precision %g %g %s, level %g", run->idle.elapsed_s, run->noise.steal,
         run->precision, run->at_most_s, run->precision_end != NULL ? run->precision_end : "-",
         run->interval_level);
    tell(", to %s %s %s %" PRId64 ", readahead %" PRId64 ", line %s",
         run->to != NULL ? run->to : "-", run->fsync != NULL ? run->fsync : "-",
         run->reflink != NULL ? run->reflink : "-", run->reader_bytes_per_s,
         run->readahead_set_bytes, run->command_line);
    if (run->storage_settings != NULL)
        tell(", storage %.8s", run->storage_settings);
    if (run->has_storage_counts)
        tell(", requests %" PRIu64, run->storage_counts.requests);
    tell("\n");
    return 0;
}

/* ---- Storage that is a link to the files -------------------------------------------------------
 */

int __wrap_emulated_storage_start(struct emulated_storage **storage, const char *data,
                                  const char *mount, const struct emulated_storage_options *asked,
                                  struct error *error)
{
    tell("storage of %s in %s, %u ms, %u in flight\n", data, mount, asked->latency_ms,
         asked->in_flight);
    if (script.refuses_storage)
        return error_set(error, -ENOENT, "nbdkit is missing");
    *storage = (struct emulated_storage *)told;
    assert_int_equal(symlink(strrchr(data, '/') + 1, mount), 0);
    return 0;
}

const char *__wrap_emulated_storage_settings(const struct emulated_storage *storage)
{
    (void)storage;
    return "storage,emulated\n";
}

int __wrap_emulated_storage_stop(struct emulated_storage *storage,
                                 struct emulated_storage_counts *counts, struct error *error)
{
    char *mount = files_join(folder, "data-mount");
    (void)storage;
    assert_int_equal(unlink(mount), 0);
    free(mount);
    tell("storage ends\n");
    *counts = (struct emulated_storage_counts){.requests = 7};
    return script.breaks_storage ? error_set(error, -EIO, "the storage came to an end") : 0;
}

/* ---- Trials -----------------------------------------------------------------------------------
 */

static void give_facts(const struct trial_answer *answer)
{
    static const char *const facts[][2] = {
        {"pool_warm_up_s", "0.25"},
        {"libuv_reads", "thread pool"},
        {"device_read_latency_s", "0.5"},
        {"device_read_bandwidth_bytes_per_s", "1e9"},
        {"device_read_bandwidth_depth", "3"},
        {"device_read_bandwidth_block_bytes", "4"},
        {"readahead_call_bytes", "5"},
        {"willneed_call_bytes", "6"},
        {"something_new", "7"},
    };
    for (size_t i = 0; i < LENGTH(facts); i++)
        answer->on_fact(answer->context, facts[i][0], facts[i][1]);
    answer->on_fact(answer->context, "polling_is_seen", script.hides_polling ? "0" : "1");
}

static void give_delays(struct trial_answer *answer, const char *name)
{
    struct output_lines *beats = &answer->delays[OUTPUT_BEATS];
    if (options.heartbeat_ms == 0)
        return;
    beats->bytes = (size_t)asprintf(&beats->text, "%s,0.001,0.5\n", name);
}

static int interrupted(void)
{
    signal_seen = 2;
    return -ECANCELED;
}

static int give_trial(struct trial_answer *answer, const char *order, struct error *error)
{
    const size_t last = strlen(script.trials) - 1;
    const char what = script.trials[trial_count < last ? trial_count : last];
    double seconds = script.trial_s;
    for (size_t i = 0; i < trial_count; i++)
        seconds *= 1.01;
    trial_count++;
    if (what == 'i')
        return interrupted();
    clock_ns += (uint64_t)(seconds * 1e9);
    if (what == 'c')
        return error_set(error, -ECHILD, "its process was ended by signal 11");
    answer->trial.elapsed_s = seconds;
    snprintf(answer->trial.status, sizeof answer->trial.status,
             what == 'o' ? STATUS_OK : STATUS_NOT_COLD);
    if (what == 'n')
        error_set(&answer->error, -EBUSY, "half of it stayed");
    snprintf(answer->metrics, sizeof answer->metrics, "metrics of %s\n", order);
    give_delays(answer, order);
    return 0;
}

static int give_idle(struct trial_answer *answer, struct error *error)
{
    if (script.idle == 'i')
        return interrupted();
    if (script.idle == 'e')
        return error_set(error, -EIO, "the idle control broke");
    answer->trial.elapsed_s = 0.75;
    give_delays(answer, "idle");
    return 0;
}

int __wrap_trial_process_run(struct trial_answer *answer, const char *const *words,
                             const struct options *given, const char *data, struct error *error)
{
    size_t count = 0;
    do
        tell("%s ", words[count]);
    while (words[++count] != NULL);
    tell("on %s, %zu runs\n", data, given->runs);
    answer->trial = trial_unknown();
    memset(answer->delays, 0, sizeof answer->delays);
    answer->error = (struct error){.code = 0};
    if (strcmp(words[0], "prepare") == 0) {
        give_facts(answer);
        return 0;
    }
    return strcmp(words[0], "idle") == 0 ? give_idle(answer, error)
                                         : give_trial(answer, words[4], error);
}

/* ---- A kind of work with a place of its own
 * ------------------------------------------------------
 */

static int take(const struct work_settings *settings, size_t count, uint64_t bytes,
                struct error *error)
{
    tell("take %s for %zu files, %" PRIu64 " bytes; ours: %d, %d %d %" PRIu64 "\n", settings->to,
         count, bytes, settings->to_is_ours, settings->fsync, settings->reflink,
         settings->reader_bytes_per_s);
    return script.takes-- > 0 ? 0 : error_set(error, -ENOSPC, "there is no room");
}

static void clear(const struct work_settings *settings)
{
    tell("clear %s\n", settings->to);
}

static void leave(const struct work_settings *settings)
{
    tell("leave %s\n", settings->to);
}

static const struct work_kind copy_like = {
    .name = "copy", .descriptors = 2, .take = take, .clear = clear, .leave = leave};
static const struct work_kind send_like = {.name = "send", .descriptors = 3};

/* ---- Running ----------------------------------------------------------------------------------
 */

static const char *names[2];
static struct run_request request;

/* Two scans twice, cold, on two files of two pages. */
static void begin(const char *dir)
{
    folder = dir;
    told[0] = '\0';
    trial_count = 0;
    signal_seen = 0;
    clock_ns = 1000000000;
    names[0] = "single-read";
    names[1] = "async-read";
    script = (struct script){.trials = "o", .trial_s = 0.5, .idle = 'o', .takes = 2};
    options = (struct options){.runs = 2,
                               .files = 2,
                               .file_bytes = 8192,
                               .stride_bytes = 512,
                               .pool_threads = 4,
                               .heartbeat_ms = 1.5,
                               .seed = 7};
    request = (struct run_request){.options = &options,
                                   .kind = &scan_kind,
                                   .methods = names,
                                   .method_count = 2,
                                   .mode = MODE_COLD,
                                   .results = dir,
                                   .name = "part",
                                   .is_part = true,
                                   .command_line = "scan_bench cold"};
}

/* Makes the run; what happened, what was said and the trials are in `told` then. */
static int go(void)
{
    int status;
    char *dir;
    char *data = files_join(folder, "data");
    request.data = data;
    signal_seen = script.is_interrupted ? 2 : 0;
    CAPTURED(status = run_make(&request, &dir));
    tell("---- said\n%s", complained);
    if (dir != NULL) {
        struct trials trials;
        struct error error;
        char *path = files_join(dir, "trials.csv");
        tell("---- %s\n", dir);
        assert_int_equal(trials_read(&trials, path, &error), 0);
        for (size_t i = 0; i < trials.count; i++) {
            const struct trial *row = &trials.rows[i];
            tell("%s %s %" PRId64 " %" PRId64 " %s %.5g, %" PRId64 " %" PRId64 " %" PRId64
                 " %" PRId64 " %g %" PRId64 "\n",
                 row->method, row->cache, row->repeat, row->order, row->status, row->elapsed_s,
                 row->files, row->file_bytes, row->stride_bytes, row->pool_threads,
                 row->heartbeat_s, row->clients);
        }
        trials_free(&trials);
        free(path);
    }
    assert_string_equal(printed, "");
    put_for(told, folder, "DIR");
    free(dir);
    free(data);
    return status;
}

static void a_run_goes_from_the_data_to_the_last_row(void **state)
{
    static const char expected[] =
        "limits: 2 files, 2 descriptors each, 0 bytes mapped, 6 threads\n"
        "prepare on DIR/data, 2 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0 0 -, level 0.95, to - - - -1, "
        "readahead -1, line scan_bench cold\n"
        "noise of scan-0000.bin\n"
        "trial single-read cold DIR/part/sums.csv 0 on DIR/data, 2 runs\n"
        "trial async-read cold DIR/part/sums.csv 1 on DIR/data, 2 runs\n"
        "trial async-read cold DIR/part/sums.csv 2 on DIR/data, 2 runs\n"
        "trial single-read cold DIR/part/sums.csv 3 on DIR/data, 2 runs\n"
        "noise of scan-0000.bin\n"
        "idle 508 on DIR/data, 2 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle 0.75, noise 2.0302, precision 0 0 -, level 0.95, to - - - "
        "-1, readahead -1, line scan_bench cold\n"
        "---- said\n"
        "scan_bench: results in DIR/part; --seed 7 repeats this order of trials\n"
        "trial 1 of 4: single-read cold: 0.500 s\n"
        "trial 2 of 4: async-read cold: 0.505 s\n"
        "trial 3 of 4: async-read cold: 0.510 s\n"
        "trial 4 of 4: single-read cold: 0.515 s\n"
        "---- DIR/part\n"
        "single-read cold 0 0 ok 0.5, 2 8192 512 4 0.0015 0\n"
        "async-read cold 0 1 ok 0.505, 2 8192 512 4 0.0015 0\n"
        "async-read cold 1 2 ok 0.51005, 2 8192 512 4 0.0015 0\n"
        "single-read cold 1 3 ok 0.51515, 2 8192 512 4 0.0015 0\n";
    begin(*state);
    assert_int_equal(go(), EXIT_OK);
    assert_text(told, expected);
    assert_file_text(*state, "part/plan.csv",
                     "order,repeat,method,cache\n"
                     "0,0,single-read,cold\n"
                     "1,0,async-read,cold\n"
                     "2,1,async-read,cold\n"
                     "3,1,single-read,cold\n");
    assert_file_text(*state, "part/loop_delay.csv",
                     "trial,time_s,delay_s\n"
                     "0,0.001,0.5\n"
                     "1,0.001,0.5\n"
                     "2,0.001,0.5\n"
                     "3,0.001,0.5\n"
                     "idle,0.001,0.5\n");
    assert_false(file_exists(*state, "part/client_delay.csv"));
    assert_false(file_exists(*state, "part/metrics.csv"));
    assert_false(file_exists(*state, "latest"));
}

static void a_run_of_its_own_is_named_by_its_time_and_is_the_latest(void **state)
{
    static const char expected[] =
        "limits: 2 files, 2 descriptors each, 16384 bytes mapped, 6 threads\n"
        "prepare on DIR/data, 1 runs\n"
        "machine.csv of DIR/20260102T030405Z-part: began 1767323045, seed 7, libuv thread pool, "
        "pool 0.25, device 0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0 0 -, level "
        "0.95, to - - - -1, readahead 4096, line scan_bench cold\n"
        "noise of scan-0000.bin\n"
        "trial single-read warm DIR/20260102T030405Z-part/sums.csv 0 on DIR/data, 1 runs\n"
        "trial single-mmap cold DIR/20260102T030405Z-part/sums.csv 1 on DIR/data, 1 runs\n"
        "trial single-read cold DIR/20260102T030405Z-part/sums.csv 2 on DIR/data, 1 runs\n"
        "trial single-mmap warm DIR/20260102T030405Z-part/sums.csv 3 on DIR/data, 1 runs\n"
        "noise of scan-0000.bin\n"
        "idle 10000 on DIR/data, 1 runs\n"
        "machine.csv of DIR/20260102T030405Z-part: began 1767323045, seed 7, libuv thread pool, "
        "pool 0.25, device 0.5 1e+09 3 4, calls 5 6, idle 0.75, noise 81.208, precision 0 0 -, "
        "level 0.95, to - - - -1, readahead 4096, line scan_bench cold\n"
        "---- said\n"
        "scan_bench: results in DIR/20260102T030405Z-part; --seed 7 repeats this order of trials\n"
        "trial 1 of 4: single-read warm: 20.000 s\n"
        "trial 2 of 4: single-mmap cold: 20.200 s\n"
        "trial 3 of 4: single-read cold: 20.402 s\n"
        "trial 4 of 4: single-mmap warm: 20.606 s\n"
        "---- DIR/20260102T030405Z-part\n"
        "single-read warm 0 0 ok 20, 2 8192 512 4 0 3\n"
        "single-mmap cold 0 1 ok 20.2, 2 8192 512 4 0 3\n"
        "single-read cold 0 2 ok 20.402, 2 8192 512 4 0 3\n"
        "single-mmap warm 0 3 ok 20.606, 2 8192 512 4 0 3\n";
    begin(*state);
    names[1] = "single-mmap";
    options.runs = 1;
    options.clients = 3;
    options.heartbeat_ms = 0;
    options.sets_readahead = true;
    options.readahead_bytes = 4096;
    script.hides_polling = true;
    script.trial_s = 20;
    request.mode = MODE_BOTH;
    request.is_part = false;
    assert_int_equal(go(), EXIT_OK);
    assert_text(told, expected);
    assert_true(file_exists(*state, "latest/client_delay.csv"));
    assert_false(file_exists(*state, "latest/loop_delay.csv"));
}

static void metrics_are_written_of_ok_trials(void **state)
{
    begin(*state);
    options.metrics = true;
    script.trials = "ono";
    assert_int_equal(go(), EXIT_TRIAL_FAILED);
    assert_non_null(strstr(told, " 3 metrics on DIR/data, 2 runs\n"));
    assert_file_text(*state, "part/metrics.csv",
                     "trial,metric,samples,p50_s,p99_s,max_s,share\n"
                     "metrics of 0\n"
                     "metrics of 2\n"
                     "metrics of 3\n");
    assert_file_text(*state, "part/loop_delay.csv",
                     "trial,time_s,delay_s\n"
                     "0,0.001,0.5\n"
                     "2,0.001,0.5\n"
                     "3,0.001,0.5\n"
                     "idle,0.001,0.5\n");
}

static void failed_trials_keep_their_rows(void **state)
{
    static const char expected[] =
        "take place for 2 files, 16384 bytes; ours: 0, 1 0 9\n"
        "limits: 2 files, 2 descriptors each, 32768 bytes mapped, 6 threads\n"
        "take place for 2 files, 16384 bytes; ours: 0, 1 0 9\n"
        "prepare on DIR/data, 2 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0 0 -, level 0.95, to place "
        "timed avoided 9, readahead -1, line scan_bench cold\n"
        "noise of scan-0000.bin\n"
        "trial single-read cold DIR/part/sums.csv 0 on DIR/data, 2 runs\n"
        "trial threads-mmap cold DIR/part/sums.csv 1 on DIR/data, 2 runs\n"
        "trial threads-mmap cold DIR/part/sums.csv 2 on DIR/data, 2 runs\n"
        "clear place\n"
        "trial single-read cold DIR/part/sums.csv 3 on DIR/data, 2 runs\n"
        "clear place\n"
        "noise of scan-0000.bin\n"
        "idle 50 on DIR/data, 2 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle 0.75, noise 0.040604, precision 0 0 -, level 0.95, to "
        "place timed avoided 9, readahead -1, line scan_bench cold\n"
        "leave place\n"
        "---- said\n"
        "scan_bench: results in DIR/part; --seed 7 repeats this order of trials\n"
        "trial 1 of 4: single-read cold: 0.010 s\n"
        "trial 2 of 4: threads-mmap cold: not-cold\n"
        "scan_bench: threads-mmap cold, repeat 1: not-cold: half of it stayed\n"
        "trial 3 of 4: threads-mmap cold: crashed\n"
        "scan_bench: threads-mmap cold, repeat 2: crashed: its process was ended by signal 11\n"
        "trial 4 of 4: single-read cold: crashed\n"
        "scan_bench: single-read cold, repeat 2: crashed: its process was ended by signal 11\n"
        "scan_bench: 3 of 4 trials failed; their rows say so and no summary counts them\n"
        "---- DIR/part\n"
        "single-read cold 0 0 ok 0.01, 2 8192 512 4 0.0015 0\n"
        "threads-mmap cold 0 1 not-cold 0.0101, 2 8192 512 4 0.0015 0\n"
        "threads-mmap cold 1 2 crashed nan, 2 8192 512 4 0.0015 0\n"
        "single-read cold 1 3 crashed nan, 2 8192 512 4 0.0015 0\n";
    begin(*state);
    request.kind = &copy_like;
    names[1] = "threads-mmap";
    options.to = "place";
    options.given = OPTION_TO;
    options.fsync = true;
    options.reader_bytes_per_s = 9;
    script.trials = "oncc";
    script.trial_s = 0.01;
    assert_int_equal(go(), EXIT_TRIAL_FAILED);
    assert_text(told, expected);
}

static void a_send_has_no_words_of_copies(void **state)
{
    begin(*state);
    request.kind = &send_like;
    options.to = "tcp";
    options.reflink = true;
    assert_int_equal(go(), EXIT_OK);
    assert_non_null(strstr(told, ", to tcp - - -1, "));
    assert_non_null(strstr(told, "limits: 2 files, 3 descriptors each, 0 bytes mapped, 6 threads"));
}

static void a_copy_may_share_its_blocks(void **state)
{
    begin(*state);
    request.kind = &copy_like;
    options.to = "place";
    options.reflink = true;
    assert_int_equal(go(), EXIT_OK);
    assert_non_null(strstr(told, ", to place after allowed -1, "));
    assert_non_null(strstr(told, "take place for 2 files, 16384 bytes; ours: 1, 0 1 0\n"));
}

static void when_no_trial_is_ok_there_is_no_idle_control_and_no_latest(void **state)
{
    begin(*state);
    request.is_part = false;
    script.trials = "n";
    assert_int_equal(go(), EXIT_TRIAL_FAILED);
    assert_null(strstr(told, "idle 50"));
    assert_non_null(strstr(
        told, "scan_bench: 4 of 4 trials failed; their rows say so and no summary counts them\n"));
    assert_false(file_exists(*state, "latest"));
}

static void without_probes_there_is_no_idle_control(void **state)
{
    begin(*state);
    options.heartbeat_ms = 0;
    assert_int_equal(go(), EXIT_OK);
    assert_null(strstr(told, "idle 5"));
}

/* ---- An open end ------------------------------------------------------------------------------
 */

static void repeats_follow_until_the_intervals_are_narrow(void **state)
{
    static const char expected[] =
        "limits: 2 files, 2 descriptors each, 0 bytes mapped, 6 threads\n"
        "prepare on DIR/data, 6 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0.028 1000 -, level 0.96, to - - "
        "- -1, readahead -1, line scan_bench cold\n"
        "noise of scan-0000.bin\n"
        "trial async-read cold DIR/part/sums.csv 0 on DIR/data, 6 runs\n"
        "trial async-read cold DIR/part/sums.csv 1 on DIR/data, 6 runs\n"
        "trial async-read cold DIR/part/sums.csv 2 on DIR/data, 6 runs\n"
        "trial async-read cold DIR/part/sums.csv 3 on DIR/data, 6 runs\n"
        "trial async-read cold DIR/part/sums.csv 4 on DIR/data, 6 runs\n"
        "trial async-read cold DIR/part/sums.csv 5 on DIR/data, 6 runs\n"
        "noise of scan-0000.bin\n"
        "idle 513 on DIR/data, 6 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle 0.75, noise 3.07601, precision 0.028 1000 reached, level "
        "0.96, to - - - -1, readahead -1, line scan_bench cold\n"
        "---- said\n"
        "scan_bench: results in DIR/part; --seed 7 repeats this order of trials\n"
        "trial 1: async-read cold, repeat 1: 0.500 s\n"
        "trial 2: async-read cold, repeat 2: 0.505 s\n"
        "trial 3: async-read cold, repeat 3: 0.510 s\n"
        "trial 4: async-read cold, repeat 4: 0.515 s\n"
        "trial 5: async-read cold, repeat 5: 0.520 s\n"
        "trial 6: async-read cold, repeat 6: 0.526 s\n"
        "---- DIR/part\n"
        "async-read cold 0 0 ok 0.5, 2 8192 512 4 0.0015 0\n"
        "async-read cold 1 1 ok 0.505, 2 8192 512 4 0.0015 0\n"
        "async-read cold 2 2 ok 0.51005, 2 8192 512 4 0.0015 0\n"
        "async-read cold 3 3 ok 0.51515, 2 8192 512 4 0.0015 0\n"
        "async-read cold 4 4 ok 0.5203, 2 8192 512 4 0.0015 0\n"
        "async-read cold 5 5 ok 0.52551, 2 8192 512 4 0.0015 0\n";
    begin(*state);
    names[0] = "async-read";
    request.method_count = 1;
    options.runs = 6;
    options.precision = 0.028;
    options.at_most_s = 1000;
    assert_int_equal(go(), EXIT_OK);
    assert_text(told, expected);
}

/* The next repeat would take as long as those before. */
static void repeats_follow_as_long_as_there_is_time(void **state)
{
    static const struct {
        double at_most_s;
        size_t trials;
    } cases[] = {{3.4, 6}, {3.6, 7}, {4.2, 8}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        void *dir = NULL;
        assert_int_equal(folder_make(&dir), 0);
        begin(dir);
        request.method_count = 1;
        options.runs = 6;
        options.precision = 0.0001;
        options.at_most_s = cases[i].at_most_s;
        assert_int_equal(go(), EXIT_OK);
        assert_int_equal(trial_count, cases[i].trials);
        assert_non_null(strstr(told, " time, level 0.96"));
        assert_non_null(strstr(told, "scan_bench: after 6 repeats 1 of 1 intervals are not within "
                                     "0.01 % of the median\n"));
        assert_int_equal(folder_remove(&dir), 0);
    }
    (void)state;
}

/* ---- Endings ----------------------------------------------------------------------------------
 */

static void an_interrupt_keeps_what_is_finished(void **state)
{
    static const char expected[] =
        "limits: 2 files, 2 descriptors each, 0 bytes mapped, 6 threads\n"
        "prepare on DIR/data, 2 runs\n"
        "machine.csv of DIR/20260102T030405Z-part: began 1767323045, seed 7, libuv thread pool, "
        "pool 0.25, device 0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0 0 -, level "
        "0.95, to - - - -1, readahead -1, line scan_bench cold\n"
        "noise of scan-0000.bin\n"
        "trial single-read cold DIR/20260102T030405Z-part/sums.csv 0 on DIR/data, 2 runs\n"
        "trial async-read cold DIR/20260102T030405Z-part/sums.csv 1 on DIR/data, 2 runs\n"
        "trial async-read cold DIR/20260102T030405Z-part/sums.csv 2 on DIR/data, 2 runs\n"
        "noise of scan-0000.bin\n"
        "machine.csv of DIR/20260102T030405Z-part: began 1767323045, seed 7, libuv thread pool, "
        "pool 0.25, device 0.5 1e+09 3 4, calls 5 6, idle nan, noise 1.005, precision 0 0 -, level "
        "0.95, to - - - -1, readahead -1, line scan_bench cold\n"
        "---- said\n"
        "scan_bench: results in DIR/20260102T030405Z-part; --seed 7 repeats this order of trials\n"
        "trial 1 of 4: single-read cold: 0.500 s\n"
        "trial 2 of 4: async-read cold: 0.505 s\n"
        "scan_bench: interrupted; 2 of 4 trials are finished and kept in "
        "DIR/20260102T030405Z-part\n"
        "---- DIR/20260102T030405Z-part\n"
        "single-read cold 0 0 ok 0.5, 2 8192 512 4 0.0015 0\n"
        "async-read cold 0 1 ok 0.505, 2 8192 512 4 0.0015 0\n";
    begin(*state);
    request.is_part = false;
    script.trials = "ooi";
    assert_int_equal(go(), EXIT_SIGNALLED + 2);
    assert_text(told, expected);
    assert_true(file_exists(*state, "latest"));
}

static void each_ending_has_its_status_and_its_words(void **state)
{
    static const struct {
        struct script script;
        const char *said;
        int status;
        double precision;
        unsigned storage_ms;
        bool has_folder;
    } cases[] = {
        {{.trials = "o", .is_interrupted = true, .takes = 2},
         "interrupted while making the data; the files finished so far are kept",
         .status = EXIT_SIGNALLED + 2},
        {{.trials = "o", .takes = 0}, "there is no room", .status = EXIT_MISSING},
        {{.trials = "o", .takes = 1}, "there is no room", .status = EXIT_MISSING},
        {{.trials = "o", .takes = 2, .refuses_limits = true},
         "too few descriptors",
         .status = EXIT_MISSING},
        {{.trials = "o", .takes = 2, .refuses_storage = true},
         "nbdkit is missing",
         .status = EXIT_MISSING,
         .storage_ms = 5},
        {{.trials = "ooi", .takes = 2},
         "interrupted; 2 trials are finished and kept in DIR/part",
         .status = EXIT_SIGNALLED + 2,
         .precision = 0.1,
         .has_folder = true},
        {{.trials = "o", .takes = 2, .idle = 'i'},
         "interrupted in the idle control; all trials are finished and kept",
         .status = EXIT_SIGNALLED + 2,
         .has_folder = true},
        {{.trials = "o", .takes = 2, .idle = 'e'},
         "the idle control broke",
         .status = EXIT_TRIAL_FAILED,
         .has_folder = true},
        {{.trials = "o", .takes = 2, .breaks_storage = true},
         "the storage came to an end",
         .status = EXIT_TRIAL_FAILED,
         .storage_ms = 5,
         .has_folder = true},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char said[256];
        void *dir = NULL;
        assert_int_equal(folder_make(&dir), 0);
        begin(dir);
        request.kind = &copy_like;
        options.to = "place";
        options.storage_ms = cases[i].storage_ms;
        options.precision = cases[i].precision;
        script = cases[i].script;
        script.trial_s = 0.5;
        const int status = go();
        snprintf(said, sizeof said, "scan_bench: %s\n", cases[i].said);
        if (status != cases[i].status || strstr(told, said) == NULL)
            fail_msg("%zu: %d, and not %d with %s, but\n%s", i, status, cases[i].status, said,
                     told);
        assert_int_equal(file_exists(dir, "part"), cases[i].has_folder);
        assert_non_null(strstr(told, "leave place\n"));
        assert_int_equal(folder_remove(&dir), 0);
    }
    (void)state;
}

static void a_libuv_whose_waits_are_not_seen_has_no_heartbeat(void **state)
{
    begin(*state);
    script.hides_polling = true;
    assert_int_equal(go(), EXIT_MISSING);
    assert_non_null(strstr(told, "so that its loop cannot be observed: give --heartbeat 0\n"));
}

static void a_folder_that_is_there_is_not_filled(void **state)
{
    begin(*state);
    file_make(*state, "part/mine", "");
    assert_int_equal(go(), EXIT_MISSING);
    assert_non_null(strstr(told, "scan_bench: make the results folder DIR/part: File exists\n"));
    assert_int_equal(trial_count, 0);
}

static void emulated_storage_serves_the_trials_and_is_told(void **state)
{
    static const char expected[] =
        "storage of DIR/data in DIR/data-mount, 5 ms, 16 in flight\n"
        "limits: 2 files, 2 descriptors each, 0 bytes mapped, 6 threads\n"
        "prepare on DIR/data-mount, 1 runs\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle nan, noise nan, precision 0 0 -, level 0.95, to - - - -1, "
        "readahead -1, line scan_bench cold, storage storage,\n"
        "noise of scan-0000.bin\n"
        "trial single-read cold DIR/part/sums.csv 0 on DIR/data-mount, 1 runs\n"
        "trial async-read cold DIR/part/sums.csv 1 on DIR/data-mount, 1 runs\n"
        "noise of scan-0000.bin\n"
        "idle 502 on DIR/data-mount, 1 runs\n"
        "storage ends\n"
        "machine.csv of DIR/part: began 1767323045, seed 7, libuv thread pool, pool 0.25, device "
        "0.5 1e+09 3 4, calls 5 6, idle 0.75, noise 1.005, precision 0 0 -, level 0.95, to - - - "
        "-1, readahead -1, line scan_bench cold, storage storage,, requests 7\n"
        "---- said\n"
        "scan_bench: results in DIR/part; --seed 7 repeats this order of trials\n"
        "trial 1 of 2: single-read cold: 0.500 s\n"
        "trial 2 of 2: async-read cold: 0.505 s\n"
        "---- DIR/part\n"
        "single-read cold 0 0 ok 0.5, 2 8192 512 4 0.0015 0\n"
        "async-read cold 0 1 ok 0.505, 2 8192 512 4 0.0015 0\n";
    begin(*state);
    options.storage_ms = 5;
    options.runs = 1;
    assert_int_equal(go(), EXIT_OK);
    assert_text(told, expected);
}

static void storage_of_somebody_else_is_told(void **state)
{
    begin(*state);
    file_make(*state, "data/.storage/settings", "storage,theirs\n");
    assert_int_equal(go(), EXIT_OK);
    assert_non_null(strstr(told, ", storage storage,\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_run_goes_from_the_data_to_the_last_row),
        FOLDER_TEST(a_run_of_its_own_is_named_by_its_time_and_is_the_latest),
        FOLDER_TEST(metrics_are_written_of_ok_trials),
        FOLDER_TEST(failed_trials_keep_their_rows),
        FOLDER_TEST(a_send_has_no_words_of_copies),
        FOLDER_TEST(a_copy_may_share_its_blocks),
        FOLDER_TEST(when_no_trial_is_ok_there_is_no_idle_control_and_no_latest),
        FOLDER_TEST(without_probes_there_is_no_idle_control),
        FOLDER_TEST(repeats_follow_until_the_intervals_are_narrow),
        cmocka_unit_test(repeats_follow_as_long_as_there_is_time),
        FOLDER_TEST(an_interrupt_keeps_what_is_finished),
        cmocka_unit_test(each_ending_has_its_status_and_its_words),
        FOLDER_TEST(a_libuv_whose_waits_are_not_seen_has_no_heartbeat),
        FOLDER_TEST(a_folder_that_is_there_is_not_filled),
        FOLDER_TEST(emulated_storage_serves_the_trials_and_is_told),
        FOLDER_TEST(storage_of_somebody_else_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
