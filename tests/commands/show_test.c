// SPDX-License-Identifier: MIT
/* What is shown of made-up results: by plot and compare, and by the commands of experiments, whose
 * runs make such results here. */
#include "commands/show.h"

#include "commands/bench.h"
#include "commands/experiment.h"
#include "core/exit_status.h"
#include "data-gen/emulated_storage.h"
#include "data-gen/kept_readahead.h"
#include "measure/run.h"
#include "methods/method.h"
#include "platform/storage.h"
#include "report/draw.h"
#include "tests/captured.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

static char told[1 << 14];
static const char *folder;
static int signal_seen;

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

/* What the fakes do next. */
static struct script {
    size_t drawings; /* that can be made; 0: all */
    bool is_interrupted;
    bool may_not_set; /* the readahead of the device */
    bool keeps_set;
    int run; /* what the runs end with */
} script;

/* ---- Fakes ------------------------------------------------------------------------------------
 */

int __wrap_interrupt_signal(void)
{
    return signal_seen;
}

int __wrap_interrupt_status(void)
{
    return EXIT_SIGNALLED + signal_seen;
}

time_t __wrap_time(time_t *now)
{
    (void)now;
    return 1767323045; /* 2026-01-02 03:04:05 UTC */
}

bool __wrap_process_is_found(const char *name)
{
    (void)name;
    return true;
}

int __wrap_emulated_storage_check(struct error *error)
{
    (void)error;
    return 0;
}

size_t __wrap_method_keep_supported(const char **names, size_t count, const char *data,
                                    const struct work_settings *settings)
{
    (void)names;
    (void)data;
    (void)settings;
    return count;
}

char *__wrap_command_home(const char *name)
{
    return files_join(folder, name);
}

int __wrap_draw_picture(const char *plots, const char *dir, const struct picture *picture,
                        struct error *error)
{
    tell("draw %s: %s of %s in %s\n", strrchr(plots, '/') + 1, picture->name, picture->csv, dir);
    if (script.is_interrupted)
        signal_seen = 2;
    if (script.drawings == 1 || script.is_interrupted)
        return error_set(error, -EINTR, "gnuplot failed");
    script.drawings -= script.drawings > 0 ? 1 : 0;
    return 0;
}

struct storage __wrap_storage_describe(const char *path)
{
    struct storage storage = {.readahead_setting = "setting"};
    (void)path;
    return storage;
}

int __wrap_kept_readahead_set(struct kept_readahead *kept, const char *dir, const char *setting,
                              uint64_t bytes, struct error *error)
{
    tell("set %s to %" PRIu64 " for %s\n", setting, bytes, dir);
    kept->before_bytes = 131072;
    return script.may_not_set ? error_set(error, -EACCES, "not allowed") : 0;
}

int __wrap_kept_readahead_put_back(struct kept_readahead *kept, struct error *error)
{
    tell("put back %" PRIu64 "\n", kept->before_bytes);
    return script.keeps_set ? error_set(error, -EIO, "it stays set") : 0;
}

/* ---- Made-up results ---------------------------------------------------------------------------
 */

static double seconds_of(const char *method, bool is_cold, unsigned storage_ms)
{
    const double alone_s = 0.1 + 0.05 * (double)method_rank(method);
    return is_cold ? alone_s * (2 + storage_ms) : alone_s / 2;
}

static void write_metrics(FILE *file, const struct run_request *request)
{
    fprintf(file, METRIC_HEADER);
    for (size_t i = 0; i < request->method_count * request->options->runs; i++) {
        fprintf(file, "%zu,timer,150,0.0001,0.0007,0.5,\n%zu,turn,100,0.0001,0.0008,0.25,\n", i, i);
        fprintf(file, "%zu,utilization,,,,,0.5\n%zu,sleeper,2000,0.0001,0.0002,0.003,\n", i, i);
        fprintf(file, "%zu,beats,2300,0.00003,0.125,0.5,\n", i);
    }
}

