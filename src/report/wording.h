// SPDX-License-Identifier: MIT
#ifndef WORDING_H
#define WORDING_H

#include "comparison.h"

/* The words of the pictures, in a struct so that a call can stand among the words of printf. */
struct words {
    char text[1024];
};

struct words wording_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Three significant digits, as in "0.394 s" and "0.0500 s". */
struct words wording_seconds(double seconds);

/* "0.05 ms", "12 ms", "1.5 s". */
struct words wording_delay(double ms);

/* A share in per cent without the sign: "46.2" with one digit, "40-52" when it is NAN and only the
 * range is known, "-" when that is not either. */
struct words wording_share(double share, struct summary_range range, int digits);

/* "256 MiB". */
struct words wording_bytes(double bytes);

/* "1 trial", "2 trials". */
struct words wording_count(size_t count, const char *noun);

/* What was worked on: "8 files of 256 MiB", or "the file set" where the trials do not tell. */
struct words wording_files(const struct trials *trials);

/* The same, and emulated storage is named. */
struct words wording_file_set(const struct comparison_result *result);

/* "scan", "copy" or "send", which are verbs, too; and several of them: "scans", "copies". */
const char *wording_work(const struct comparison_result *result);
struct words wording_works(const char *work);

/* The level of the intervals, such as "95 %", or from the lowest to the highest of all results,
 * such as "95 to 96 %". */
struct words wording_level(const struct comparison_result *results, size_t count);

/* "cold cache, 60 trials (2 left out)". */
struct words wording_trials(const struct comparison_result *result, const char *cache);

/* What is known of the machine, in one sentence without a verb, wrapped into lines; "" when nothing
 * is. */
struct words wording_machine(const struct machine *machine);

#endif
