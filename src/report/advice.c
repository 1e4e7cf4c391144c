// SPDX-License-Identifier: MIT
#include "advice.h"

#include <stdbool.h>
#include <string.h>

/* From where on something is told. */
enum { FEWEST_TRIALS = 5 };
#define WIDE_INTERVAL     0.25
#define MUCH_STEAL        0.01
#define MUCH_BY_OTHERS    0.05
#define MANY_OTHERS_BYTES (64.0 * 1024 * 1024)

/* Names the rows that `tells` picks, after `text`; all of them in two words. Returns whether there
 * was one. */
static bool print_rows(const struct summary *summary, bool (*tells)(const struct summary_row *row),
                       const char *text, FILE *out)
{
    size_t picked = 0;
    bool any = false;
    for (size_t i = 0; i < summary->count; i++)
        picked += tells(&summary->rows[i]) ? 1 : 0;
    if (picked > 1 && picked == summary->count) {
        fprintf(out, "%s every method", text);
        return true;
    }
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (!tells(row))
            continue;
        fprintf(out, "%s %s %s", any ? "," : text, row->method, row->cache);
        any = true;
    }
    return any;
}

static bool has_few_trials(const struct summary_row *row)
{
    return row->count > 0 && row->count < FEWEST_TRIALS;
}

static bool has_wide_interval(const struct summary_row *row)
{
    return row->count >= FEWEST_TRIALS &&
           row->median_s.high - row->median_s.low > WIDE_INTERVAL * row->median_s.value;
}

static bool has_slow_trials(const struct summary_row *row)
{
    return row->slow > 0;
}

void advice_print(const struct summary *summary, const struct machine *machine, FILE *out)
{
    const double steal = machine_number(machine, "cpu_steal_share");
    const double others = machine_number(machine, "cpu_others_share");
    const double others_bytes = machine_number(machine, "device_others_read_bytes");
    const char *governor = machine_text(machine, "cpu_governor");
    if (print_rows(summary, has_few_trials, "- Too few trials to say much of", out))
        fprintf(out, ": give --runs 10 or more.\n");
    if (print_rows(summary, has_wide_interval, "- Wide intervals:", out))
        fprintf(out, ": give more --runs, and the machine nothing else to do.\n");
    if (print_rows(summary, has_slow_trials, "- Slow trials, counted all the same:", out))
        fprintf(out, ": the means suffer from them, the medians hardly.\n");
    if (steal > MUCH_STEAL)
        fprintf(
            out,
            "- The host took %.1f %% of the CPU time from this virtual machine: measure when it is "
            "quieter, or on a machine of its own.\n",
            steal * 100);
    if (others > MUCH_BY_OTHERS)
        fprintf(out, "- Other programs used %.0f %% of the CPUs during the run: end them.\n",
                others * 100);
    if (others_bytes > MANY_OTHERS_BYTES)
        fprintf(out, "- Others read %.0f MiB from the device during the run: end them.\n",
                others_bytes / (1024 * 1024));
    if (governor[0] != '\0' && strcmp(governor, "performance") != 0)
        fprintf(out,
                "- The CPU's frequency is governed by '%s' and may change during a run: choose "
                "'performance'.\n",
                governor);
}
