// SPDX-License-Identifier: MIT
#ifndef TRIAL_H
#define TRIAL_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cache_state { CACHE_COLD, CACHE_WARM, CACHE_STATES };

/* "cold" or "warm". */
const char *cache_state_name(enum cache_state cache);

/* What became of a trial. Only an ok one is a measurement; the others keep their row and every
 * summary leaves them out. */
#define STATUS_OK         "ok"
#define STATUS_NOT_COLD   "not-cold"   /* pages were in the cache before a cold trial */
#define STATUS_NOT_WARM   "not-warm"   /* pages were missing before a warm trial */
#define STATUS_UNVERIFIED "unverified" /* the system does not tell what is in the cache */
#define STATUS_WRONG_SUM  "wrong-sum"  /* the bytes read were not those of the file set */
#define STATUS_CLONED     "cloned"     /* a copy shares its blocks, and nobody asked for that */
#define STATUS_ERROR      "error"      /* a call failed; the message is on stderr */
#define STATUS_CRASHED    "crashed"    /* the process of the trial ended without a row */

#define TRIAL_TEXT 24

/* One timed scan of the file set: one row of trials.csv, in the order of the columns. Counts are -1
 * and reals NAN while unknown; their fields are empty in the file. */
struct trial {
    char method[TRIAL_TEXT];
    char concurrency[TRIAL_TEXT];
    char io[TRIAL_TEXT];
    char work[TRIAL_TEXT];
    char cache[TRIAL_TEXT];
    int64_t repeat;
    int64_t order;
    char status[TRIAL_TEXT];
    double elapsed_s;
    int64_t bytes;
    int64_t sum;
    double resident_before; /* fraction of the file set in the page cache */
    double resident_after;
    double destination_resident_after; /* fraction of what a copy wrote */
    int64_t cloned;                    /* of copies: 1 when the file system shared the blocks */
    double fsync_s;                    /* of copies, after the timed part; else within it */
    int64_t device_read_bytes;
    int64_t major_faults;
    int64_t minor_faults;
    int64_t voluntary_switches;
    int64_t involuntary_switches;
    double user_s;
    double system_s;
    double loop_delay_p50_s;
    double loop_delay_p99_s;
    double loop_delay_max_s;
    int64_t beats;       /* that fell due in the scan */
    double client_p50_s; /* how late the requests of clients were answered, all clients together */
    double client_p99_s;
    double client_max_s;
    double loop_poll_s;      /* asleep in the loop's wait for events; unknown when only the range */
    double loop_poll_low_s;  /* is known, from this */
    double loop_poll_high_s; /* to this */
    double loop_cpu_s;       /* on a CPU */
    double loop_queued_s;    /* ready to run but waiting for a CPU */
    double loop_stalled_s;   /* asleep anywhere else; as loop_poll_s */
    double loop_stalled_low_s;
    double loop_stalled_high_s;
    int64_t files;
    int64_t file_bytes;
    int64_t stride_bytes;
    int64_t chunk_bytes;
    int64_t depth; /* reads asked for at a time at most, all files together; of methods that read */
    int64_t pool_threads;
    double heartbeat_s;       /* 0 when the loop probes were off */
    int64_t clients;          /* other processes that asked the loop */
    int64_t inline_chunks;    /* of methods that count them: done at once on the loop */
    int64_t offloaded_chunks; /* handed to the pool */
    char prime[TRIAL_TEXT];   /* how a warm cache was filled: "read" or "pages" */
    double open_s;            /* the untimed phases of the protocol */
    double cache_s;
    double verify_s;
    double prepare_s;
    double finish_s;
};

/* A trial of which nothing is known yet. */
struct trial trial_unknown(void);

/* What the trial did with the bytes: "scan", "copy" or "send"; results of before there was such a
 * column are of scans. */
const char *trial_work(const struct trial *trial);

/* Whether the row counts as a measurement. */
int trial_is_ok(const struct trial *trial);

/* Write the header, or one row, to the end of the open file `fd`: a row as a whole or, when the
 * write fails, not at all. Return 0 or a negative errno. */
int trial_write_header(int fd);
int trial_write_row(int fd, const struct trial *trial);

/* The row of one trial as it stands in the file, in memory that the caller frees; and back again.
 * trial_parse cuts the line in place and returns whether it was a whole row of all columns. */
char *trial_row(const struct trial *trial);
bool trial_parse(struct trial *trial, char *line);

/* The rows of a file. */
struct trials {
    size_t count;
    struct trial *rows;
    double interval_level; /* what intervals of them take: machine.csv; 0 for STATS_LEVEL */
};

/* Adds a copy of a row. Begin with {.count = 0}; the caller frees with trials_free. */
void trials_add(struct trials *trials, const struct trial *trial);

/* Reads a trials.csv by the names of its columns: those it does not have stay unknown, those
 * unknown here are passed over, and without a status column every row counts as ok. Returns 0 or a
 * negative errno with `error` naming the file, the line and what is wrong. The caller frees with
 * trials_free. */
int trials_read(struct trials *trials, const char *path, struct error *error);

void trials_free(struct trials *trials);

#endif
