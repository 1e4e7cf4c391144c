// SPDX-License-Identifier: MIT
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stddef.h>

/* What a person sees on stderr. On a terminal one line says what is being done and how long it may
 * still take, and is replaced by the next; elsewhere each trial leaves one plain line. */

/* Trial `number` of `total` (from 1) begins; `what` names it. A total of 0: nobody knows yet how
 * many there will be. */
void progress_trial(size_t number, size_t total, const char *what);

/* What is being done within the trial, or before the first one: "evicting". */
void progress_step(const char *step);

/* From now on a step is told to the parent of this process, in a line "step ..." on standard
 * output, and not to a person. */
void progress_relay(void);

/* The trial ended with this result. */
void progress_result(const char *result);

/* Removes the line, before something else is printed. */
void progress_clear(void);

/* Prints "scan_bench: " and a line of its own. */
void progress_message(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
