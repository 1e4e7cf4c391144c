// SPDX-License-Identifier: MIT
#include "options.h"

#include "nearest.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libuv's own limit (MAX_THREADPOOL_SIZE in its threadpool.c). */
#define POOL_MOST UINT64_C(1024)

#define GIB             (UINT64_C(1) << 30)
#define FILE_BYTES_MOST (UINT64_C(1) << 50)

const char options_help[] =
    "  --runs N         trials of each method and cache state (10)\n"
    "  --precision P    then goes on in whole repeats until every interval ends within P of its\n"
    "                   median, such as 10%\n"
    "  --at-most TIME   but begins no repeat after --runs that would end later, such as 90s, 5min "
    "or\n"
    "                   1h (5min)\n"
    "  --files N        number of files (8; of copy 1)\n"
    "  --size SIZE      size of each file, in B, KiB, MiB or GiB (256MiB; of copy 1GiB)\n"
    "  --stride N       bytes from one touched byte to the next (512)\n"
    "  --chunk SIZE     bytes per read (64KiB; some methods have their own, see --list)\n"
    "  --methods LIST   names, comma separated, or all (six of the command's own)\n"
    "  --pool N         threads of the libuv pool (as many as files, at most 1024)\n"
    "  --heartbeat MS   interval of the loop delay probe; 0 turns the loop probes off (1)\n"
    "  --clients N      clients that ask the loop each millisecond, from a process of their own, "
    "and\n"
    "                   note how late it answers: 0 to 64 (0; in remedies 1)\n"
    "  --prime HOW      how a warm cache is filled: read (plain reads) or pages (page by page) "
    "(read)\n"
    "  --storage WHAT   native, or emulated: network (1 ms), disk (8 ms), object (30 ms), or a\n"
    "                   latency such as 5ms (native)\n"
    "  --to WHERE       of copy: the folder of the copies (copies in --data); of send: tcp or "
    "unix\n"
    "                   (tcp)\n"
    "  --fsync          a copy counts as done when it is on the storage\n"
    "  --reflink        let copies share blocks with the source, where the file system can\n"
    "  --reader-rate SIZE   the reader of each connection takes so much a second (all it can)\n"
    "  --seed N         of the order of the trials (random, printed)\n"
    "  --data DIR       where the files are (data)\n"
    "  --results DIR    where the results go (results)\n"
    "  --anyway         compare results of different work, too\n"
    "  --list           show all methods, and why one cannot run here\n"
    "  --help           show this\n";

static const struct option long_options[] = {
    {"runs", required_argument, NULL, OPTION_RUNS},
    {"precision", required_argument, NULL, OPTION_PRECISION},
    {"at-most", required_argument, NULL, OPTION_AT_MOST},
    {"files", required_argument, NULL, OPTION_FILES},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"stride", required_argument, NULL, OPTION_STRIDE},
    {"chunk", required_argument, NULL, OPTION_CHUNK},
    {"methods", required_argument, NULL, OPTION_METHODS},
    {"pool", required_argument, NULL, OPTION_POOL},
    {"heartbeat", required_argument, NULL, OPTION_HEARTBEAT},
    {"clients", required_argument, NULL, OPTION_CLIENTS},
    {"prime", required_argument, NULL, OPTION_PRIME},
    {"storage", required_argument, NULL, OPTION_STORAGE},
    {"to", required_argument, NULL, OPTION_TO},
    {"fsync", no_argument, NULL, OPTION_FSYNC},
    {"reflink", no_argument, NULL, OPTION_REFLINK},
    {"reader-rate", required_argument, NULL, OPTION_READER_RATE},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"data", required_argument, NULL, OPTION_DATA},
    {"results", required_argument, NULL, OPTION_RESULTS},
    {"anyway", no_argument, NULL, OPTION_ANYWAY},
    {"list", no_argument, NULL, OPTION_LIST},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

const char *options_name(enum option_bit option)
{
    const struct option *known = long_options;
    while (known->name != NULL && known->val != (int)option)
        known++;
    return known->name;
}

/* Reads a whole number in decimal digits and nothing else before `*end`. */
static bool parse_digits(const char *text, uint64_t *value, char **end)
{
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *value = strtoumax(text, end, 10);
    return errno == 0;
}

