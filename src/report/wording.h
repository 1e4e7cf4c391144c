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

/* "256 MiB". */
struct words wording_bytes(double bytes);

/* "1 trial", "2 trials". */
struct words wording_count(size_t count, const char *noun);

/* What was scanned: "8 files of 256 MiB", or "the file set" where the trials do not tell; emulated
 * storage is named. */
struct words wording_scan(const struct comparison_result *result);

/* "cold cache, 60 trials (2 left out)". */
struct words wording_trials(const struct comparison_result *result, const char *cache);

/* What is known of the machine, in one sentence without a verb, wrapped into lines; "" when nothing
 * is. */
struct words wording_machine(const struct machine *machine);

#endif
