// SPDX-License-Identifier: MIT
#include "precision.h"

#include "wording.h"

#include <math.h>
#include <string.h>

size_t precision_next_look(size_t repeats)
{
    return repeats + (repeats > 1 ? repeats / 2 : 1);
}

/* How far the farther end lies from the median, as a share of it; NAN without an interval. */
static double reach(const struct stats_estimate *median)
{
    const double most = fmax(median->high - median->value, median->value - median->low);
    return most / median->value;
}

bool precision_holds(const struct stats_estimate *median, double precision)
{
    return reach(median) <= precision;
}

static bool is_wide(const struct summary_row *row, double precision)
{
    return row->count > 0 && !precision_holds(&row->median_s, precision);
}

size_t precision_count_wide(const struct summary *summary, double precision)
{
    size_t wide = 0;
    for (size_t i = 0; i < summary->count; i++)
        wide += is_wide(&summary->rows[i], precision) ? 1 : 0;
    return wide;
}

/* Names the first few, each with how wide it is. */
static void say_wide(struct statement *statement, const struct summary *summary, double precision)
{
    enum { NAMED = 6 };
    size_t wide = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        const double percent = reach(&row->median_s) * 100;
        if (!is_wide(row, precision) || wide++ >= NAMED)
            continue;
        statement_say(statement, "%s %s %s", wide > 1 ? "," : "", row->method, row->cache);
        if (isnan(percent))
            statement_say(statement, " (no interval)");
        else
            statement_say(statement, " (%.3g %%)", percent);
    }
    if (wide > NAMED)
        statement_say(statement, " and %zu more", wide - NAMED);
}

/* As a person would give it. */
static void say_time(struct statement *statement, double seconds)
{
    const bool hours = fmod(seconds, 3600) == 0;
    const bool minutes = fmod(seconds, 60) == 0;
    statement_say(statement, "%g%s",
                  seconds / (hours     ? 3600
                             : minutes ? 60
                                       : 1),
                  hours     ? "h"
                  : minutes ? "min"
                            : "s");
}

static size_t count_repeats(const struct summary *summary)
{
    size_t most = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        if (row->count > 0 && row->count + row->left_out > most)
            most = row->count + row->left_out;
    }
    return most;
}

void precision_say(struct statements *said, const struct summary *summary,
                   const struct machine *machine)
{
    const double precision = machine_number(machine, "precision");
    const size_t repeats = count_repeats(summary);
    if (isnan(precision) || repeats == 0)
        return;
    const size_t wide = precision_count_wide(summary, precision);
    const struct words after = wording_count(repeats, "repeat");
    struct statement *statement = statements_add(said, wide == 0 ? "precise" : "not-precise");
    statement_figure(statement, "repeats", (double)repeats);
    statement_figure(statement, "wide", (double)wide);
    if (wide == 0) {
        statement_say(statement, "All intervals lie within %.3g %% of their medians after %s.",
                      precision * 100, after.text);
        return;
    }
    const bool of_time = strcmp(machine_text(machine, "precision_end"), "time") == 0;
    if (of_time) {
        statement_say(statement, "The time of ");
        say_time(statement, machine_number(machine, "at_most_s"));
        statement_say(statement, " is over after %s: ", after.text);
    } else {
        statement_say(statement, "The run was ended after %s: ", after.text);
    }
    statement_say(statement, "%zu of the intervals %s not within %.3g %% of %s:", wide,
                  wide == 1 ? "is" : "are", precision * 100,
                  wide == 1 ? "its median" : "their medians");
    say_wide(statement, summary, precision);
    if (of_time)
        statement_say(statement,
                      "; give a longer --at-most, and the machine nothing else to do meanwhile");
    statement_say(statement, ".");
}
