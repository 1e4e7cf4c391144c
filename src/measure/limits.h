// SPDX-License-Identifier: MIT
#ifndef LIMITS_H
#define LIMITS_H

#include "core/error.h"

#include <stddef.h>

/* Makes sure that this process may have `files` files open and `threads` threads running at once,
 * so that a run fails before its first trial and not in the middle. Raises the soft limit of
 * descriptors as far as that needs. Returns 0 or a negative errno with `error` saying what to do.
 */
int limits_check(size_t files, size_t threads, struct error *error);

#endif