static FILE *create(const char *dir, const char *name)
{
    char *path = files_join(dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    free(path);
    return file;
}

static void write_trials(FILE *file, const struct run_request *request)
{
    const struct options *options = request->options;
    size_t order = 0;
    fprintf(file, "method,cache,repeat,order,status,elapsed_s,files,file_bytes,stride_bytes,"
                  "loop_stalled_s,loop_cpu_s,loop_poll_s,loop_delay_max_s\n");
    for (size_t repeat = 0; repeat < options->runs; repeat++) {
        for (size_t i = 0; i < request->method_count * 2; i++) {
            const char *method = request->methods[i / 2];
            const bool is_cold = i % 2 == 0;
            const bool holds = strncmp(method, "async-mmap", 10) == 0;
            const double elapsed_s =
                seconds_of(method, is_cold, options->storage_ms) * (1 + 0.001 * (double)repeat);
            if (request->mode != (is_cold ? MODE_WARM : MODE_COLD))
                fprintf(file, "%s,%s,%zu,%zu,ok,%.6f,%zu,%" PRIu64 ",%" PRIu64 ",", method,
                        is_cold ? "cold" : "warm", repeat, order++, elapsed_s, options->files,
                        options->file_bytes, options->stride_bytes);
            if (request->mode != (is_cold ? MODE_WARM : MODE_COLD))
                fprintf(file, "%.6f,%.6f,%.6f,%.6f\n", holds ? elapsed_s / 2 : 0, elapsed_s / 4,
                        holds ? elapsed_s / 4 : elapsed_s * 3 / 4, holds ? elapsed_s / 2 : 0.0001);
        }
    }
}

static void write_result(const char *dir, const struct run_request *request)
{
    const struct options *options = request->options;
    FILE *file = create(dir, "trials.csv");
    write_trials(file, request);
    assert_int_equal(fclose(file), 0);
    file = create(dir, "machine.csv");
    fprintf(file, "key,value\ntime_utc,2026-01-02T03:04:05Z\ncpu_model,A CPU\ncpu_count,2\n"
                  "os,Linux\nkernel,6.1\nfile_system,ext4\nvirtualization,none\n");
    if (options->storage_ms > 0)
        fprintf(file, "storage,emulated\nstorage_latency_s,%g\n", options->storage_ms / 1e3);
    if (options->sets_readahead)
        fprintf(file, "readahead_set_bytes,%" PRIu64 "\ndevice_readahead_bytes,%" PRIu64 "\n",
                options->readahead_bytes, options->readahead_bytes);
    assert_int_equal(fclose(file), 0);
    if (!options->metrics)
        return;
    file = create(dir, "metrics.csv");
    write_metrics(file, request);
    assert_int_equal(fclose(file), 0);
}

int __wrap_run_make(const struct run_request *request, char **dir)
{
    static const char *const modes[] = {"cold", "warm", "both"};
    const struct options *options = request->options;
    tell("run %s in %s: %s, %zu methods to %s, %zu runs, %zu files of %" PRIu64
         " KiB from %s, storage %u ms",
         request->name, request->results, modes[request->mode], request->method_count,
         request->methods[request->method_count - 1], options->runs, options->files,
         options->file_bytes / 1024, request->data, options->storage_ms);
    tell("%s%s\n", options->prime_pages ? ", primed by page" : "",
         options->metrics ? ", with metrics" : "");
    *dir = files_join(request->results, request->name);
    assert_int_equal(mkdir(*dir, 0777), 0);
    write_result(*dir, request);
    return script.run;
}

/* ---- Running ----------------------------------------------------------------------------------
 */

static void begin(const char *dir)
{
    folder = dir;
    signal_seen = 0;
    script = (struct script){.drawings = 0};
    told[0] = '\0';
}

/* Runs the command line, in which @ is the folder. What was done and complained is in `told`, what
 * was printed in `printed`. */
static int go(const char *line)
{
    char *words[24];
    char text[256];
    char *filled = NULL;
    size_t length = 0;
    int count = 0;
    int status;
    FILE *out = open_memstream(&filled, &length);
    assert_non_null(out);
    for (const char *at = line; *at != '\0'; at++)
        fprintf(out, *at == '@' ? "%s" : "%.1s", *at == '@' ? folder : at);
    fclose(out);
    snprintf(text, sizeof text, "scan_bench %s", filled);
    free(filled);
    told[0] = '\0';
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    CAPTURED(status = command_run(count, words));
    tell("%s", complained);
    put_for(told, folder, "DIR");
    put_for(printed, folder, "DIR");
    return status;
}

/* The text of a file, with DIR for the folder in it; the caller frees. */
static char *read_masked(const char *name)
{
    size_t length;
    char *text = file_read(folder, name, &length);
    put_for(text, folder, "DIR");
    return text;
}

static void assert_masked_file(const char *name, const char *expected)
{
    char *text = read_masked(name);
    assert_text(text, expected);
    free(text);
}

/* Makes a result of those scans in the folder `name`. */
static void make(const char *name, const char *const *names, size_t count, enum mode mode,
                 unsigned storage_ms)
{
    const struct options options = {.runs = 10,
                                    .files = 2,
                                    .file_bytes = 1 << 20,
                                    .stride_bytes = 512,
                                    .storage_ms = storage_ms};
    const struct run_request request = {
        .options = &options, .methods = (const char **)names, .method_count = count, .mode = mode};
    char *dir = files_join(folder, name);
    assert_int_equal(mkdir(dir, 0777), 0);
    write_result(dir, &request);
    free(dir);
}

static const char *const some[] = {"async-read", "async-mmap", "single-mmap"};

static void results_are_plotted_where_they_are(void **state)
{
    begin(*state);
    make("one", some, 3, MODE_BOTH, 5);
    assert_int_equal(go("plot @/one"), EXIT_OK);
    assert_text(
        printed,
        "\n"
        "cold page cache, on emulated storage of 5 ms: 2 files of 1 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-read               10   0.7031  [ 0.7007, 0.7056]   0.7000   0.7032   0.7063      "
        "1.00\n"
        "async-mmap               10   1.0547  [ 1.0511, 1.0584]   1.0500   1.0547   1.0595      "
        "1.50\n"
        "single-mmap              10   2.4610  [ 2.4524, 2.4696]   2.4500   2.4610   2.4720      "
        "3.50\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-read                     -         -     0.100     75.0     25.0      0.0        -\n"
        "async-mmap                     -         -   529.725     25.0     25.0     50.0        -\n"
        "single-mmap                    -         -     0.100     75.0     25.0      0.0        -\n"
        "\n"
        "- What mmap gained on the loop: async-mmap against single-mmap: faster, 0.43 times [0.43, "
        "0.43] as long.\n"
        "- async-mmap let a beat wait up to 529.7 ms (50 % of that scan of 1.059 s); its loop "
        "thread was 50 % stalled, 25 % on a CPU, 25 % polling.\n"
        "- async-read let a beat wait up to 0.1 ms (0 % of that scan of 0.700 s); its loop thread "
        "was 0 % stalled, 25 % on a CPU, 75 % polling.\n"
        "\n"
        "warm page cache, on emulated storage of 5 ms: 2 files of 1 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-read               10   0.0502  [ 0.0500, 0.0504]   0.0500   0.0502   0.0505      "
        "1.00\n"
        "async-mmap               10   0.0753  [ 0.0751, 0.0756]   0.0750   0.0753   0.0757      "
        "1.50\n"
        "single-mmap              10   0.1758  [ 0.1752, 0.1764]   0.1750   0.1758   0.1766      "
        "3.50\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-read                     -         -     0.100     75.0     25.0      0.0        -\n"
        "async-mmap                     -         -    37.838     25.0     25.0     50.0        -\n"
        "single-mmap                    -         -     0.100     75.0     25.0      0.0        -\n"
        "\n"
        "- What mmap gained on the loop: async-mmap against single-mmap: faster, 0.43 times [0.43, "
        "0.43] as long.\n"
        "- async-mmap let a beat wait up to 37.8 ms (50 % of that scan of 0.076 s); its loop "
        "thread was 50 % stalled, 25 % on a CPU, 25 % polling.\n"
        "- async-read let a beat wait up to 0.1 ms (0 % of that scan of 0.050 s); its loop thread "
        "was 0 % stalled, 25 % on a CPU, 75 % polling.\n"
        "- Cold against warm, async-mmap: slower, 14.00 times [14.00, 14.00] as long; stalled 50 % "
        "cold and 50 % warm, longest delay 529.7 ms and 37.8 ms.\n"
        "- Cold against warm, async-read: slower, 14.00 times [14.00, 14.00] as long; stalled 0 % "
        "cold and 0 % warm, longest delay 0.1 ms and 0.1 ms.\n"
        "\n"
        "pictures and data: DIR/one\n");
    assert_text(told, "draw plots: times-cold of times-cold in DIR/one\n"
                      "draw plots: times-warm of times-warm in DIR/one\n");
    assert_true(file_exists(*state, "one/summary.csv"));
}

static void pictures_go_elsewhere_when_asked_to(void **state)
{
    begin(*state);
    make("one", some, 3, MODE_COLD, 0);
    make("two", some, 3, MODE_WARM, 0);
    assert_int_equal(go("plot @/one @/two --results @/else"), EXIT_OK);
    assert_text(told, "draw plots: times-cold of times-cold in DIR/else/20260102T030405Z-plot\n"
                      "draw plots: times-warm of times-warm in DIR/else/20260102T030405Z-plot-2\n");
    assert_false(file_exists(*state, "one/summary.csv"));
    assert_true(file_exists(*state, "else/20260102T030405Z-plot/summary.csv"));
    assert_true(file_exists(*state, "else/20260102T030405Z-plot-2/summary.csv"));
}

static void the_first_that_cannot_be_plotted_ends_it(void **state)
{
    begin(*state);
    make("two", some, 3, MODE_COLD, 0);
    assert_int_equal(go("plot @/one @/two"), EXIT_MISSING);
    assert_string_equal(printed, "");
    assert_null(strstr(told, "draw"));
}

/* The first picture that cannot be drawn is the last; all else is there. */
static void a_picture_that_cannot_be_drawn_is_told(void **state)
{
    begin(*state);
    make("one", some, 3, MODE_BOTH, 0);
    script.drawings = 2;
    assert_int_equal(go("plot @/one"), EXIT_TRIAL_FAILED);
    assert_text(told, "draw plots: times-cold of times-cold in DIR/one\n"
                      "draw plots: times-warm of times-warm in DIR/one\n"
                      "scan_bench: gnuplot failed\n");
    script = (struct script){.is_interrupted = true};
    assert_int_equal(go("plot @/one"), EXIT_SIGNALLED + 2);
    assert_text(told, "draw plots: times-cold of times-cold in DIR/one\n"
                      "scan_bench: interrupted while drawing; the results are kept in DIR/one\n");
}

static void what_was_done_stands_above_the_table(void **state)
{
    static const struct {
        const char *row;
        const char *facts;
        const char *expected;
    } cases[] = {
        {"single-read,cold,1,scan,2,4096,512", "", ": 2 files of 4 KiB, one byte in 512"},
        {"single-read,cold,1,,2,4096,0", "", ": 2 files of 4 KiB, one byte in 0"},
        {"single-read,cold,1,,2,4096,", "", ": 2 files of 4 KiB"},
        {"single-read,cold,1,,0,4096,512", "", ""},
        {"single-read,cold,1,,2,,512", "", ""},
        {"single-read,cold,1,,1,0,512", "", ": 1 file of 0 B, one byte in 512"},
        {"single-read,cold,1,,2,,512", "storage,emulated\nstorage_latency_s,0.005\n",
         ", on emulated storage of 5 ms"},
        {"single-copy-read,cold,1,copy,2,4096,", "", ": 2 files of 4 KiB, copied"},
        {"single-copy-read,cold,1,copy,2,4096,", "fsync,after\n", ": 2 files of 4 KiB, copied"},
        {"single-copy-read,cold,1,copy,2,4096,", "fsync,timed\n",
         ": 2 files of 4 KiB, copied and synced"},
        {"single-send-read,cold,1,send,2,4096,", "", ": 2 files of 4 KiB, sent"},
        {"single-send-read,cold,1,send,2,4096,", "to,unix\nreader_bytes_per_s,0\n",
         ": 2 files of 4 KiB, sent over unix"},
        {"single-send-read,cold,1,send,2,4096,", "to,tcp\nreader_bytes_per_s,1048576\n",
         ": 2 files of 4 KiB, sent over tcp, to readers that take 1 MiB a second"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct comparison_result *results;
        char text[512];
        char expected[256];
        begin(*state);
        snprintf(text, sizeof text,
                 "method,cache,elapsed_s,work,files,file_bytes,stride_bytes\n%s\n", cases[i].row);
        file_make(*state, "trials.csv", text);
        snprintf(text, sizeof text, "key,value\n%s", cases[i].facts);
        file_make(*state, "machine.csv", text);
        results = show_load((const char *const *)state, 1);
        assert_non_null(results);
        CAPTURED(show_tables(results, stdout));
        show_unload(results, 1);
        snprintf(expected, sizeof expected, "\ncold page cache%s\n\n", cases[i].expected);
        printed[strlen(expected)] = '\0';
        assert_text(printed, expected);
    }
}

/* ---- Side by side -----------------------------------------------------------------------------
 */

static void results_are_compared_in_a_folder_of_their_own(void **state)
{
    begin(*state);
    make("one", some, 3, MODE_COLD, 0);
    make("two", some, 2, MODE_COLD, 1);
    assert_int_equal(go("compare @/one @/two --results @/results"), EXIT_OK);
    assert_text(
        printed,
        "1: DIR/one\n"
        "2: DIR/two\n"
        "\n"
        "cold page cache: medians in seconds, and how many times as long as in 1, with the 95 % "
        "interval\n"
        "\n"
        "method                         1           2             2 / 1\n"
        "async-read                0.2009      0.3014   1.50 [ 1.49,  1.51]  slower\n"
        "async-mmap                0.3014      0.4520   1.50 [ 1.49,  1.51]  slower\n"
        "single-mmap               0.7031           -                                           -\n"
        "\n"
        "What differs in their settings and their machine.csv:\n"
        "  storage                           unknown  |  emulated\n"
        "  storage_latency_s                 unknown  |  0.001\n"
        "\n"
        "picture and data: DIR/results/20260102T030405Z-compare\n");
    assert_text(told,
                "draw plots: compare of compare-drawn in DIR/results/20260102T030405Z-compare\n");
    assert_masked_file(
        "results/20260102T030405Z-compare/compare.csv",
        "result,label,method,cache,n,median_s,median_low_s,median_high_s,loop_delay_p99_s\n"
        "1,DIR/one,async-read,cold,10,0.2009,0.2002,0.2016,\n"
        "1,DIR/one,async-mmap,cold,10,0.30135,0.3003,0.3024,\n"
        "1,DIR/one,single-mmap,cold,10,0.70315,0.7007,0.7056,\n"
        "2,DIR/two,async-read,cold,10,0.30135,0.3003,0.3024,\n"
        "2,DIR/two,async-mmap,cold,10,0.452025,0.45045,0.4536,\n");
}

static void other_work_is_compared_only_when_asked_to(void **state)
{
    begin(*state);
    make("one", some, 3, MODE_COLD, 0);
    file_make(*state, "two/trials.csv", "method,cache,elapsed_s,files\nasync-read,cold,1,3\n");
    assert_int_equal(go("compare @/one @/two --results @/results"), EXIT_WRONG_USAGE);
    assert_text(told, "scan_bench: different work: files is 2 in DIR/one and 3 in DIR/two; "
                      "--anyway compares them all the same\n");
    assert_false(file_exists(*state, "results"));
    assert_int_equal(go("compare @/one @/two --results @/results --anyway"), EXIT_OK);
    assert_text(told,
                "draw plots: compare of compare-drawn in DIR/results/20260102T030405Z-compare\n");
    assert_int_equal(go("compare @/one @/three --results @/more"), EXIT_MISSING);
    assert_false(file_exists(*state, "more"));
}

/* ---- Experiments ------------------------------------------------------------------------------
 */

static void a_range_of_latencies_is_run_and_shown(void **state)
{
    begin(*state);
    assert_int_equal(go("storage --data @/data --results @/results"), EXIT_OK);
    assert_text(
        told,
        "run native in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, "
        "10 runs, 8 files of 384 KiB from DIR/data/emulated, storage 0 ms\n"
        "run 1ms in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, 10 "
        "runs, 8 files of 384 KiB from DIR/data/emulated, storage 1 ms\n"
        "run 2ms in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, 10 "
        "runs, 8 files of 384 KiB from DIR/data/emulated, storage 2 ms\n"
        "run 5ms in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, 10 "
        "runs, 8 files of 384 KiB from DIR/data/emulated, storage 5 ms\n"
        "run 10ms in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, "
        "10 runs, 8 files of 384 KiB from DIR/data/emulated, storage 10 ms\n"
        "run 20ms in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, "
        "10 runs, 8 files of 384 KiB from DIR/data/emulated, storage 20 ms\n"
        "draw plots: storage of storage-drawn in DIR/results/20260102T030405Z-storage\n");
    assert_text(
        printed,
        "\n"
        "cold page cache: 8 files of 384 KiB, one byte in 512\n"
        "\n"
        "median time (s)            native       1 ms       2 ms       5 ms      10 ms      20 ms\n"
        "async-read                 0.2009     0.3014     0.4018     0.7031     1.2054     2.2099\n"
        "async-mmap                 0.3014     0.4520     0.6027     1.0547     1.8081     3.3148\n"
        "threads-read               0.4018     0.6027     0.8036     1.4063     2.4108     4.4198\n"
        "threads-mmap               0.5022     0.7534     1.0045     1.7579     3.0135     5.5248\n"
        "single-read                0.6027     0.9041     1.2054     2.1094     3.6162     6.6297\n"
        "single-mmap                0.7031     1.0547     1.4063     2.4610     4.2189     7.7347\n"
        "async-mmap-random          1.4063     2.1094     2.8126     4.9221     8.4378    15.4693\n"
        "\n"
        "p99 loop delay (ms)        native       1 ms       2 ms       5 ms      10 ms      20 ms\n"
        "async-read                      -          -          -          -          -          -\n"
        "async-mmap                      -          -          -          -          -          -\n"
        "threads-read                    -          -          -          -          -          -\n"
        "threads-mmap                    -          -          -          -          -          -\n"
        "single-read                     -          -          -          -          -          -\n"
        "single-mmap                     -          -          -          -          -          -\n"
        "async-mmap-random               -          -          -          -          -          -\n"
        "\n"
        "At 20 ms, the highest latency:\n"
        "- async-mmap against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as long.\n"
        "- async-mmap against async-read: slower, 1.50 times [1.50, 1.50] as long.\n"
        "- async-mmap held the loop for up to 1.665 s at a time, in a scan of 3.330 s; its thread "
        "was 50 % stalled.\n"
        "\n"
        "pictures and data: DIR/results/20260102T030405Z-storage\n");
    assert_masked_file(
        "results/latest/storage.csv",
        "latency_s,emulated,method,n,median_s,median_low_s,median_high_s,loop_delay_p99_s,waits\n"
        "0.001,1,async-read,10,0.30135,0.3003,0.3024,,\n"
        "0.001,1,async-mmap,10,0.452025,0.45045,0.4536,,\n"
        "0.001,1,threads-read,10,0.6027,0.6006,0.6048,,\n"
        "0.001,1,threads-mmap,10,0.753375,0.75075,0.756,,\n"
        "0.001,1,single-read,10,0.90405,0.9009,0.9072,,\n"
        "0.001,1,single-mmap,10,1.054725,1.05105,1.0584,,\n"
        "0.001,1,async-mmap-random,10,2.10945,2.1021,2.1168,,\n"
        "0.002,1,async-read,10,0.4018,0.4004,0.4032,,\n"
        "0.002,1,async-mmap,10,0.6027,0.6006,0.6048,,\n"
        "0.002,1,threads-read,10,0.8036,0.8008,0.8064,,\n"
        "0.002,1,threads-mmap,10,1.0045,1.001,1.008,,\n"
        "0.002,1,single-read,10,1.2054,1.2012,1.2096,,\n"
        "0.002,1,single-mmap,10,1.4063,1.4014,1.4112,,\n"
        "0.002,1,async-mmap-random,10,2.8126,2.8028,2.8224,,\n"
        "0.005,1,async-read,10,0.70315,0.7007,0.7056,,\n"
        "0.005,1,async-mmap,10,1.054725,1.05105,1.0584,,\n"
        "0.005,1,threads-read,10,1.4063,1.4014,1.4112,,\n"
        "0.005,1,threads-mmap,10,1.757875,1.75175,1.764,,\n"
        "0.005,1,single-read,10,2.10945,2.1021,2.1168,,\n"
        "0.005,1,single-mmap,10,2.461025,2.45245,2.4696,,\n"
        "0.005,1,async-mmap-random,10,4.92205,4.9049,4.9392,,\n"
        "0.01,1,async-read,10,1.2054,1.2012,1.2096,,\n"
        "0.01,1,async-mmap,10,1.8081,1.8018,1.8144,,\n"
        "0.01,1,threads-read,10,2.4108,2.4024,2.4192,,\n"
        "0.01,1,threads-mmap,10,3.0135,3.003,3.024,,\n"
        "0.01,1,single-read,10,3.6162,3.6036,3.6288,,\n"
        "0.01,1,single-mmap,10,4.2189,4.2042,4.2336,,\n"
        "0.01,1,async-mmap-random,10,8.4378,8.4084,8.4672,,\n"
        "0.02,1,async-read,10,2.2099,2.2022,2.2176,,\n"
        "0.02,1,async-mmap,10,3.31485,3.3033,3.3264,,\n"
        "0.02,1,threads-read,10,4.4198,4.4044,4.4352,,\n"
        "0.02,1,threads-mmap,10,5.52475,5.5055,5.544,,\n"
        "0.02,1,single-read,10,6.6297,6.6066,6.6528,,\n"
        "0.02,1,single-mmap,10,7.73465,7.7077,7.7616,,\n"
        "0.02,1,async-mmap-random,10,15.4693,15.4154,15.5232,,\n");
    assert_int_equal(go("plot @/results/latest"), EXIT_OK);
    assert_text(told, "draw plots: storage of storage-drawn in DIR/results/latest\n");
    assert_non_null(strstr(printed, "\n\npicture and data: DIR/results/latest\n"));
}

static void what_a_person_gives_counts_in_every_part(void **state)
{
    begin(*state);
    assert_int_equal(go("storage --data @/data --results @/results --runs 6 --files 3 --size 2MiB "
                        "--methods single-read,async-read"),
                     EXIT_OK);
    assert_text(told,
                "run native in DIR/results/20260102T030405Z-storage: cold, 2 methods to "
                "async-read, 6 runs, 3 files of 2048 KiB from DIR/data/emulated, storage 0 ms\n"
                "run 1ms in DIR/results/20260102T030405Z-storage: cold, 2 methods to async-read, 6 "
                "runs, 3 files of 2048 KiB from DIR/data/emulated, storage 1 ms\n"
                "run 2ms in DIR/results/20260102T030405Z-storage: cold, 2 methods to async-read, 6 "
                "runs, 3 files of 2048 KiB from DIR/data/emulated, storage 2 ms\n"
                "run 5ms in DIR/results/20260102T030405Z-storage: cold, 2 methods to async-read, 6 "
                "runs, 3 files of 2048 KiB from DIR/data/emulated, storage 5 ms\n"
                "run 10ms in DIR/results/20260102T030405Z-storage: cold, 2 methods to async-read, "
                "6 runs, 3 files of 2048 KiB from DIR/data/emulated, storage 10 ms\n"
                "run 20ms in DIR/results/20260102T030405Z-storage: cold, 2 methods to async-read, "
                "6 runs, 3 files of 2048 KiB from DIR/data/emulated, storage 20 ms\n"
                "draw plots: storage of storage-drawn in DIR/results/20260102T030405Z-storage\n");
}

static void a_run_that_ends_early_ends_the_experiment(void **state)
{
    begin(*state);
    script.run = EXIT_SIGNALLED + 2;
    assert_int_equal(go("storage --data @/data --results @/results"), EXIT_SIGNALLED + 2);
    assert_text(
        told,
        "run native in DIR/results/20260102T030405Z-storage: cold, 7 methods to async-mmap-random, "
        "10 runs, 8 files of 384 KiB from DIR/data/emulated, storage 0 ms\n"
        "scan_bench: ./run_bench.sh plot DIR/results/20260102T030405Z-storage shows what is "
        "finished\n");
    assert_string_equal(printed, "");
    script.run = EXIT_TRIAL_FAILED;
    assert_int_equal(go("storage --data @/data --results @/more --runs 6"), EXIT_TRIAL_FAILED);
    assert_true(file_exists(*state, "more/latest/storage.csv"));
}

/* Asks all, with the article's own points from these made-up ones. */
static void ask_all(const char *words)
{
    file_make(folder, "plots/reference/trials.csv",
              "method,cache,repeat,elapsed_s\n"
              "async-mmap,cold,0,2.7\nasync-mmap,cold,1,2.6\nasync-mmap,cold,2,2.8\n"
              "single-mmap,cold,0,2.4\nthreads-mmap,cold,0,0.5\nasync-read,cold,0,0.5\n");
    file_make(folder, "plots/reference/machine.csv", "key,value\ncpu_model,Another\nos,macOS\n");
    assert_int_equal(go(words), EXIT_OK);
}

/* Of a text too long for one literal: part after part, with nothing between them and behind. */
static void assert_parts(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(parts[i]);
        if (strncmp(text, parts[i], length) != 0)
            assert_text(text, parts[i]);
        text += length;
    }
    assert_text(text, "");
}

#define ASSERT_PARTS(text, ...)                                                                    \
    do {                                                                                           \
        static const char *const parts[] = {__VA_ARGS__};                                          \
        assert_parts(text, parts, LENGTH(parts));                                                  \
    } while (0)

/* Takes away what only a page or only a terminal has: headings, fences, pictures, empty lines. */
static void strip(char *text)
{
    static const char *const marks[] = {
        "#", "```", "![", "By ", "====", "pictures and data: ", "\n"};
    for (char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n") + 1;
        bool is_mark = false;
        for (size_t i = 0; i < LENGTH(marks); i++)
            is_mark = is_mark || strncmp(line, marks[i], strlen(marks[i])) == 0;
        if (is_mark)
            memmove(line, line + length, strlen(line + length) + 1);
        else
            line += length;
    }
}

static void assert_same_lines(const char *page, const char *on_terminal)
{
    char *one = strdup(page);
    char *other = strdup(on_terminal);
    strip(one);
    strip(other);
    assert_text(other, one);
    free(one);
    free(other);
}

static void the_questions_are_asked_and_answered_on_a_page(void **state)
{
    begin(*state);
    ask_all("questions --data @/data --results @/results");
    char *page = read_masked("results/latest/questions.md");
    ASSERT_PARTS(
        told,
        "run platforms in DIR/results/20260102T030405Z-questions: both, 6 methods to single-mmap, "
        "10 runs, 8 files of 262144 KiB from DIR/data, storage 0 ms\n"
        "draw plots: compare of compare-drawn in "
        "DIR/results/20260102T030405Z-questions/platforms-compared\n"
        "run native in DIR/results/20260102T030405Z-questions/disk: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 1024 KiB from DIR/data/emulated, storage 0 ms\n"
        "run 1ms in DIR/results/20260102T030405Z-questions/disk: cold, 4 methods to single-mmap, "
        "10 runs, 8 files of 1024 KiB from DIR/data/emulated, storage 1 ms\n"
        "run 5ms in DIR/results/20260102T030405Z-questions/disk: cold, 4 methods to single-mmap, "
        "10 runs, 8 files of 1024 KiB from DIR/data/emulated, storage 5 ms\n"
        "run 20ms in DIR/results/20260102T030405Z-questions/disk: cold, 4 methods to single-mmap, "
        "10 runs, 8 files of 1024 KiB from DIR/data/emulated, storage 20 ms\n"
        "draw plots: storage of storage-drawn in DIR/results/20260102T030405Z-questions/disk\n"
        "run prefetch in DIR/results/20260102T030405Z-questions: both, 2 methods to "
        "async-mmap-prefetch, 10 runs, 8 files of 65536 KiB from DIR/data/small, storage 0 ms\n"
        "draw plots: times-cold of times-cold in DIR/results/20260102T030405Z-questions/prefetch\n"
        "draw plots: times-warm of times-warm in DIR/results/20260102T030405Z-questions/prefetch\n"
        "run madvise in DIR/results/20260102T030405Z-questions: cold, 5 methods to "
        "async-mmap-populate, 10 runs, 2 files of 32768 KiB from DIR/data/two, storage 0 ms\n"
        "draw plots: times-cold of times-cold in DIR/results/20260102T030405Z-questions/madvise\n"
        "run readahead in DIR/results/20260102T030405Z-questions: cold, 3 methods to "
        "async-mmap-readahead, 10 runs, 8 files of 262144 KiB from DIR/data, storage 0 ms\n"
        "draw plots: times-cold of times-cold in "
        "DIR/results/20260102T030405Z-questions/readahead\n",
        "set setting to 0 for DIR/data\n"
        "run readahead-0 in DIR/results/20260102T030405Z-questions: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 1024 KiB from DIR/data/readahead-0, storage 0 ms\n"
        "put back 131072\n"
        "set setting to 16384 for DIR/data\n"
        "run readahead-16KiB in DIR/results/20260102T030405Z-questions: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 4096 KiB from DIR/data/readahead-16KiB, storage 0 ms\n"
        "put back 131072\n"
        "set setting to 131072 for DIR/data\n"
        "run readahead-128KiB in DIR/results/20260102T030405Z-questions: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 16384 KiB from DIR/data/readahead-128KiB, storage 0 ms\n"
        "put back 131072\n"
        "set setting to 1048576 for DIR/data\n"
        "run readahead-1MiB in DIR/results/20260102T030405Z-questions: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 32768 KiB from DIR/data/readahead-1MiB, storage 0 ms\n"
        "put back 131072\n"
        "set setting to 8388608 for DIR/data\n"
        "run readahead-8MiB in DIR/results/20260102T030405Z-questions: cold, 4 methods to "
        "single-mmap, 10 runs, 8 files of 65536 KiB from DIR/data/readahead-8MiB, storage 0 ms\n"
        "put back 131072\n"
        "run yield in DIR/results/20260102T030405Z-questions: cold, 4 methods to async-mmap-yield, "
        "10 runs, 8 files of 4096 KiB from DIR/data/emulated, storage 5 ms\n"
        "draw plots: times-cold of times-cold in DIR/results/20260102T030405Z-questions/yield\n"
        "run fill-read in DIR/results/20260102T030405Z-questions: warm, 3 methods to single-mmap, "
        "10 runs, 2 files of 32768 KiB from DIR/data/two, storage 0 ms\n"
        "run fill-pages in DIR/results/20260102T030405Z-questions: warm, 3 methods to single-mmap, "
        "10 runs, 2 files of 32768 KiB from DIR/data/two, storage 0 ms, primed by page\n"
        "draw plots: compare of compare-drawn in "
        "DIR/results/20260102T030405Z-questions/fill-compared\n"
        "run metrics in DIR/results/20260102T030405Z-questions: cold, 2 methods to async-read, 10 "
        "runs, 8 files of 4096 KiB from DIR/data/emulated, storage 5 ms, with metrics\n"
        "draw plots: metrics of metrics-drawn in DIR/results/20260102T030405Z-questions/metrics\n"
        "scan_bench: the readahead of the device is 0 KiB for readahead-0, and then 128 KiB again\n"
        "scan_bench: the readahead of the device is 16 KiB for readahead-16KiB, and then 128 KiB "
        "again\n"
        "scan_bench: the readahead of the device is 128 KiB for readahead-128KiB, and then 128 KiB "
        "again\n"
        "scan_bench: the readahead of the device is 1024 KiB for readahead-1MiB, and then 128 KiB "
        "again\n"
        "scan_bench: the readahead of the device is 8192 KiB for readahead-8MiB, and then 128 KiB "
        "again\n");
    ASSERT_PARTS(
        page,
        "# The open questions, answered on one machine\n"
        "\n"
        "By ./run_bench.sh questions, 2026-01-02T03:04:05Z: A CPU, 2 CPUs, Linux 6.1, ext4, none.\n"
        "\n",
        "## Other platforms: how does this machine differ from the article's?\n"
        "\n"
        "```\n"
        "1: DIR/plots/reference\n"
        "2: DIR/results/20260102T030405Z-questions/platforms\n"
        "\n"
        "cold page cache: medians in seconds, and how many times as long as in 1, with the 95 % "
        "interval\n"
        "\n"
        "method                         1           2             2 / 1\n"
        "async-read                0.5000      0.2009   0.40              -  too few\n"
        "async-mmap                2.7000      0.3014   0.11              -  too few\n"
        "threads-mmap              0.5000      0.5022   1.00              -  too few\n"
        "single-mmap               2.4000      0.7031   0.29              -  too few\n"
        "\n"
        "What differs in their settings and their machine.csv:\n"
        "  files                             unknown  |  8\n"
        "  file_bytes                        unknown  |  268435456\n"
        "  stride_bytes                      unknown  |  512\n"
        "  cpu_model                         Another  |  A CPU\n"
        "  os                                macOS  |  Linux\n"
        "  cpu_count                         unknown  |  2\n"
        "  kernel                            unknown  |  6.1\n"
        "  file_system                       unknown  |  ext4\n"
        "  virtualization                    unknown  |  none\n"
        "```\n"
        "- cold, async-mmap against single-mmap: in 1 too few pairs (1) to compare, the ratio was "
        "between 1.13 and 1.13; in 2 faster, 0.43 times [0.43, 0.43] as long.\n"
        "- cold, async-mmap against threads-mmap: in 1 too few pairs (1) to compare, the ratio was "
        "between 5.40 and 5.40; in 2 faster, 0.60 times [0.60, 0.60] as long.\n"
        "- cold, async-mmap against async-read: in 1 too few pairs (1) to compare, the ratio was "
        "between 5.40 and 5.40; in 2 slower, 1.50 times [1.50, 1.50] as long.\n"
        "\n"
        "![platforms-compared/compare.png](platforms-compared/compare.png)\n"
        "\n",
        "## Type of disk: what does the latency of the storage do?\n"
        "\n"
        "```\n"
        "cold page cache: 8 files of 1 MiB, one byte in 512\n"
        "\n"
        "median time (s)            native       1 ms       5 ms      20 ms\n"
        "async-read                 0.2009     0.3014     0.7031     2.2099\n"
        "async-mmap                 0.3014     0.4520     1.0547     3.3148\n"
        "threads-mmap               0.5022     0.7534     1.7579     5.5248\n"
        "single-mmap                0.7031     1.0547     2.4610     7.7347\n"
        "\n"
        "p99 loop delay (ms)        native       1 ms       5 ms      20 ms\n"
        "async-read                      -          -          -          -\n"
        "async-mmap                      -          -          -          -\n"
        "threads-mmap                    -          -          -          -\n"
        "single-mmap                     -          -          -          -\n"
        "\n"
        "At 20 ms, the highest latency:\n"
        "- async-mmap against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as long.\n"
        "- async-mmap against async-read: slower, 1.50 times [1.50, 1.50] as long.\n"
        "- async-mmap held the loop for up to 1.665 s at a time, in a scan of 3.330 s; its thread "
        "was 50 % stalled.\n"
        "```\n"
        "\n"
        "![disk/storage.png](disk/storage.png)\n"
        "\n",
        "## CPU prefetch: do prefetch instructions ahead of the touch help?\n"
        "\n"
        "```\n"
        "cold page cache: 8 files of 64 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-mmap               10   0.3014  [ 0.3003, 0.3024]   0.3000   0.3014   0.3027      "
        "1.00\n"
        "async-mmap-prefetch      10   1.8081  [ 1.8018, 1.8144]   1.8000   1.8081   1.8162      "
        "6.00\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-mmap                     -         -   151.350     25.0     25.0     50.0        -\n"
        "async-mmap-prefetch            -         -   908.100     25.0     25.0     50.0        -\n"
        "\n"
        "\n"
        "warm page cache: 8 files of 64 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-mmap               10   0.0753  [ 0.0751, 0.0756]   0.0750   0.0753   0.0757      "
        "1.00\n"
        "async-mmap-prefetch      10   0.4520  [ 0.4505, 0.4536]   0.4500   0.4520   0.4541      "
        "6.00\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-mmap                     -         -    37.838     25.0     25.0     50.0        -\n"
        "async-mmap-prefetch            -         -   227.025     25.0     25.0     50.0        -\n"
        "\n"
        "```\n"
        "- cold, async-mmap-prefetch against async-mmap: slower, 6.00 times [6.00, 6.00] as long; "
        "stalled 50 % against 50 %.\n"
        "- warm, async-mmap-prefetch against async-mmap: slower, 6.00 times [6.00, 6.00] as long; "
        "stalled 50 % against 50 %.\n"
        "\n"
        "![prefetch/remedies.png](prefetch/remedies.png)\n"
        "\n",
        "## Madvise: what do its options do?\n"
        "\n"
        "```\n"
        "cold page cache: 2 files of 32 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-mmap               10   0.3014  [ 0.3003, 0.3024]   0.3000   0.3014   0.3027      "
        "1.00\n"
        "async-mmap-populate      10   1.0045  [ 1.0010, 1.0080]   1.0000   1.0045   1.0090      "
        "3.33\n"
        "async-mmap-willneed      10   1.2054  [ 1.2012, 1.2096]   1.2000   1.2054   1.2108      "
        "4.00\n"
        "async-mmap-sequential    10   1.3058  [ 1.3013, 1.3104]   1.3000   1.3058   1.3117      "
        "4.33\n"
        "async-mmap-random        10   1.4063  [ 1.4014, 1.4112]   1.4000   1.4063   1.4126      "
        "4.67\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-mmap                     -         -   151.350     25.0     25.0     50.0        -\n"
        "async-mmap-populate            -         -   504.500     25.0     25.0     50.0        -\n"
        "async-mmap-willneed            -         -   605.400     25.0     25.0     50.0        -\n"
        "async-mmap-sequential          -         -   655.850     25.0     25.0     50.0        -\n"
        "async-mmap-random              -         -   706.300     25.0     25.0     50.0        -\n"
        "\n"
        "```\n"
        "- cold, async-mmap-sequential against async-mmap: slower, 4.33 times [4.33, 4.33] as "
        "long; stalled 50 % against 50 %.\n"
        "- cold, async-mmap-random against async-mmap: slower, 4.67 times [4.67, 4.67] as long; "
        "stalled 50 % against 50 %.\n"
        "- cold, async-mmap-willneed against async-mmap: slower, 4.00 times [4.00, 4.00] as long; "
        "stalled 50 % against 50 %.\n"
        "- cold, async-mmap-populate against async-mmap: slower, 3.33 times [3.33, 3.33] as long; "
        "stalled 50 % against 50 %.\n"
        "\n"
        "![madvise/remedies.png](madvise/remedies.png)\n"
        "\n",
        "## Readahead: does the system call free the loop?\n"
        "\n"
        "```\n"
        "cold page cache: 8 files of 256 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-mmap               10   0.3014  [ 0.3003, 0.3024]   0.3000   0.3014   0.3027      "
        "1.00\n"
        "async-mmap-willneed      10   1.2054  [ 1.2012, 1.2096]   1.2000   1.2054   1.2108      "
        "4.00\n"
        "async-mmap-readahead     10   1.5068  [ 1.5015, 1.5120]   1.5000   1.5068   1.5135      "
        "5.00\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-mmap                     -         -   151.350     25.0     25.0     50.0        -\n"
        "async-mmap-willneed            -         -   605.400     25.0     25.0     50.0        -\n"
        "async-mmap-readahead           -         -   756.750     25.0     25.0     50.0        -\n"
        "\n"
        "```\n"
        "- cold, async-mmap-readahead against async-mmap: slower, 5.00 times [5.00, 5.00] as long; "
        "stalled 50 % against 50 %.\n"
        "- cold, async-mmap-readahead against async-mmap-willneed: slower, 1.25 times [1.25, 1.25] "
        "as long; stalled 50 % against 50 %.\n"
        "\n"
        "![readahead/remedies.png](readahead/remedies.png)\n"
        "\n",
        "## How much of the effect does readahead hide?\n"
        "\n"
        "```\n"
        "cold page cache: median time (s), p99 loop delay of async-mmap (ms), and async-mmap "
        "against the others\n"
        "\n"
        "readahead    async-read threads-mmap  single-mmap   async-mmap      delay       / "
        "single-mmap      / threads-mmap   files\n"
        "none             0.2009       0.5022       0.7031       0.3014          -  0.43 [0.43, "
        "0.43]  0.60 [0.60, 0.60]   8 files of 1 MiB\n"
        "16 KiB           0.2009       0.5022       0.7031       0.3014          -  0.43 [0.43, "
        "0.43]  0.60 [0.60, 0.60]   8 files of 4 MiB\n"
        "128 KiB          0.2009       0.5022       0.7031       0.3014          -  0.43 [0.43, "
        "0.43]  0.60 [0.60, 0.60]   8 files of 16 MiB\n"
        "1 MiB            0.2009       0.5022       0.7031       0.3014          -  0.43 [0.43, "
        "0.43]  0.60 [0.60, 0.60]   8 files of 32 MiB\n"
        "8 MiB            0.2009       0.5022       0.7031       0.3014          -  0.43 [0.43, "
        "0.43]  0.60 [0.60, 0.60]   8 files of 64 MiB\n"
        "```\n"
        "- Readahead none: async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as "
        "long; against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- Readahead 16 KiB: async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as "
        "long; against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- Readahead 128 KiB: async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as "
        "long; against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- Readahead 1 MiB: async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as "
        "long; against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- Readahead 8 MiB: async-mmap against threads-mmap: faster, 0.60 times [0.60, 0.60] as "
        "long; against single-mmap: faster, 0.43 times [0.43, 0.43] as long.\n"
        "- That readahead hides it from the clock cannot be told here: with the least of it "
        "async-mmap took 0.60 times [0.60, 0.60] as long as threads-mmap, with the most 0.60 times "
        "[0.60, 0.60].\n"
        "\n",
        "## Yielding: does the kernel overlap the reads of tasks that take turns?\n"
        "\n"
        "```\n"
        "cold page cache, on emulated storage of 5 ms: 8 files of 4 MiB, one byte in 512\n"
        "\n"
        "method                    n   median      95 % interval      min     mean      max x "
        "fastest\n"
        "                                 (s)                (s)      (s)      (s)      (s)   "
        "(pairs)\n"
        "async-read               10   0.7031  [ 0.7007, 0.7056]   0.7000   0.7032   0.7063      "
        "1.00\n"
        "async-mmap               10   1.0547  [ 1.0511, 1.0584]   1.0500   1.0547   1.0595      "
        "1.50\n"
        "single-mmap              10   2.4610  [ 2.4524, 2.4696]   2.4500   2.4610   2.4720      "
        "3.50\n"
        "async-mmap-yield         10   2.8126  [ 2.8028, 2.8224]   2.8000   2.8126   2.8252      "
        "4.00\n"
        "\n"
        "                                     loop delay (ms)          the loop thread's time (%)\n"
        "method                       p50       p99       max  polling      CPU  stalled   queued\n"
        "async-read                     -         -     0.100     75.0     25.0      0.0        -\n"
        "async-mmap                     -         -   529.725     25.0     25.0     50.0        -\n"
        "single-mmap                    -         -     0.100     75.0     25.0      0.0        -\n"
        "async-mmap-yield               -         -  1412.600     25.0     25.0     50.0        -\n"
        "\n"
        "```\n"
        "- cold, async-mmap against single-mmap: faster, 0.43 times [0.43, 0.43] as long; stalled "
        "50 % against 0 %.\n"
        "- cold, async-mmap-yield against single-mmap: slower, 1.14 times [1.14, 1.14] as long; "
        "stalled 50 % against 0 %.\n"
        "- cold, async-mmap-yield against async-mmap: slower, 2.67 times [2.67, 2.67] as long; "
        "stalled 50 % against 50 %.\n"
        "- cold, async-mmap-yield against async-read: slower, 4.00 times [4.00, 4.00] as long; "
        "stalled 50 % against 0 %.\n"
        "\n"
        "![yield/remedies.png](yield/remedies.png)\n"
        "\n",
        "## Warm is not one state: does it matter how the cache was filled?\n"
        "\n"
        "```\n"
        "1: DIR/results/20260102T030405Z-questions/fill-read\n"
        "2: DIR/results/20260102T030405Z-questions/fill-pages\n"
        "\n"
        "warm page cache: medians in seconds, and how many times as long as in 1, with the 95 % "
        "interval\n"
        "\n"
        "method                         1           2             2 / 1\n"
        "async-mmap                0.0753      0.0753   1.00 [ 1.00,  1.00]  no different\n"
        "single-read               0.1507      0.1507   1.00 [ 1.00,  1.00]  no different\n"
        "single-mmap               0.1758      0.1758   1.00 [ 1.00,  1.00]  no different\n"
        "\n"
        "What differs in their settings and their machine.csv:\n"
        "  nothing\n"
        "```\n"
        "- warm, single-mmap in 2 against 1: no different by more than 1 %, 1.00 times [1.00, "
        "1.00] as long.\n"
        "- warm, async-mmap in 2 against 1: no different by more than 1 %, 1.00 times [1.00, 1.00] "
        "as long.\n"
        "- warm, single-read in 2 against 1: no different by more than 1 %, 1.00 times [1.00, "
        "1.00] as long.\n"
        "\n"
        "![fill-compared/compare.png](fill-compared/compare.png)\n"
        "\n",
        "## Metrics: what would others have told you?\n"
        "\n"
        "```\n"
        "cold page cache, on emulated storage of 5 ms: 8 files of 4 MiB, one byte in 512\n"
        "In each trial the loop is left alone for 1.5 s, then comes the scan. Delays in ms; "
        "medians of the trials, but max is the largest of all.\n"
        "\n"
        "async-read, n = 10      samples        p50        p99        max    share\n"
        "re-arming timer             150      0.100      0.700    500.000        -\n"
        "each turn                   100      0.100      0.800    250.000        -\n"
        "loop utilization              -          -          -          -     50 %\n"
        "sleeper thread             2000      0.100      0.200      3.000        -\n"
        "every beat due             2300      0.030    125.000    500.000        -\n"
        "\n"
        "async-mmap, n = 10      samples        p50        p99        max    share\n"
        "re-arming timer             150      0.100      0.700    500.000        -\n"
        "each turn                   100      0.100      0.800    250.000        -\n"
        "loop utilization              -          -          -          -     50 %\n"
        "sleeper thread             2000      0.100      0.200      3.000        -\n"
        "every beat due             2300      0.030    125.000    500.000        -\n"
        "```\n"
        "- async-read: of the 2300 beats that were due in a trial, 1 in 100 waited 125 ms or "
        "longer; by p99 that is shown by nothing else, and hidden by the re-arming timer (0.7 ms), "
        "the time of each turn (0.8 ms) and the sleeper thread (0.2 ms).\n"
        "- async-read: its longest wait, 500 ms, is shown by the max of the re-arming timer (500 "
        "ms) and the time of each turn (250 ms), and hidden by that of the sleeper thread (3 ms); "
        "libuv's idle time tells that the loop was busy for 50 % of the time, and of no delay.\n"
        "\n"
        "![metrics/metrics.png](metrics/metrics.png)\n");
    assert_same_lines(page, printed);
    /* Shown again, they say the same. */
    char *first = strdup(printed);
    assert_int_equal(go("plot @/results/latest"), EXIT_OK);
    put_for(first, "results/20260102T030405Z-questions", "results/latest");
    put_for(page, "results/20260102T030405Z-questions", "results/latest");
    assert_masked_file("results/latest/questions.md", page);
    assert_text(printed, first);
    assert_int_equal(go("plot @/results/latest --results @/else"), EXIT_OK);
    assert_masked_file("else/20260102T030405Z-plot/questions.md", page);
    free(first);
    free(page);
}

static const struct experiment *question(const char *name)
{
    const struct experiment *row = experiment_questions;
    while (strcmp(row->name, name) != 0)
        row++;
    return row;
}

static void readahead_that_may_not_be_set_leaves_the_levels_out(void **state)
{
    const struct options options = {.data = *state, .files = 2, .file_bytes = 4096};
    int status;
    begin(*state);
    script.may_not_set = true;
    CAPTURED(status = experiment_run(question("hidden"), &options, *state));
    assert_int_equal(status, EXIT_OK);
    put_for(complained, folder, "DIR");
    assert_text(
        complained,
        "scan_bench: levels of readahead are left out from readahead-0 on: not allowed; they need "
        "root, a writable data folder, and a disk whose read_ahead_kb in /sys may be written\n");
    CAPTURED(status = experiment_show(question("hidden"), *state, *state, NULL));
    assert_int_equal(status, EXIT_OK);
    assert_text(printed, "- Not measured: the readahead of the device could not be set. That needs "
                         "root, on a disk whose read_ahead_kb in /sys may be written.\n");
}

static void readahead_that_stays_set_is_told(void **state)
{
    const struct options options = {.data = *state, .files = 2, .file_bytes = 4096};
    int status;
    begin(*state);
    script.keeps_set = true;
    CAPTURED(status = experiment_run(question("hidden"), &options, *state));
    assert_int_equal(status, EXIT_TRIAL_FAILED);
    assert_non_null(strstr(complained, "scan_bench: it stays set\n"));
    put_for(told, folder, "DIR");
    assert_text(told, "set setting to 0 for DIR\n"
                      "run readahead-0 in DIR: cold, 4 methods to single-mmap, 10 runs, 2 files "
                      "of 1024 KiB from DIR/readahead-0, storage 0 ms\n"
                      "put back 131072\n"
                      "set setting to 16384 for DIR\n"
                      "run readahead-16KiB in DIR: cold, 4 methods to single-mmap, 10 runs, 2 "
                      "files of 4096 KiB from DIR/readahead-16KiB, storage 0 ms\n"
                      "put back 131072\n"
                      "set setting to 131072 for DIR\n"
                      "run readahead-128KiB in DIR: cold, 4 methods to single-mmap, 10 runs, 2 "
                      "files of 16384 KiB from DIR/readahead-128KiB, storage 0 ms\n"
                      "put back 131072\n"
                      "set setting to 1048576 for DIR\n"
                      "run readahead-1MiB in DIR: cold, 4 methods to single-mmap, 10 runs, 2 "
                      "files of 32768 KiB from DIR/readahead-1MiB, storage 0 ms\n"
                      "put back 131072\n"
                      "set setting to 8388608 for DIR\n"
                      "run readahead-8MiB in DIR: cold, 4 methods to single-mmap, 10 runs, 2 "
                      "files of 65536 KiB from DIR/readahead-8MiB, storage 0 ms\n"
                      "put back 131072\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(results_are_plotted_where_they_are),
        FOLDER_TEST(pictures_go_elsewhere_when_asked_to),
        FOLDER_TEST(the_first_that_cannot_be_plotted_ends_it),
        FOLDER_TEST(a_picture_that_cannot_be_drawn_is_told),
        FOLDER_TEST(what_was_done_stands_above_the_table),
        FOLDER_TEST(results_are_compared_in_a_folder_of_their_own),
        FOLDER_TEST(other_work_is_compared_only_when_asked_to),
        FOLDER_TEST(a_range_of_latencies_is_run_and_shown),
        FOLDER_TEST(what_a_person_gives_counts_in_every_part),
        FOLDER_TEST(a_run_that_ends_early_ends_the_experiment),
        FOLDER_TEST(the_questions_are_asked_and_answered_on_a_page),
        FOLDER_TEST(readahead_that_may_not_be_set_leaves_the_levels_out),
        FOLDER_TEST(readahead_that_stays_set_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
