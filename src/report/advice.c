// SPDX-License-Identifier: MIT
#include "advice.h"

#include "policy.h"

#include <stdbool.h>
#include <string.h>

/* Names the rows that `tells` picks, between `begin` and `end`; all of them in two words. */
static void say_rows(struct statements *said, const struct summary *summary, const char *id,
                     bool (*tells)(const struct summary_row *row), const char *begin,
                     const char *end)
{
    size_t picked = 0;
    for (size_t i = 0; i < summary->count; i++)
        picked += tells(&summary->rows[i]) ? 1 : 0;
    if (picked == 0)
        return;
    struct statement *statement = statements_add(said, id);
    const char *before = begin;
    if (picked > 1 && picked == summary->count) {
        statement_say(statement, "%s every method%s", begin, end);
        return;
    }
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (!tells(row))
            continue;
        statement_say(statement, "%s %s %s", before, row->method, row->cache);
        before = ",";
    }
    statement_say(statement, "%s", end);
}

static bool has_few_trials(const struct summary_row *row)
{
    return row->count > 0 && row->count < POLICY_FEWEST_TRIALS;
}

static bool has_wide_interval(const struct summary_row *row)
{
    return row->count >= POLICY_FEWEST_TRIALS &&
           row->median_s.high - row->median_s.low > POLICY_WIDE_INTERVAL * row->median_s.value;
}

static bool has_slow_trials(const struct summary_row *row)
{
    return row->slow > 0;
}

void advice_say(struct statements *said, const struct summary *summary,
                const struct machine *machine)
{
    const double steal = machine_number(machine, "cpu_steal_share");
    const double others = machine_number(machine, "cpu_others_share");
    const double others_bytes = machine_number(machine, "device_others_read_bytes");
    const char *governor = machine_text(machine, "cpu_governor");
    say_rows(said, summary, "few-trials", has_few_trials, "Too few trials to say much of",
             ": give --runs 10 or more.");
    say_rows(said, summary, "wide-intervals", has_wide_interval,
             "Wide intervals:", ": give more --runs, and the machine nothing else to do.");
    say_rows(said, summary, "slow-trials", has_slow_trials, "Slow trials, counted all the same:",
             ": the means suffer from them, the medians hardly.");
    if (steal > POLICY_MUCH_STEAL)
        statement_say(
            statements_add(said, "steal"),
            "The host took %.1f %% of the CPU time from this virtual machine: measure when it is "
            "quieter, or on a machine of its own.",
            steal * 100);
    if (others > POLICY_MUCH_BY_OTHERS)
        statement_say(statements_add(said, "others"),
                      "Other programs used %.0f %% of the CPUs during the run: end them.",
                      others * 100);
    if (others_bytes > POLICY_MANY_OTHERS_BYTES)
        statement_say(statements_add(said, "others-reads"),
                      "Others read %.0f MiB from the device during the run: end them.",
                      others_bytes / (1024 * 1024));
    if (governor[0] != '\0' && strcmp(governor, "performance") != 0)
        statement_say(statements_add(said, "governor"),
                      "The CPU's frequency is governed by '%s' and may change during a run: choose "
                      "'performance'.",
                      governor);
}