static int parse_number(const char *option, const char *text, uint64_t least, uint64_t most,
                        uint64_t *value, struct error *error)
{
    char *end;
    if (!parse_digits(text, value, &end) || *end != '\0' || *value < least || *value > most)
        return error_set(error, -EINVAL,
                         "--%s %s: give a whole number from %" PRIu64 " to %" PRIu64, option, text,
                         least, most);
    return 0;
}

/* 0, or what a loop can serve and a trial needs. */
static int parse_heartbeat(const char *text, double *milliseconds, struct error *error)
{
    char *end;
    *milliseconds = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' ||
        (*milliseconds != 0 &&
         (*milliseconds < OPTIONS_HEARTBEAT_LEAST_MS || *milliseconds > 1000)))
        return error_set(
            error, -EINVAL,
            "--heartbeat %s: give milliseconds from %g to 1000 (waking up for a shorter one takes "
            "longer than it), or 0 for no loop probes",
            text, OPTIONS_HEARTBEAT_LEAST_MS);
    return 0;
}

static int parse_prime(const char *text, bool *prime_pages, struct error *error)
{
    *prime_pages = strcmp(text, "pages") == 0;
    if (*prime_pages || strcmp(text, "read") == 0)
        return 0;
    return error_set(error, -EINVAL, "--prime %s: give read or pages", text);
}

int options_size(const char *option, const char *text, uint64_t *bytes, struct error *error)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", GIB}};
    uint64_t number;
    char *unit;
    if (parse_digits(text, &number, &unit) && number > 0) {
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
            if (strcmp(unit, units[i].name) != 0)
                continue;
            if (number > FILE_BYTES_MOST / units[i].bytes)
                return error_set(error, -EINVAL, "--%s %s: at most 1048576GiB", option, text);
            *bytes = number * units[i].bytes;
            return 0;
        }
    }
    return error_set(error, -EINVAL,
                     "--%s %s: give a whole number from 1 with B, KiB, MiB or GiB, such as 256MiB",
                     option, text);
}

/* A percentage, as a share. */
static int parse_precision(const char *text, double *share, struct error *error)
{
    char *end;
    const double percent = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || strcmp(end, "%") != 0 ||
        !(percent >= 0.1 && percent <= 50))
        return error_set(error, -EINVAL,
                         "--precision %s: give a percentage from 0.1%% to 50%%, such as 10%%",
                         text);
    *share = percent / 100;
    return 0;
}

static int parse_at_most(const char *text, double *seconds, struct error *error)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"s", 1}, {"min", 60}, {"h", 3600}};
    uint64_t number;
    char *unit;
    if (parse_digits(text, &number, &unit) && number > 0 && number <= 100000) {
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
            *seconds = (double)number * units[i].seconds;
            if (strcmp(unit, units[i].name) == 0)
                return 0;
        }
    }
    return error_set(error, -EINVAL,
                     "--at-most %s: give a whole number from 1 to 100000 with s, min or h, such as "
                     "5min",
                     text);
}

/* A latency in whole milliseconds, or the name of one. */
static int parse_storage(const char *text, unsigned *milliseconds, struct error *error)
{
    static const struct {
        const char *name;
        unsigned milliseconds;
    } known[] = {{"native", 0}, {"network", 1}, {"disk", 8}, {"object", 30}};
    uint64_t number;
    char *unit;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        *milliseconds = known[i].milliseconds;
        if (strcmp(text, known[i].name) == 0)
            return 0;
    }
    if (!parse_digits(text, &number, &unit) || strcmp(unit, "ms") != 0 || text[0] == '0' ||
        number > 9999)
        return error_set(
            error, -EINVAL,
            "--storage %s: give native, network (1 ms), disk (8 ms), object (30 ms), or "
            "whole milliseconds such as 5ms",
            text);
    *milliseconds = (unsigned)number;
    return 0;
}

static int unknown_option(const char *text, struct error *error)
{
    struct nearest nearest = {.name = NULL};
    char name[64]; /* without the dashes and without "=value" */
    const char *begin = text + strspn(text, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(begin, "="), begin);
    for (const struct option *known = long_options; known->name != NULL; known++)
        nearest_consider(&nearest, name, known->name);
    if (nearest.name != NULL)
        return error_set(error, -EINVAL, "unknown option '%s': did you mean '--%s'?", text,
                         nearest.name);
    return error_set(error, -EINVAL, "unknown option '%s': --help shows them all", text);
}

