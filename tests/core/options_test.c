// SPDX-License-Identifier: MIT
#include "core/options.h"

#include "tests/support.h"

#include <errno.h>
#include <inttypes.h>

static struct options options;
static struct error error;

/* Parses a line whose words are separated by blanks; a word `''` is empty. */
static int parse(const char *line)
{
    static char text[512];
    static char *argv[32]; /* where the words stay */
    int argc = 1;
    argv[0] = "scan_bench";
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
    error = (struct error){.code = 0};
    return options_parse(&options, argc, argv, &error);
}

/* All that was parsed in one line. */
static const char *parsed(void)
{
    static char text[512];
    char precision[32] = "";
    char at_most[32];
    int length = 0;
    if (options.precision > 0)
        snprintf(precision, sizeof precision, " to %g", options.precision);
    snprintf(at_most, sizeof at_most, " in %g", options.at_most_s);
    for (size_t i = 0; i < options.word_count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s ", options.words[i]);
    snprintf(text + length, sizeof text - (size_t)length,
             "runs %zu%s%s files %zu size %" PRIu64 " stride %" PRIu64
             " chunk %zu%s methods %s pool %zu storage %u seed %" PRIu64
             "%s data %s results %s%s%s%s.",
             options.runs, precision, (options.given & OPTION_PRECISION) != 0 ? at_most : "",
             options.files, options.file_bytes, options.stride_bytes, options.chunk_bytes,
             options.prime_pages ? " by page" : "", options.methods != NULL ? options.methods : "-",
             options.pool_threads, options.storage_ms, options.seed,
             (options.given & OPTION_SEED) != 0 ? "" : "?", options.data, options.results,
             (options.given & OPTION_LIST) != 0 ? " list" : "",
             (options.given & OPTION_HELP) != 0 ? " help" : "",
             (options.given & OPTION_ANYWAY) != 0 ? " anyway" : "");
    return text;
}

static void without_options_there_are_defaults(void **state)
{
    (void)state;
    assert_int_equal(parse("cold"), 0);
    assert_string_equal(parsed(), "cold runs 10 files 8 size 268435456 stride 512 chunk 0 "
                                  "methods - pool 8 storage 0 seed 0? data data results "
                                  "results.");
}

static void each_option_sets_its_field(void **state)
{
    static const struct {
        const char *line;
        const char *parsed; /* a part of it */
    } good[] = {
        {"warm", "warm runs"},
        {"remedies cold", "remedies cold runs"},
        {"--files 2 remedies --runs 3 warm", "remedies warm runs 3 files 2 "},
        {"plot a b --results c d", "plot a b d runs"},
        {"compare --anyway a b", "compare a b runs"},
        {"compare a --anyway b", " anyway."},
        {"plot -- --runs", "plot --runs runs 10"},
        {"", "runs 10"},
        {"cold --storage native", " storage 0 "},
        {"cold --storage network", " storage 1 "},
        {"cold --storage disk", " storage 8 "},
        {"cold --storage object", " storage 30 "},
        {"cold --storage 9999ms", " storage 9999 "},
        {"cold --methods all", " methods all "},
        {"warm --prime pages", " chunk 0 by page methods "},
        {"warm --prime read", " chunk 0 methods "},
        {"--runs 3 both --files 2", "both runs 3 files 2 "},
        {"cold --runs=1", " runs 1 "},
        {"cold --runs 3 --runs 4", " runs 4 "},
        {"cold --run 5", " runs 5 "},
        {"cold --precision 10%", " runs 10 to 0.1 in 300 files"},
        {"cold --precision 0.5%", " to 0.005 in"},
        {"cold --precision 50%", " to 0.5 in"},
        {"cold --precision=0.1%", " to 0.001 in"},
        {"cold --at-most 90s --precision 5%", " to 0.05 in 90 "},
        {"cold --precision 5% --at-most 1min", " in 60 "},
        {"cold --precision 5% --at-most 2h", " in 7200 "},
        {"cold --precision 9% --at-most 100000s", " to 0.09 in 100000 "},
        {"cold --runs 9", " runs 9 "},
        {"cold --runs 100000", " runs 100000 "},
        {"cold --storage 1ms", " storage 1 "},
        {"cold --files 10000", " files 10000 "},
        {"cold --size 1B", " size 1 "},
        {"cold --size 3KiB", " size 3072 "},
        {"cold --size 16MiB", " size 16777216 "},
        {"cold --size 5GiB", " size 5368709120 "},
        {"cold --size 1048576GiB", " size 1125899906842624 "},
        {"cold --stride 1", " stride 1 "},
        {"cold --stride 1048577", " stride 1048577 "},
        {"cold --chunk 1B", " chunk 1 "},
        {"cold --chunk 1GiB", " chunk 1073741824 "},
        {"cold --methods async-read,single-mmap", " methods async-read,single-mmap "},
        {"cold --pool 4", " pool 4 "},
        {"cold --files 3", " pool 3 "},
        {"cold --files 2000", " pool 1024 "},
        {"cold --files 2000 --pool 1", " pool 1 "},
        {"cold --seed 0", " seed 0 "},
        {"cold --seed 18446744073709551615", " seed 18446744073709551615 "},
        {"cold --data a/b", " data a/b "},
        {"cold --results c", " results c."},
        {"--list", " list."},
        {"--help", " help."},
        {"--help cold warm", " help."},
        {"-- cold", "cold runs"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        if (parse(good[i].line) != 0 || strstr(parsed(), good[i].parsed) == NULL)
            fail_msg("%s: %s: %s", good[i].line, parsed(), error.text);
    }
}

/* What the loop and its probes are told, and what the bytes go to. */
static const char *parsed_of_the_loop(void)
{
    static char text[512];
    snprintf(text, sizeof text, "beat %g clients %zu to %s%s%s rate %" PRIu64 ".",
             options.heartbeat_ms, options.clients, options.to != NULL ? options.to : "-",
             options.fsync ? " fsync" : "", options.reflink ? " reflink" : "",
             options.reader_bytes_per_s);
    return text;
}

static void what_the_loop_and_the_bytes_are_told_is_set(void **state)
{
    static const struct {
        const char *line;
        const char *parsed;
    } good[] = {
        {"cold", "beat 1 clients 0 to - rate 0."},
        {"cold --heartbeat 0", "beat 0 clients 0 to - rate 0."},
        {"cold --heartbeat 0.02", "beat 0.02 clients 0 to - rate 0."},
        {"cold --heartbeat 9", "beat 9 clients 0 to - rate 0."},
        {"cold --heartbeat 2.5", "beat 2.5 clients 0 to - rate 0."},
        {"cold --heartbeat 1000", "beat 1000 clients 0 to - rate 0."},
        {"cold --clients 0", "beat 1 clients 0 to - rate 0."},
        {"cold --clients 64", "beat 1 clients 64 to - rate 0."},
        {"copy --to a/b", "beat 1 clients 0 to a/b rate 0."},
        {"copy --fsync", "beat 1 clients 0 to - fsync rate 0."},
        {"copy --reflink", "beat 1 clients 0 to - reflink rate 0."},
        {"copy --fsync --reflink --to=c", "beat 1 clients 0 to c fsync reflink rate 0."},
        {"send --to unix --reader-rate 3MiB", "beat 1 clients 0 to unix rate 3145728."},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        if (parse(good[i].line) != 0 || strcmp(parsed_of_the_loop(), good[i].parsed) != 0)
            fail_msg("%s: %s: %s", good[i].line, parsed_of_the_loop(), error.text);
    }
}

static void a_wrong_line_is_refused_and_says_what_is_right(void **state)
{
    static const struct {
        const char *line;
        const char *said;
    } bad[] = {
        {"cold --storage 0ms", "--storage 0ms: give native, network (1 ms)"},
        {"cold --storage 05ms", "--storage 05ms"},
        {"cold --storage 10000ms", "--storage 10000ms"},
        {"cold --storage 5", "--storage 5: give"},
        {"cold --storage 5s", "--storage 5s: give"},
        {"cold --storage ''", "--storage : give"},
        {"cold --rnus 3", "unknown option '--rnus': did you mean '--runs'?"},
        {"cold --rnus=3", "'--rnus=3': did you mean '--runs'?"},
        {"cold --cunk=4KiB", "'--cunk=4KiB': did you mean '--chunk'?"},
        {"--frobnicate cold", "unknown option '--frobnicate': --help shows them all"},
        {"cold -x", "'-x'"},
        {"cold -quick", "'-quick'"},
        {"cold --runs", "--runs needs a value"},
        {"cold --runs 0", "--runs 0: give a whole number from 1 to"},
        {"cold --runs -1", "--runs -1"},
        {"cold --runs ten", "--runs ten"},
        {"cold --runs 3x", "--runs 3x"},
        {"cold --runs ''", "--runs : give"},
        {"cold --runs 100001", "from 1 to 100000"},
        {"cold --runs 99999999999999999999", "--runs 99999999999999999999"},
        {"cold --precision 10", "--precision 10: give a percentage from 0.1% to 50%, such as 10%"},
        {"cold --precision 10%%", "--precision 10%%"},
        {"cold --precision -1%", "--precision -1%"},
        {"cold --precision 0.09%", "--precision 0.09%"},
        {"cold --precision 51%", "--precision 51%"},
        {"cold --precision nan%", "--precision nan%"},
        {"cold --precision +5%", "--precision +5%"},
        {"cold --precision .5%", "--precision .5%"},
        {"cold --heartbeat 0.019", "--heartbeat 0.019: give milliseconds from 0.02 to 1000"},
        {"cold --heartbeat 1000.5", "--heartbeat 1000.5: give"},
        {"cold --heartbeat nan", "--heartbeat nan: give"},
        {"cold --heartbeat inf", "--heartbeat inf: give"},
        {"cold --heartbeat -1", "--heartbeat -1: give"},
        {"cold --heartbeat +1", "--heartbeat +1: give"},
        {"cold --heartbeat 1ms", "--heartbeat 1ms: give"},
        {"cold --heartbeat 0x", "--heartbeat 0x: give"},
        {"cold --heartbeat ''", "--heartbeat : give"},
        {"cold --clients 65", "--clients 65: give a whole number from 0 to 64"},
        {"cold --clients -1", "--clients -1"},
        {"send --reader-rate 0B", "--reader-rate 0B: give a whole number from 1 with B"},
        {"send --reader-rate 3", "--reader-rate 3: give"},
        {"cold --stride 1125899906842625", "from 1 to 1125899906842624"},
        {"cold --precision 5% --at-most ''", "--at-most : give"},
        {"cold --storage ms", "--storage ms: give"},
        {"cold --precision %", "--precision %"},
        {"cold --precision 5% --at-most 5", "--at-most 5: give a whole number from 1 to 100000"},
        {"cold --precision 5% --at-most 0s", "--at-most 0s"},
        {"cold --precision 5% --at-most 1.5h", "--at-most 1.5h"},
        {"cold --precision 5% --at-most 5m", "with s, min or h, such as 5min"},
        {"cold --precision 5% --at-most 100001s", "--at-most 100001s"},
        {"cold --at-most 5min", "--at-most goes with --precision: give that, too"},
        {"cold --files 0", "--files 0"},
        {"cold --files 10001", "from 1 to 10000"},
        {"cold --stride 0", "--stride 0"},
        {"cold --stride 512B", "--stride 512B"},
        {"cold --pool 0", "--pool 0"},
        {"warm --prime mmap", "--prime mmap: give read or pages"},
        {"cold --pool 1025", "from 1 to 1024"},
        {"cold --seed -1", "--seed -1"},
        {"cold --seed 18446744073709551616", "--seed 18446744073709551616"},
        {"cold --chunk 0B", "--chunk 0B"},
        {"cold --chunk 2GiB", "--chunk 2GiB: at most 1GiB"},
        {"cold --chunk 1073741825B", "at most 1GiB"},
        {"cold --chunk 64", "--chunk 64: give a whole number from 1 with B, KiB, MiB or GiB"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        if (parse(bad[i].line) != -EINVAL || strstr(error.text, bad[i].said) == NULL)
            fail_msg("%s: %s", bad[i].line, error.text);
    }
}

static void a_wrong_size_is_refused(void **state)
{
    static const char *const bad[] = {
        "0",
        "0MiB",
        "-1",
        "-1MiB",
        "1.5GiB",
        "99999999999TiB",
        "256MB",
        "",
        "MiB",
        "1mib",
        "1 MiB",
        "+1MiB",
        "0x10KiB",
        "16777216GiB",
        "1024",
        "1MiBs",
        " 1B",
        "1KiB ",
        "1e3B",
        "1048577GiB",
        "1125899906842625B",
        "1K",
        "1M",
        "1G",
        "12KiB3",
        "B",
        "18446744073709551616B",
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        uint64_t bytes;
        assert_int_equal(options_size("size", bad[i], &bytes, &error), -EINVAL);
        assert_non_null(strstr(error.text, "--size "));
        assert_non_null(strstr(error.text, bad[i]));
    }
}

/* glibc would take all words after the first that is no option for words. */
static void posixly_correct_changes_nothing(void **state)
{
    (void)state;
    setenv("POSIXLY_CORRECT", "1", 1);
    assert_int_equal(parse("cold --runs 3 --files 2"), 0);
    assert_non_null(strstr(parsed(), "cold runs 3 files 2 "));
    unsetenv("POSIXLY_CORRECT");
}

/* All of them, and a line that gives it alone, or at the end. */
static void each_option_has_its_name_its_bit_and_its_help(void **state)
{
    static const struct {
        enum option_bit option;
        const char *name;
        const char *line;
        unsigned others; /* that the line gives, too */
    } all[] = {
        {OPTION_RUNS, "runs", "--runs 2", 0},
        {OPTION_FILES, "files", "--files 2", 0},
        {OPTION_SIZE, "size", "--size 2B", 0},
        {OPTION_STRIDE, "stride", "--stride 2", 0},
        {OPTION_CHUNK, "chunk", "--chunk 2B", 0},
        {OPTION_METHODS, "methods", "--methods all", 0},
        {OPTION_POOL, "pool", "--pool 2", 0},
        {OPTION_HEARTBEAT, "heartbeat", "--heartbeat 2", 0},
        {OPTION_PRIME, "prime", "--prime read", 0},
        {OPTION_STORAGE, "storage", "--storage 2ms", 0},
        {OPTION_SEED, "seed", "--seed 2", 0},
        {OPTION_DATA, "data", "--data 2", 0},
        {OPTION_RESULTS, "results", "--results 2", 0},
        {OPTION_ANYWAY, "anyway", "--anyway", 0},
        {OPTION_LIST, "list", "--list", 0},
        {OPTION_HELP, "help", "--help", 0},
        {OPTION_CLIENTS, "clients", "--clients 2", 0},
        {OPTION_PRECISION, "precision", "--precision 2%", 0},
        {OPTION_AT_MOST, "at-most", "--precision 2% --at-most 2s", OPTION_PRECISION},
        {OPTION_TO, "to", "--to 2", 0},
        {OPTION_FSYNC, "fsync", "--fsync", 0},
        {OPTION_REFLINK, "reflink", "--reflink", 0},
        {OPTION_READER_RATE, "reader-rate", "--reader-rate 2B", 0},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(all); i++) {
        char help[64];
        snprintf(help, sizeof help, "  --%s ", all[i].name);
        assert_string_equal(options_name(all[i].option), all[i].name);
        assert_non_null(strstr(options_help, help));
        assert_int_equal(parse(all[i].line), 0);
        assert_int_equal(options.given, all[i].option | all[i].others);
        assert_int_equal(options.word_count, 0);
    }
    assert_null(options_name((enum option_bit)1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_there_are_defaults),
        cmocka_unit_test(each_option_sets_its_field),
        cmocka_unit_test(what_the_loop_and_the_bytes_are_told_is_set),
        cmocka_unit_test(a_wrong_line_is_refused_and_says_what_is_right),
        cmocka_unit_test(a_wrong_size_is_refused),
        cmocka_unit_test(posixly_correct_changes_nothing),
        cmocka_unit_test(each_option_has_its_name_its_bit_and_its_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
