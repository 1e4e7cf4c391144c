// SPDX-License-Identifier: MIT
#include "transfer_loop.h"

#include "recommendation.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* On one thread, which is the loop's own, there is nothing to ask: the whole time is one delay. */
static bool is_on_one_thread(const struct summary_row *row)
{
    return strncmp(row->method, "single-", strlen("single-")) == 0;
}

/* How many requests, one after the other, the longest delay is worth. */
static void say_requests(struct statement *statement, double delay_s, double latency_s)
{
    const double requests = delay_s / latency_s;
    const struct words latency = wording_delay(latency_s * 1e3);
    statement_figure(statement, "requests", requests);
    if (requests < 1)
        statement_say(statement, ", less than one request of %s (%.2f)", latency.text, requests);
    else
        statement_say(statement, ", worth %.1f requests of %s", requests, latency.text);
}

static void say_p99(struct statement *statement, const struct summary_row *row, double free_loop_s)
{
    const double p99_s = summary_free_p99_s(row);
    if (isnan(row->loop_delay_p99_s))
        return;
    statement_say(statement, "; p99 %s", wording_delay(row->loop_delay_p99_s * 1e3).text);
    statement_figure(statement, "loop_delay_p99_s", row->loop_delay_p99_s);
    if (!isnan(row->client_p99_s)) {
        statement_say(statement, ", of clients %s", wording_delay(row->client_p99_s * 1e3).text);
        statement_figure(statement, "client_p99_s", row->client_p99_s);
    }
    if (!isnan(p99_s))
        statement_say(statement,
                      p99_s < free_loop_s ? ": free (under %g ms)" : ": not free (%g ms or longer)",
                      free_loop_s * 1e3);
}

static void say_loop(struct statements *said, const struct summary *summary,
                     const struct summary_row *row, double latency_s)
{
    const struct trial *longest = summary_longest_delay(row);
    struct statement *statement = statements_add(said, "loop");
    statement_say(statement, "%s, %s: longest delay of the loop %s (%.0f %% of that %s)",
                  row->cache, row->method, wording_delay(row->loop_delay_max_s * 1e3).text,
                  row->loop_delay_max_s / longest->elapsed_s * 100, row->work);
    statement_figure(statement, "loop_delay_max_s", row->loop_delay_max_s);
    if (!isnan(latency_s))
        say_requests(statement, row->loop_delay_max_s, latency_s);
    if (!is_on_one_thread(row))
        say_p99(statement, row, recommendation_bar(summary)->free_loop_s);
    statement_say(statement, ".");
}

void transfer_loop_say(struct statements *said, const struct summary *summary,
                       const struct machine *machine, const char *cache)
{
    const bool is_emulated = strcmp(machine_text(machine, "storage"), "emulated") == 0;
    const double latency_s = is_emulated && strcmp(cache, "cold") == 0
                                 ? machine_number(machine, "storage_latency_s")
                                 : NAN;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (strcmp(row->cache, cache) == 0 && strcmp(row->work, "scan") != 0 &&
            !isnan(row->loop_delay_max_s) && (!is_on_one_thread(row) || !isnan(latency_s)))
            say_loop(said, summary, row, latency_s);
    }
}
