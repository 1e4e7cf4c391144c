// SPDX-License-Identifier: MIT
#include "copy_verdict.h"

#include "policy.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define WHOLE    "single-copy-whole"
#define MAPPED   "single-copy-mmap"
#define SENDFILE "single-copy-sendfile"
#define CHUNKS   "single-copy-read"

/* ---- The post's figure and its three ways -----------------------------------------------------
 */

static void say_median(struct statement *statement, const struct summary_row *row)
{
    const struct stats_estimate *median = &row->median_s;
    statement_say(statement, "%s", wording_seconds(median->value).text);
    if (isnan(median->low))
        statement_say(statement, " (%s)", wording_count(row->count, "trial").text);
    else
        statement_say(statement, " [%.3g, %.3g]", median->low, median->high);
}

/* "the same 1 GiB file", "the same 8 files of 1 MiB", "the file set". */
static struct words same_files(const struct trial *trial)
{
    if (trial->files < 1 || trial->file_bytes < 0)
        return wording_format("the file set");
    const struct words bytes = wording_bytes((double)trial->file_bytes);
    return trial->files == 1
               ? wording_format("the same %s file", bytes.text)
               : wording_format("the same %s of %s",
                                wording_count((size_t)trial->files, "file").text, bytes.text);
}

/* The sentence that the post does not end, and the neighbours of its figure. */
static void say_figure(struct statements *said, const struct summary *summary, const char *cache)
{
    static const struct {
        const char *method;
        const char *figure;
        const char *text;
    } others[] = {
        {WHOLE, "whole_s", ", with read and write of a buffer of its size "},
        {SENDFILE, "sendfile_s", ", with sendfile "},
    };
    const struct summary_row *mapped = summary_find(summary, MAPPED, cache);
    if (mapped == NULL)
        return;
    struct statement *statement = statements_add(said, "post-figure");
    statement_say(statement, "%s: copying %s with mmap takes ", cache,
                  same_files(mapped->trials[0]).text);
    say_median(statement, mapped);
    statement_figure(statement, "mmap_s", mapped->median_s.value);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct summary_row *row = summary_find(summary, others[i].method, cache);
        if (row == NULL)
            continue;
        statement_say(statement, "%s", others[i].text);
        say_median(statement, row);
        statement_figure(statement, others[i].figure, row->median_s.value);
    }
    statement_say(statement, ".");
}

enum { WAYS = 3 };

/* Those of the post's ways that have ok trials, the one with the smallest median first. */
static size_t find_ways(const struct summary *summary, const char *cache,
                        const struct summary_row *rows[WAYS])
{
    static const char *const methods[WAYS] = {WHOLE, MAPPED, SENDFILE};
    size_t count = 0;
    for (size_t i = 0; i < WAYS; i++) {
        rows[count] = summary_find(summary, methods[i], cache);
        if (rows[count] == NULL)
            continue;
        if (rows[count]->median_s.value < rows[0]->median_s.value) {
            const struct summary_row *fastest = rows[count];
            rows[count] = rows[0];
            rows[0] = fastest;
        }
        count++;
    }
    return count;
}

/* Nothing is the fastest unless all others are known to be slower. */
static void say_fastest(struct statements *said, const struct summary *summary, const char *cache)
{
    const struct summary_row *rows[WAYS];
    struct ratio ratios[WAYS];
    const size_t count = find_ways(summary, cache, rows);
    size_t slower = 0;
    size_t too_few = 0;
    for (size_t i = 1; i < count; i++) {
        ratios[i] = summary_ratio(rows[i], rows[0]);
        slower += ratio_kind(&ratios[i]) == RATIO_SLOWER ? 1 : 0;
        too_few += ratio_kind(&ratios[i]) == RATIO_TOO_FEW ? 1 : 0;
    }
    if (count < 2 || too_few == count - 1)
        return;
    const bool is_known = slower == count - 1;
    struct statement *statement = statements_add(said, is_known ? "post-fastest" : "post-open");
    statement_say(statement, "%s: of the %s ways of \"Why is mmap slow?\"%s ", cache,
                  count == WAYS ? "three" : "two", count == WAYS ? "" : " that were run");
    statement_say(statement,
                  is_known ? "%s is the fastest here; against it"
                           : "none is known to be the fastest here; against %s, which "
                             "has the smallest median,",
                  rows[0]->method);
    for (size_t i = 1; i < count; i++) {
        statement_say(statement, "\n%s: ", rows[i]->method);
        ratio_say(statement, &ratios[i]);
    }
}

/* ---- What a buffer of the whole file costs ----------------------------------------------------
 */

static bool knows_costs(const struct summary_row *row)
{
    return !isnan(row->minor_faults) && !isnan(row->system_s);
}

