// SPDX-License-Identifier: MIT
#include "send_verdict.h"

#include "policy.h"
#include "verdict.h"
#include "wording.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static void say_sendfile(struct statements *said, const struct summary *summary, const char *cache)
{
    static const struct {
        const char *id;
        const char *method;
        const char *base;
    } pairs[] = {
        {"sendfile-against-read", "single-send-sendfile", "single-send-read"},
        {"sendfile-against-mmap", "single-send-sendfile", "single-send-mmap"},
        {"loop-sendfile-against-read", "async-send-sendfile", "async-send-read"},
        {"loop-sendfile-against-mmap", "async-send-sendfile", "async-send-mmap"},
        {"offload-against-sendfile", "async-send-offload", "async-send-sendfile"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        verdict_say_pair(said, pairs[i].id, summary, cache, pairs[i].method, pairs[i].base);
}

/* How many of its readers a method served at a time, on average: as many as take the bytes in its
 * median time. Where the sockets hold much of them the send ends before its readers do: then NAN,
 * as also where the trials do not tell. */
static double served_by(const struct summary_row *row, double rate)
{
    const struct trial *trial = row->trials[0];
    const double served =
        (double)trial->files * (double)trial->file_bytes / rate / row->median_s.value;
    const bool is_told = trial->files > 0 && trial->file_bytes > 0 &&
                         served <= (1 + POLICY_NEARLY) * (double)trial->files;
    return is_told ? served : NAN;
}

/* How many threads of the pool the readers held: nobody counts them, but where there are fewer than
 * readers, no more of these are served at a time. */
static void say_held(struct statement *statement, const struct trial *trial, double served)
{
    const double threads = (double)trial->pool_threads;
    if (threads < 1)
        return;
    statement_say(statement, "; its pool has %s",
                  wording_count((size_t)trial->pool_threads, "thread").text);
    statement_figure(statement, "pool_threads", threads);
    if (trial->pool_threads >= trial->files)
        statement_say(statement, ", one for each reader, so that it cannot be told how many were "
                                 "held: give --pool fewer than --files");
    else if (fabs(served - threads) <= POLICY_NEARLY * threads)
        statement_say(statement,
                      ", as many: a reader held each of them, and the others had to wait");
}

static void say_served(struct statement *statement, const struct summary_row *row, double served)
{
    /* Its calls block a thread of the pool for as long as the reader takes. */
    const bool blocks_the_pool = strcmp(row->method, "async-send-offload") == 0;
    statement_say(statement, "\n%s: %.1f", row->method, served);
    if (!isnan(row->loop_delay_max_s))
        statement_say(statement, ", longest delay of the loop %s",
                      wording_delay(row->loop_delay_max_s * 1e3).text);
    if (!blocks_the_pool)
        return;
    statement_figure(statement, "served", served);
    if (!isnan(row->loop_delay_max_s))
        statement_figure(statement, "loop_delay_max_s", row->loop_delay_max_s);
    say_held(statement, row->trials[0], served);
}

/* A line for each method; the figures are those of the one that blocks its pool. */
static void say_readers(struct statements *said, const struct summary *summary, double rate,
                        const char *cache)
{
    struct statement *statement = NULL;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) != 0 || strcmp(row->work, "send") != 0 || row->count == 0)
            continue;
        const double served = served_by(row, rate);
        if (isnan(served))
            continue;
        if (statement == NULL) {
            statement = statements_add(said, "slow-readers");
            statement_say(statement,
                          "%s, of %" PRId64 " readers that take %s a second each, so many were "
                          "served at a time (bytes by rate and median time)",
                          cache, row->trials[0]->files, wording_bytes(rate).text);
        }
        say_served(statement, row, served);
    }
}

void send_verdict_say(struct statements *said, const struct summary *summary,
                      const struct machine *machine, const char *cache)
{
    const double rate = machine_number(machine, "reader_bytes_per_s");
    say_sendfile(said, summary, cache);
    if (rate > 0)
        say_readers(said, summary, rate, cache);
}
