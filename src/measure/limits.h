// SPDX-License-Identifier: MIT
#ifndef LIMITS_H
#define LIMITS_H

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

/* Makes sure that a process may have `files` files open with `descriptors` for each of them,
 * `mapped_bytes` bytes mapped and `threads` threads running, all at once, so that a run fails
 * before its first trial and not in the middle. Raises the soft limit of descriptors as far as that
 * needs, for the processes of the trials, too. Returns 0 or a negative errno with `error` saying
 * what to do. */
int limits_check(size_t files, size_t descriptors, uint64_t mapped_bytes, size_t threads,
                 struct error *error);

#endif
