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
    "usage: ./run_bench.sh cold|warm|both [OPTIONS]\n"
    "       ./run_bench.sh remedies [cold|warm|both] [OPTIONS]   all methods, not only the six\n"
    "       ./run_bench.sh storage [OPTIONS]     the six over a range of storage latencies\n"
    "       ./run_bench.sh questions [OPTIONS]   the article's open questions, an experiment each\n"
    "       ./run_bench.sh plot DIR...      draw finished results again\n"
    "       ./run_bench.sh compare [--anyway] DIR DIR...   compare finished results\n"
    "       ./run_bench.sh --list           show all methods\n"
    "\n"
    "Scans a set of files by read and through mmap, on an event loop, on threads and on one\n"
    "thread; prints the times, says what they show and draws them.\n"
    "\n"
    "cold: nothing of the files is in the page cache; warm: all of it is; both: one and the "
    "other.\n"
    "\n"
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
    "  --list           show all methods, and why one cannot run here\n"
    "  --help           show this\n"
    "\n"
    "exit status: 0 all well; 1 some trial failed, the others are on disk; 2 wrong usage;\n"
    "3 something the run needs is missing; 130 and 143 ended by Ctrl-C and SIGTERM.\n";

enum option_code {
    OPTION_RUNS = 1,
    OPTION_FILES,
    OPTION_SIZE,
    OPTION_STRIDE,
    OPTION_CHUNK,
    OPTION_METHODS,
    OPTION_POOL,
    OPTION_HEARTBEAT,
    OPTION_PRIME,
    OPTION_SEED,
    OPTION_DATA,
    OPTION_RESULTS,
    OPTION_LIST,
    OPTION_HELP,
};

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
    {"seed", required_argument, NULL, OPTION_SEED},
    {"data", required_argument, NULL, OPTION_DATA},
    {"results", required_argument, NULL, OPTION_RESULTS},
    {"list", no_argument, NULL, OPTION_LIST},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* The modes that run_bench.sh knows, the cache states first; it handles those after the fourth
 * itself. */
static const char *const mode_names[] = {"cold",    "warm",      "both", "remedies",
                                         "storage", "questions", "plot", "compare"};

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

static bool parse_cache_states(struct options *options, const char *text)
{
    for (int i = MODE_COLD; i <= MODE_BOTH; i++) {
        if (strcmp(text, mode_names[i]) == 0) {
            options->mode = (enum mode)i;
            return true;
        }
    }
    return false;
}

static int unknown_mode(const char *text, struct error *error)
{
    struct nearest nearest = {.name = NULL};
    for (size_t i = 0; i < sizeof mode_names / sizeof mode_names[0]; i++)
        nearest_consider(&nearest, text, mode_names[i]);
    if (nearest.name != NULL && nearest.distance == 0)
        return error_set(error, -EINVAL, "the mode comes first: ./run_bench.sh %s ...", text);
    if (nearest.name != NULL)
        return error_set(error, -EINVAL, "unknown mode '%s': did you mean '%s'?", text,
                         nearest.name);
    return error_set(
        error, -EINVAL,
        "unknown mode '%s': give cold, warm, both, remedies, storage, questions, plot or compare",
        text);
}

/* A cache state, or "remedies" with or without one. */
static int parse_mode(struct options *options, char *const *words, int count, struct error *error)
{
    const bool remedies = strcmp(words[0], "remedies") == 0;
    const int most = remedies ? 2 : 1;
    options->name = words[0];
    options->mode = MODE_BOTH;
    if (remedies && options->methods == NULL)
        options->methods = METHOD_ALL;
    if (!remedies && !parse_cache_states(options, words[0]))
        return unknown_mode(words[0], error);
    if (count > most)
        return error_set(error, -EINVAL, "'%s' is one word too many after '%s'", words[most],
                         words[most - 1]);
    if (remedies && count == 2 && !parse_cache_states(options, words[1]))
        return error_set(error, -EINVAL,
                         "unknown word '%s' after 'remedies': give cold, warm or both", words[1]);
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
    nearest_consider(&nearest, name, "storage"); /* which run_bench.sh takes */
    if (nearest.name != NULL)
        return error_set(error, -EINVAL, "unknown option '%s': did you mean '--%s'?", text,
                         nearest.name);
    return error_set(error, -EINVAL, "unknown option '%s': --help shows them all", text);
}

static int parse_option(struct options *options, enum option_code option, const char *value,
                        struct error *error)
{
    uint64_t number = 0;
    int code = 0;
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
    case OPTION_SEED:
        code = parse_number("seed", value, 0, UINT64_MAX, &options->seed, error);
        options->seed_given = true;
        break;
    case OPTION_DATA:
        options->data = value;
        break;
    case OPTION_RESULTS:
        options->results = value;
        break;
    case OPTION_LIST:
        options->list = true;
        break;
    case OPTION_HELP:
        options->help = true;
        break;
    }
    return code;
}

static int parse_words(struct options *options, int argc, char **argv, struct error *error)
{
    /* Unknown words are reported here and not by getopt; 0 makes glibc begin anew, 1 the others. */
    opterr = 0;
#ifdef __GLIBC__
    optind = 0;
#else
    optind = 1;
#endif
    for (int option; (option = getopt_long_only(argc, argv, ":", long_options, NULL)) != -1;) {
        if (option == ':')
            return error_set(error, -EINVAL, "%s needs a value", argv[optind - 1]);
        if (option == '?')
            return unknown_option(argv[optind - 1], error);
        const int code = parse_option(options, (enum option_code)option, optarg, error);
        if (code != 0)
            return code;
    }
    if (options->help || options->list)
        return 0;
    if (optind == argc)
        return error_set(error, -EINVAL,
                         "no mode given: cold, warm, both, remedies, storage, questions, plot or "
                         "compare; see --help");
    return parse_mode(options, &argv[optind], argc - optind, error);
}

int options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    *options = (struct options){
        .runs = 10,
        .files = 8,
        .file_bytes = 256 * UINT64_C(1024) * 1024,
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
