// SPDX-License-Identifier: MIT
#include "wording.h"

#include "layout.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct words wording_format(const char *format, ...)
{
    struct words words;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words.text, sizeof words.text, format, arguments);
    va_end(arguments);
    return words;
}

/* Which power of ten is the first of the three digits that a value above 0 is rounded to. */
static int magnitude_of(double value)
{
    const int below = (int)floor(log10(value));
    return value < 9.995 * pow(10, below) ? below : below + 1;
}

struct words wording_seconds(double seconds)
{
    const int decimals = seconds > 0 ? 2 - magnitude_of(seconds) : 0;
    return wording_format("%.*f s", decimals > 0 ? decimals : 0, seconds);
}

struct words wording_delay(double ms)
{
    const bool in_seconds = ms >= 999.5; /* which three digits would show as 1e+03 */
    const double value = in_seconds ? ms / 1000 : ms;
    return wording_format(value < 999.5 ? "%.3g %s" : "%.0f %s", value, in_seconds ? "s" : "ms");
}

struct words wording_share(double share, struct summary_range range, int digits)
{
    if (!isnan(share))
        return wording_format("%.*f", digits, share * 100);
    if (!isnan(range.low) && !isnan(range.high))
        return wording_format("%.0f-%.0f", range.low * 100, range.high * 100);
    return wording_format("-");
}

struct words wording_bytes(double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024;
        unit++;
    }
    return wording_format("%g %s", bytes, units[unit]);
}

struct words wording_count(size_t count, const char *noun)
{
    return wording_format("%zu %s%s", count, noun, count == 1 ? "" : "s");
}

static bool is_emulated(const struct machine *machine)
{
    return strcmp(machine_text(machine, "storage"), "emulated") == 0;
}

struct words wording_files(const struct trials *trials)
{
    for (size_t i = trials->count; i > 0; i--) {
        const struct trial *trial = &trials->rows[i - 1];
        if (trial->files > 0 && trial->file_bytes >= 0)
            return wording_format("%s of %s", wording_count((size_t)trial->files, "file").text,
                                  wording_bytes((double)trial->file_bytes).text);
    }
    return wording_format("the file set");
}

struct words wording_file_set(const struct comparison_result *result)
{
    return wording_format("%s%s", wording_files(&result->trials).text,
                          is_emulated(&result->machine) ? " on emulated storage" : "");
}

const char *wording_work(const struct comparison_result *result)
{
    return summary_work(&result->summary);
}

struct words wording_works(const char *work)
{
    return strcmp(work, "copy") == 0 ? wording_format("copies") : wording_format("%ss", work);
}

static double level_of(const struct summary *summary)
{
    return summary->count > 0 ? summary->rows[0].level : STATS_LEVEL;
}

struct words wording_level(const struct comparison_result *results, size_t count)
{
    double lowest = level_of(&results[0].summary);
    double highest = lowest;
    for (size_t i = 1; i < count; i++) {
        lowest = fmin(lowest, level_of(&results[i].summary));
        highest = fmax(highest, level_of(&results[i].summary));
    }
    return lowest < highest ? wording_format("%.0f to %.0f %%", lowest * 100, highest * 100)
                            : wording_format("%.0f %%", highest * 100);
}

struct words wording_trials(const struct comparison_result *result, const char *cache)
{
    size_t count = 0;
    size_t left_out = 0;
    for (size_t i = 0; i < result->summary.count; i++) {
        const struct summary_row *row = &result->summary.rows[i];
        count += strcmp(row->cache, cache) == 0 ? row->count : 0;
        left_out += strcmp(row->cache, cache) == 0 ? row->left_out : 0;
    }
    return wording_format("%s cache, %s%s", cache, wording_count(count, "trial").text,
                          left_out > 0 ? wording_format(" (%zu left out)", left_out).text : "");
}

static void add_part(struct words *words, const char *part)
{
    const size_t length = strlen(words->text);
    if (part[0] != '\0' && strcmp(part, "none") != 0 && strcmp(part, "unknown") != 0)
        snprintf(words->text + length, sizeof words->text - length, "%s%s", length > 0 ? ", " : "",
                 part);
}

struct words wording_machine(const struct machine *machine)
{
    struct words words = {.text = ""};
    const char *os = machine_text(machine, "os");
    const char *kernel = machine_text(machine, "kernel");
    const double cpus = machine_number(machine, "cpu_count");
    const bool says_os = strncmp(kernel, os, strlen(os)) == 0; /* a kernel named "Linux 6.1" */
    add_part(&words, machine_text(machine, "cpu_model"));
    if (cpus > 0)
        add_part(&words, wording_format("%g CPU%s", cpus, cpus == 1 ? "" : "s").text);
    add_part(&words,
             says_os ? kernel : wording_format("%s%s%s", os, kernel[0] ? " " : "", kernel).text);
    add_part(&words, machine_text(machine, "file_system"));
    add_part(&words, machine_text(machine, "device_model"));
    if (is_emulated(machine))
        add_part(&words, wording_format("emulated storage, %g ms",
                                        machine_number(machine, "storage_latency_s") * 1e3)
                             .text);
    add_part(&words, machine_text(machine, "virtualization"));
    layout_wrap(words.text);
    return words;
}
