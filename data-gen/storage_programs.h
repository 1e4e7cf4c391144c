// SPDX-License-Identifier: MIT
#ifndef STORAGE_PROGRAMS_H
#define STORAGE_PROGRAMS_H

#include "core/error.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* The two programs that emulated storage is made of: nbdkit serves the files of a folder over a
 * socket and delays every request; nbdfuse mounts one of them as a file. */

/* How the storage behaves. */
struct emulated_storage_options {
    unsigned latency_ms;       /* of every request */
    unsigned in_flight;        /* requests of one file that are served at a time, at most; from 1 */
    uint64_t rate_bytes_per_s; /* of all files together, or 0 for no limit; what two seconds allow
                                  is served at once after a rest */
    double error_rate;         /* the share of requests that fail, from 0 to 1 */
};

/* What came over the storage since it began. */
struct emulated_storage_counts {
    uint64_t requests;
    uint64_t failed_requests;
    uint64_t read_bytes; /* that were asked for */
};

/* A command line, as core/process.h takes it. */
struct storage_words {
    const char *list[32]; /* ended by NULL */
    size_t count;
    char text[PATH_MAX + 512]; /* of those words that are made */
    size_t used;
};

/* nbdkit, for all files of the folder `data`, an absolute name. It works in the folder it is run
 * in, where it makes the socket, the requests' log and, when it listens, the file
 * STORAGE_SERVER_READY. */
#define STORAGE_SERVER_READY "server_is_ready"
#define STORAGE_LOG          "requests.log"
void storage_server_words(struct storage_words *words, const char *data,
                          const struct emulated_storage_options *options);

/* nbdfuse, run in the same folder, for the file `name` of the file set, which it mounts on the file
 * of that name in the folder above. When it is mounted it makes the file `name`.is_ready. */
#define STORAGE_FILE_READY ".is_ready"
void storage_file_words(struct storage_words *words, const char *name,
                        const struct emulated_storage_options *options);

/* The connections that one file has. */
unsigned storage_connections(const struct emulated_storage_options *options);

/* The environment of all of them, for core/process.h: nothing of ours but where programs are found.
 * The caller frees it with storage_environment_free. */
const char **storage_environment(void);
void storage_environment_free(const char **environment);

/* Makes sure that both programs can be run. Returns 0, or a negative errno with `error` naming what
 * is missing and what gets it; -ECANCELED after an interrupt. */
int storage_programs_check(struct error *error);

/* Counts what the log of nbdkit tells. Returns 0 or a negative errno. */
int storage_log_count(const char *path, struct emulated_storage_counts *counts);

/* The lines "key,value" that tell what storage this is, in memory that the caller frees. The last
 * two are what the programs call themselves, or empty. */
char *storage_settings(const struct emulated_storage_options *options, const char *server,
                       const char *client);

#endif