static void say_costs(struct statement *statement, const struct summary_row *row,
                      const struct summary_row *base)
{
    statement_say(statement,
                  "\nMedians: %.0f minor faults against %.0f, %s of system time against %s.",
                  row->minor_faults, base->minor_faults, wording_seconds(row->system_s).text,
                  wording_seconds(base->system_s).text);
    statement_figure(statement, "minor_faults", row->minor_faults);
    statement_figure(statement, "base_minor_faults", base->minor_faults);
    statement_figure(statement, "system_s", row->system_s);
    statement_figure(statement, "base_system_s", base->system_s);
}

/* How many bytes of the buffer came with each fault that the other method has not; INFINITY when
 * there are none. */
static double bytes_per_fault(const struct summary_row *row, const struct summary_row *base)
{
    const double faults = row->minor_faults - base->minor_faults;
    return faults > 0 && row->trials[0]->bytes > 0 ? (double)row->trials[0]->bytes / faults
                                                   : INFINITY;
}

/* Why it is slower, as far as faults and system time tell. */
static void say_cause(struct statement *statement, const struct summary_row *row,
                      const struct summary_row *base)
{
    const double longer_s = row->median_s.value - base->median_s.value;
    const double share = fmin((row->system_s - base->system_s) / longer_s, 1);
    const double bytes = bytes_per_fault(row, base);
    if (longer_s <= 0)
        return;
    statement_figure(statement, "system_share", share);
    if (bytes > POLICY_LARGEST_PAGE_BYTES)
        statement_say(statement,
                      " There are too few faults for the pages of the buffer to have "
                      "been made in that time: why it is slower these figures do not show.");
    else if (share < POLICY_CAUSE_SHARE)
        statement_say(statement,
                      " Its pages are made first, a fault for each %.0f KiB; but only %.0f %% of "
                      "what it takes longer is system time, so that this is not all.",
                      bytes / 1024, fmax(share, 0) * 100);
    else
        statement_say(statement,
                      " Its pages are made first, a fault for each %.0f KiB, and %.0f %% of what "
                      "it takes longer is system time: to make the pages and to give them back, "
                      "and to copy through memory that no CPU has cached, which these figures do "
                      "not tell apart.",
                      bytes / 1024, share * 100);
}

static void say_whole_buffer(struct statements *said, const struct summary *summary,
                             const char *cache)
{
    const struct summary_row *row = summary_find(summary, WHOLE, cache);
    const struct summary_row *base = summary_find(summary, CHUNKS, cache);
    if (row == NULL || base == NULL)
        return;
    const struct ratio ratio = summary_ratio(row, base);
    if (ratio_kind(&ratio) == RATIO_TOO_FEW)
        return;
    struct statement *statement = statements_add(said, "whole-buffer");
    statement_say(statement, "%s, a buffer of the whole file: %s against %s: ", cache, WHOLE,
                  CHUNKS);
    ratio_say(statement, &ratio);
    statement_say(statement, ".");
    if (!knows_costs(row) || !knows_costs(base))
        return;
    say_costs(statement, row, base);
    if (ratio_kind(&ratio) == RATIO_SLOWER)
        say_cause(statement, row, base);
}

/* ---- Whether mmap saves a copy ----------------------------------------------------------------
 */

/* It holds when mmap is faster than what it is to replace. */
static const char *answer_of(const struct ratio *ratio)
{
    switch (ratio_kind(ratio)) {
    case RATIO_FASTER:
        return "it holds: ";
    case RATIO_SLOWER:
    case RATIO_ALIKE:
        return "it does not hold: ";
    default:
        return "";
    }
}

/* Against the post's own program, and against the same calls with a buffer that is used again. */
static void say_advice(struct statements *said, const struct summary *summary, const char *cache)
{
    static const char *const bases[] = {WHOLE, CHUNKS};
    const struct summary_row *row = summary_find(summary, MAPPED, cache);
    struct statement *statement = NULL;
    for (size_t i = 0; row != NULL && i < sizeof bases / sizeof bases[0]; i++) {
        const struct summary_row *base = summary_find(summary, bases[i], cache);
        if (base == NULL)
            continue;
        const struct ratio ratio = summary_ratio(row, base);
        if (ratio_kind(&ratio) == RATIO_TOO_FEW)
            continue;
        if (statement == NULL) {
            statement = statements_add(said, "mmap-advice");
            statement_say(statement, "%s, that post's advice, that mmap saves a copy and time",
                          cache);
        }
        statement_say(statement, "\nagainst %s: %s", bases[i], answer_of(&ratio));
        ratio_say(statement, &ratio);
        statement_say(statement, ".");
    }
}

void copy_verdict_say(struct statements *said, const struct summary *summary, const char *cache)
{
    say_figure(said, summary, cache);
    say_fastest(said, summary, cache);
    say_whole_buffer(said, summary, cache);
    say_advice(said, summary, cache);
}
