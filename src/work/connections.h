// SPDX-License-Identifier: MIT
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What a send can go over, as --to has it: loopback TCP, and Unix sockets. */
#define CONNECTIONS_TCP  "tcp"
#define CONNECTIONS_UNIX "unix"

/* Whether there are such connections. */
bool connections_are_known(const char *to);

/* Makes so many pairs of connected stream sockets, both ends of which are the caller's: ours[i] and
 * theirs[i]. They block, are closed when another program is started, and have the buffers that the
 * system gives. Nobody else can have an end: Unix sockets have no name, and of those who connect to
 * the port on 127.0.0.1, which is open while this runs, only our own socket is taken, known by its
 * address and port; so neither a secret nor a path is needed. Returns 0, or a negative errno with
 * `error` filled and no socket open. */
int connections_make(const char *to, int *ours, int *theirs, size_t count, struct error *error);

#endif
