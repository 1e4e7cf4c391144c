// SPDX-License-Identifier: MIT
#ifndef OPTIONS_H
#define OPTIONS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of methods that stands for all of them. */
#define METHOD_ALL "all"

/* Which options were given, and which a command takes: a bit for each, none of them a character, as
 * getopt tells other things by those. */
enum option_bit {
    OPTION_RUNS = 1 << 8,
    OPTION_FILES = 1 << 9,
    OPTION_SIZE = 1 << 10,
    OPTION_STRIDE = 1 << 11,
    OPTION_CHUNK = 1 << 12,
    OPTION_METHODS = 1 << 13,
    OPTION_POOL = 1 << 14,
    OPTION_HEARTBEAT = 1 << 15,
    OPTION_PRIME = 1 << 16,
    OPTION_STORAGE = 1 << 17,
    OPTION_SEED = 1 << 18,
    OPTION_DATA = 1 << 19,
    OPTION_RESULTS = 1 << 20,
    OPTION_ANYWAY = 1 << 21,
    OPTION_LIST = 1 << 22,
    OPTION_HELP = 1 << 23,
    OPTION_CLIENTS = 1 << 24,
    OPTION_PRECISION = 1 << 25,
    OPTION_AT_MOST = 1 << 26,
    OPTION_TO = 1 << 27,
    OPTION_FSYNC = 1 << 28,
    OPTION_REFLINK = 1 << 29,
    OPTION_READER_RATE = 1 << 30,
};

/* The most clients that can ask the loop. */
#define OPTIONS_CLIENTS_MOST 64

/* The shortest heartbeat, in milliseconds: waking up for one takes about 6 us. */
#define OPTIONS_HEARTBEAT_LEAST_MS 0.02

/* The size of a file unless --size says otherwise. */
#define OPTIONS_FILE_BYTES (UINT64_C(256) << 20)

/* The command line of every command. */
struct options {
    char **words; /* those that are no options, in their order; part of argv */
    size_t word_count;
    unsigned given; /* option bits */
    size_t runs;
    double precision; /* a share of the median; 0: no more repeats than `runs` */
    double at_most_s; /* how long a run may go on for that */
    size_t files;
    uint64_t file_bytes;
    uint64_t stride_bytes;
    size_t chunk_bytes;  /* 0: each method's own */
    const char *methods; /* comma separated, or METHOD_ALL; NULL for the six */
    size_t pool_threads;
    double heartbeat_ms;         /* 0: no loop probes */
    size_t clients;              /* that ask the loop; 0: none */
    bool prime_pages;            /* fill a warm cache page by page */
    unsigned storage_ms;         /* the latency of emulated storage; 0: the native one */
    const char *to;              /* of a copy: the folder; of a send: tcp or unix; NULL: as usual */
    bool fsync;                  /* a copy is on the storage before it counts as done */
    bool reflink;                /* a copy may share its blocks with the source */
    uint64_t reader_bytes_per_s; /* of each connection of a send; 0: as fast as it goes */
    bool metrics; /* compare other metrics of the loop, too; no option, experiments ask for it */
    bool sets_readahead; /* an experiment has set that of the device, which is no option */
    uint64_t readahead_bytes;
    uint64_t seed;
    const char *data;
    const char *results;
};

/* Reads the command line, in the order of its words whatever POSIXLY_CORRECT says; the strings stay
 * those of `argv`, whose places are put into another order. Returns 0, or -EINVAL with `error`
 * saying which word is wrong and what is right. */
int options_parse(struct options *options, int argc, char **argv, struct error *error);

/* The name of an option, without dashes. */
const char *options_name(enum option_bit option);

/* What --help prints of the options. */
extern const char options_help[];

/* Reads a size such as 64KiB: a whole number from 1 up with the unit B, KiB, MiB or GiB. Returns 0
 * or -EINVAL with `error` naming `option`. */
int options_size(const char *option, const char *text, uint64_t *bytes, struct error *error);

#endif