static int parse_option(struct options *options, enum option_bit option, const char *value,
                        struct error *error)
{
    uint64_t number = 0;
    int code = 0;
    options->given |= option;
    switch (option) {
    case OPTION_RUNS:
        code = parse_number("runs", value, 1, 100000, &number, error);
        options->runs = (size_t)number;
        break;
    case OPTION_PRECISION:
        code = parse_precision(value, &options->precision, error);
        break;
    case OPTION_AT_MOST:
        code = parse_at_most(value, &options->at_most_s, error);
        break;
    case OPTION_FILES:
        code = parse_number("files", value, 1, 10000, &number, error);
        options->files = (size_t)number;
        break;
    case OPTION_SIZE:
        code = options_size("size", value, &options->file_bytes, error);
        break;
    case OPTION_STRIDE:
        code = parse_number("stride", value, 1, FILE_BYTES_MOST, &options->stride_bytes, error);
        break;
    case OPTION_CHUNK:
        code = options_size("chunk", value, &number, error);
        if (code == 0 && number > GIB)
            code = error_set(error, -EINVAL, "--chunk %s: at most 1GiB", value);
        options->chunk_bytes = (size_t)number;
        break;
    case OPTION_METHODS:
        options->methods = value;
        break;
    case OPTION_POOL:
        code = parse_number("pool", value, 1, POOL_MOST, &number, error);
        options->pool_threads = (size_t)number;
        break;
    case OPTION_HEARTBEAT:
        code = parse_heartbeat(value, &options->heartbeat_ms, error);
        break;
    case OPTION_CLIENTS:
        code = parse_number("clients", value, 0, OPTIONS_CLIENTS_MOST, &number, error);
        options->clients = (size_t)number;
        break;
    case OPTION_PRIME:
        code = parse_prime(value, &options->prime_pages, error);
        break;
    case OPTION_STORAGE:
        code = parse_storage(value, &options->storage_ms, error);
        break;
    case OPTION_TO:
        options->to = value;
        break;
    case OPTION_FSYNC:
        options->fsync = true;
        break;
    case OPTION_REFLINK:
        options->reflink = true;
        break;
    case OPTION_READER_RATE:
        code = options_size("reader-rate", value, &options->reader_bytes_per_s, error);
        break;
    case OPTION_SEED:
        code = parse_number("seed", value, 0, UINT64_MAX, &options->seed, error);
        break;
    case OPTION_DATA:
        options->data = value;
        break;
    case OPTION_RESULTS:
        options->results = value;
        break;
    case OPTION_ANYWAY:
    case OPTION_LIST:
    case OPTION_HELP:
        break;
    }
    return code;
}

/* Words that are no options are put at the beginning of argv, which getopt has left behind. */
static int parse_words(struct options *options, int argc, char **argv, struct error *error)
{
    /* Unknown words are reported here and not by getopt; 0 makes glibc begin anew, 1 the others. */
    opterr = 0;
#ifdef __GLIBC__
    optind = 0;
#else
    optind = 1;
#endif
    /* The dash asks for the words in their order, as 1, where POSIXLY_CORRECT would end at the
     * first of them. */
    for (int option; (option = getopt_long_only(argc, argv, "-:", long_options, NULL)) != -1;) {
        if (option == 1) {
            argv[options->word_count++] = optarg;
            continue;
        }
        if (option == ':')
            return error_set(error, -EINVAL, "%s needs a value", argv[optind - 1]);
        if (option == '?')
            return unknown_option(argv[optind - 1], error);
        const int code = parse_option(options, (enum option_bit)option, optarg, error);
        if (code != 0)
            return code;
    }
    while (optind < argc)
        argv[options->word_count++] = argv[optind++];
    return 0;
}

int options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    *options = (struct options){
        .words = argv,
        .runs = 10,
        .at_most_s = 300,
        .files = 8,
        .file_bytes = OPTIONS_FILE_BYTES,
        .stride_bytes = 512,
        .heartbeat_ms = 1,
        .data = "data",
        .results = "results",
    };
    int code = parse_words(options, argc, argv, error);
    if (code == 0 && (options->given & (OPTION_PRECISION | OPTION_AT_MOST)) == OPTION_AT_MOST)
        code = error_set(error, -EINVAL, "--at-most goes with --precision: give that, too");
    if (options->pool_threads == 0)
        options->pool_threads = options->files < POOL_MOST ? options->files : (size_t)POOL_MOST;
    return code;
}
