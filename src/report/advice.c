// SPDX-License-Identifier: MIT
#include "advice.h"

#include "policy.h"
#include "precision.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MIB (1024.0 * 1024)

/* What the page cache is to hold: of copies twice the files. NAN when no trial tells it. */
static double cached_bytes(const struct summary *summary)
{
    const int times = strcmp(summary_work(summary), "copy") == 0 ? 2 : 1;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (row->count > 0 && row->trials[0]->files > 0 && row->trials[0]->file_bytes > 0)
            return times * (double)row->trials[0]->files * (double)row->trials[0]->file_bytes;
    }
    return NAN;
}

/* Names the rows that `tells` picks, between `begin` and `end`: the first few of many, and all in
 * two words. */
static void say_rows(struct statements *said, const struct summary *summary, const char *id,
                     bool (*tells)(const struct summary_row *row), const char *begin,
                     const char *end)
{
    enum { NAMED = 6 };
    size_t picked = 0;
    size_t named = 0;
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
    for (size_t i = 0; i < summary->count && named < NAMED; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (!tells(row))
            continue;
        statement_say(statement, "%s %s %s", before, row->method, row->cache);
        before = ",";
        named++;
    }
    if (picked > named)
        statement_say(statement, " and %zu more", picked - named);
    statement_say(statement, "%s", end);
}

/* A cold trial may have been served from a cache that no eviction reaches. */
static void say_cache_below(struct statements *said, const struct summary *summary,
                            const struct machine *machine)
{
    static const char *const texts[][2] = {
        {"loop file", "The data lie on a loop device, and the page cache holds the file below it a "
                      "second time: 'losetup --direct-io=on' ends that, or a disk of its own."},
        {"fuse", "The program that serves this FUSE file system may hold the files in a cache of "
                 "its own: cold is what that makes of it, or give --data a folder on a disk."},
        {"server", "The server of this network file system may hold the files in a cache of its "
                   "own: cold is what that makes of it, or give --data a folder on a disk."},
        {"host", "The host of this virtual machine may hold the files in a cache of its own: cold "
                 "is what that makes of it, or measure on a machine of its own."},
    };
    const char *cache = machine_text(machine, "cache_below");
    bool any_cold = false;
    for (size_t i = 0; i < summary->count; i++)
        any_cold = any_cold || strcmp(summary->rows[i].cache, "cold") == 0;
    for (size_t i = 0; any_cold && i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(cache, texts[i][0]) == 0)
            statement_say(statements_add(said, "cache-below"), "%s", texts[i][1]);
    }
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

static void say_noise(struct statements *said, const struct machine *machine)
{
    const double steal = machine_number(machine, "cpu_steal_share");
    const double others = machine_number(machine, "cpu_others_share");
    const double others_bytes = machine_number(machine, "device_others_read_bytes");
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
                      others_bytes / MIB);
}

/* The kernel counts waits of this program, too, which has more threads than CPUs and waits for the
 * device on purpose: of these two only what others waited for is noise. */
static void say_pressure(struct statements *said, const struct machine *machine)
{
    static const struct {
        const char *key;
        const char *what;
        double limit;
        const char *advice;
    } rows[] = {
        {"pressure_cpu_others_share", "Other programs waited for a CPU", POLICY_MUCH_PRESSURE,
         "end them, or give this one CPUs of its own"},
        {"pressure_io_others_share", "Other programs waited for storage", POLICY_MUCH_PRESSURE,
         "end them, or give --data a disk of its own"},
        {"pressure_memory_share", "Some program waited for memory", POLICY_MEMORY_PRESSURE,
         "end others, or give a smaller --size"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double share = machine_number(machine, rows[i].key);
        if (share > rows[i].limit)
            statement_say(statements_add(said, rows[i].key),
                          "%s for %.0f %% of the run (/proc/pressure): %s.", rows[i].what,
                          share * 100, rows[i].advice);
    }
}

/* What this program may use of the machine. */
static void say_limits(struct statements *said, const struct summary *summary,
                       const struct machine *machine)
{
    const double throttled = machine_number(machine, "cpu_throttled_share");
    const double quota = machine_number(machine, "cpu_quota");
    const double memory_bytes = machine_number(machine, "memory_bytes");
    const double nodes = machine_number(machine, "numa_nodes_used");
    const double bytes = cached_bytes(summary);
    if (throttled > POLICY_MUCH_THROTTLED)
        statement_say(statements_add(said, "throttled"),
                      "A quota of %g CPU%s held this program back for %.0f %% of the run: raise it "
                      "(cpu.max of its control group, --cpus of its container).",
                      quota, quota == 1 ? "" : "s", throttled * 100);
    if (memory_bytes < POLICY_LEAST_MEMORY * bytes)
        statement_say(
            statements_add(said, "memory"),
            "The %.0f MiB of memory that may be used are less than %.1f times the %.0f "
            "MiB of files%s, so that pages may be taken back before they are used: give a "
            "smaller --size, or more memory.",
            memory_bytes / MIB, POLICY_LEAST_MEMORY, bytes / MIB,
            strcmp(summary_work(summary), "copy") == 0 ? " and their copies" : "");
    if (nodes > 1)
        statement_say(statements_add(said, "numa"),
                      "The CPUs are on %.0f NUMA nodes, and memory of another one is slower: run "
                      "on one (numactl --cpunodebind=0 --membind=0 ./run_bench.sh ...).",
                      nodes);
}

/* Under these drivers the processor itself chooses, and 'powersave' is what all systems set. */
static bool is_normal(const char *governor, const char *driver)
{
    return strcmp(governor, "performance") == 0 ||
           (strcmp(governor, "powersave") == 0 &&
            (strcmp(driver, "intel_pstate") == 0 || strcmp(driver, "amd-pstate-epp") == 0));
}

static void say_governor(struct statements *said, const struct machine *machine)
{
    const char *governor = machine_text(machine, "cpu_governor");
    if (governor[0] != '\0' && !is_normal(governor, machine_text(machine, "cpu_frequency_driver")))
        statement_say(statements_add(said, "governor"),
                      "The CPU's frequency is governed by '%s' and may change during a run: choose "
                      "'performance'.",
                      governor);
}

void advice_say(struct statements *said, const struct summary *summary,
                const struct machine *machine)
{
    say_rows(said, summary, "few-trials", has_few_trials, "Too few trials to say much of",
             ": give --runs 10 or more.");
    precision_say(said, summary, machine);
    if (machine_text(machine, "precision")[0] == '\0')
        say_rows(said, summary, "wide-intervals", has_wide_interval,
                 "Wide intervals:", ": give --precision 10%, and the machine nothing else to do.");
    say_rows(said, summary, "slow-trials", has_slow_trials, "Slow trials, counted all the same:",
             ": the means suffer from them, the medians hardly.");
    say_noise(said, machine);
    say_cache_below(said, summary, machine);
    say_pressure(said, machine);
    say_limits(said, summary, machine);
    say_governor(said, machine);
}
