// SPDX-License-Identifier: MIT
#include "readahead_levels.h"

#include "table.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>

static const char *const methods[] = {"async-read", "threads-mmap", "single-mmap", "async-mmap"};
enum { METHODS = sizeof methods / sizeof methods[0] };

static struct words name_level(const struct comparison_result *result)
{
    const double bytes = machine_number(&result->machine, "device_readahead_bytes");
    return isnan(bytes) ? wording_format("unknown")
           : bytes == 0 ? wording_format("none")
                        : wording_bytes(bytes);
}

/* The ratio of async-mmap to another method. Returns whether there are pairs for it. */
static bool find_ratio(const struct comparison_result *result, const char *base,
                       struct ratio *ratio)
{
    const struct summary_row *row = summary_find(&result->summary, "async-mmap", "cold");
    const struct summary_row *base_row = summary_find(&result->summary, base, "cold");
    if (row == NULL || base_row == NULL)
        return false;
    *ratio = summary_ratio(row, base_row);
    return ratio->count > 0;
}

static void print_ratio(const struct comparison_result *result, const char *base, FILE *out)
{
    struct ratio ratio;
    if (!find_ratio(result, base, &ratio))
        fprintf(out, "%20s", "-");
    else if (isnan(ratio.estimate.low))
        fprintf(out, "%20.2f", ratio.estimate.value);
    else
        fprintf(out, "%6.2f [%.2f, %.2f]", ratio.estimate.value, ratio.estimate.low,
                ratio.estimate.high);
}

static double p99_ms(const struct summary_row *row)
{
    return row == NULL ? NAN : row->loop_delay_p99_s * 1e3;
}

void readahead_levels_print(const struct comparison_result *results, size_t count, FILE *out)
{
    fprintf(out,
            "\ncold page cache: median time (s), p99 loop delay of async-mmap (ms), and "
            "async-mmap against the others\n\n%-10s",
            "readahead");
    for (size_t k = 0; k < METHODS; k++)
        fprintf(out, "%13s", methods[k]);
    fprintf(out, "%11s%20s%20s   %s\n", "delay", "/ single-mmap", "/ threads-mmap", "files");
    for (size_t i = 0; i < count; i++) {
        const struct summary *summary = &results[i].summary;
        fprintf(out, "%-10s", name_level(&results[i]).text);
        for (size_t k = 0; k < METHODS; k++) {
            const struct summary_row *row = summary_find(summary, methods[k], "cold");
            table_number(out, 13, 4, row != NULL ? row->median_s.value : NAN);
        }
        table_number(out, 11, 2, p99_ms(summary_find(summary, "async-mmap", "cold")));
        print_ratio(&results[i], "single-mmap", out);
        print_ratio(&results[i], "threads-mmap", out);
        fprintf(out, "   %s\n", wording_file_set(&results[i]).text);
    }
}

static void say_level(struct statements *said, const struct comparison_result *result)
{
    struct ratio single;
    struct ratio threads;
    if (!find_ratio(result, "single-mmap", &single) ||
        !find_ratio(result, "threads-mmap", &threads))
        return;
    struct statement *statement = statements_add(said, "readahead-level");
    statement_say(statement,
                  "Readahead %s: async-mmap against threads-mmap: ", name_level(result).text);
    ratio_say(statement, &threads);
    statement_say(statement, "; against single-mmap: ");
    ratio_say(statement, &single);
    statement_say(statement, ".");
}

/* What the clock shows of it with the least readahead and with the most. */
static void say_hidden(struct statements *said, const struct comparison_result *results,
                       size_t count)
{
    const struct comparison_result *least = &results[0];
    const struct comparison_result *most = &results[count - 1];
    struct ratio of_least;
    struct ratio of_most;
    if (count < 2 || !find_ratio(least, "threads-mmap", &of_least) ||
        !find_ratio(most, "threads-mmap", &of_most) || isnan(of_least.estimate.low) ||
        isnan(of_most.estimate.low))
        return;
    const struct stats_estimate little = of_least.estimate;
    const struct stats_estimate much = of_most.estimate;
    const bool is_hidden = much.high < little.low;
    struct statement *statement = statements_add(said, is_hidden ? "hidden" : "not-hidden");
    statement_figure(statement, "least", little.value);
    statement_figure(statement, "most", much.value);
    if (is_hidden)
        statement_say(statement,
                      "Readahead hides it from the clock: with the least of it async-mmap took "
                      "%.2f times [%.2f, %.2f] as long as threads-mmap, with the most %.2f times "
                      "[%.2f, %.2f].",
                      little.value, little.low, little.high, much.value, much.low, much.high);
    else
        statement_say(statement,
                      "That readahead hides it from the clock cannot be told here: with the least "
                      "of it async-mmap took %.2f times [%.2f, %.2f] as long as threads-mmap, with "
                      "the most %.2f times [%.2f, %.2f].",
                      little.value, little.low, little.high, much.value, much.low, much.high);
}

void readahead_levels_say(struct statements *said, const struct comparison_result *results,
                          size_t count)
{
    if (count == 0) {
        statement_say(statements_add(said, "not-set"),
                      "Not measured: the readahead of the device could not be set. That needs "
                      "root, on a disk whose read_ahead_kb in /sys may be written.");
        return;
    }
    for (size_t i = 0; i < count; i++)
        say_level(said, &results[i]);
    say_hidden(said, results, count);
}
