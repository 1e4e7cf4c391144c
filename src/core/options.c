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
    "  --files N        number of files (8)\n"
    "  --size SIZE      size of each file, in B, KiB, MiB or GiB (256MiB)\n"
    "  --stride N       bytes from one touched byte to the next (512)\n"
    "  --chunk SIZE     bytes per read (64KiB; some methods have their own, see --list)\n"
    "  --methods LIST   names, comma separated, or all (the article's six)\n"
    "  --pool N         threads of the libuv pool (as many as files, at most 1024)\n"
    "  --heartbeat MS   interval of the loop delay probe; 0 turns the loop probes off (1)\n"
    "  --prime HOW      how a warm cache is filled: read (plain reads) or pages (page by page) "
    "(read)\n"
    "  --storage WHAT   native, or emulated: network (1 ms), disk (8 ms), object (30 ms), or a\n"
    "                   latency such as 5ms (native)\n"
    "  --seed N         of the order of the trials (random, printed)\n"
    "  --data DIR       where the files are (data)\n"
    "  --results DIR    where the results go (results)\n"
    "  --anyway         compare results of different work, too\n"
    "  --list           show all methods, and why one cannot run here\n"
    "  --help           show this\n";

static const struct option long_options[] = {
    {"runs", required_argument, NULL, OPTION_RUNS},
    {"files", required_argument, NULL, OPTION_FILES},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"stride", required_argument, NULL, OPTION_STRIDE},
    {"chunk", required_argument, NULL, OPTION_CHUNK},
    {"methods", required_argument, NULL, OPTION_METHODS},
    {"pool", required_argument, NULL, OPTION_POOL},
    {"heartbeat", required_argument, NULL, OPTION_HEARTBEAT},
    {"prime", required_argument, NULL, OPTION_PRIME},
    {"storage", required_argument, NULL, OPTION_STORAGE},
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

/* 0, or from 0.01 to 1000 milliseconds. */
static int parse_heartbeat(const char *text, double *milliseconds, struct error *error)
{
    char *end;
    *milliseconds = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' ||
        (*milliseconds != 0 && (*milliseconds < 0.01 || *milliseconds > 1000)))
        return error_set(
            error, -EINVAL,
            "--heartbeat %s: give milliseconds from 0.01 to 1000, or 0 for no loop probes", text);
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
    case OPTION_PRIME:
        code = parse_prime(value, &options->prime_pages, error);
        break;
    case OPTION_STORAGE:
        code = parse_storage(value, &options->storage_ms, error);
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
        .files = 8,
        .file_bytes = OPTIONS_FILE_BYTES,
        .stride_bytes = 512,
        .heartbeat_ms = 1,
        .data = "data",
        .results = "results",
    };
    const int code = parse_words(options, argc, argv, error);
    if (options->pool_threads == 0)
        options->pool_threads = options->files < POOL_MOST ? options->files : (size_t)POOL_MOST;
    return code;
}
