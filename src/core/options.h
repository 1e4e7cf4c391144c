// SPDX-License-Identifier: MIT
#ifndef OPTIONS_H
#define OPTIONS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mode { MODE_COLD, MODE_WARM, MODE_BOTH };

/* A list of methods that stands for all of them. */
#define METHOD_ALL "all"

/* The command line that run_bench.sh hands to data-gen/generate and to scan_bench. */
struct options {
    const char *name; /* of the mode: "cold", "warm", "both" or "remedies" */
    enum mode mode;   /* the cache states */
    bool help;
    bool list;
    size_t runs;
    size_t files;
    uint64_t file_bytes;
    uint64_t stride_bytes;
    size_t chunk_bytes;  /* 0: each method's own */
    const char *methods; /* comma separated, or METHOD_ALL; NULL for the six */
    size_t pool_threads;
    bool prime_pages;    /* fill a warm cache page by page */
    double heartbeat_ms; /* 0: no loop probes */
    bool seed_given;
    uint64_t seed;
    const char *data;
    const char *results;
};

/* Reads the command line; the strings stay those of `argv`, which may be put into another order.
 * Returns 0, or -EINVAL with `error` saying which word is wrong and what is right. */
int options_parse(struct options *options, int argc, char **argv, struct error *error);

/* What --help prints. */
extern const char options_help[];

/* Reads a size such as 64KiB: a whole number from 1 up with the unit B, KiB, MiB or GiB. Returns 0
 * or -EINVAL with `error` naming `option`. */
int options_size(const char *option, const char *text, uint64_t *bytes, struct error *error);

#endif
