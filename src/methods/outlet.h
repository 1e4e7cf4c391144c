// SPDX-License-Identifier: MIT
#ifndef OUTLET_H
#define OUTLET_H

#include "walk.h"

#include <stddef.h>

/* The connections of a send as the loop sees them, for walks that send: each task has an outlet,
 * and nothing that is handed over through it waits for its reader in a call. */

/* Make the outlets once the walks are made, for outlet_write or for outlet_sendfile; the second of
 * these makes the connections themselves nonblocking, as the first does. Return 0, or a negative
 * errno that is noted in the task. outlets_finish undoes them and the walks, also after a failure.
 */
int outlets_open_streams(struct work *work);
int outlets_open_polls(struct work *work);
void outlets_finish(struct work *work);

/* Hands over the next `length` bytes of the walk's file, which lie at `bytes` and stay there, by
 * uv_write: what the connection has no room for waits in libuv. Once all are written the walk goes
 * on behind them and is resumed. An error is noted in the task. */
void outlet_write(struct walk *walk, const unsigned char *bytes, size_t length);

/* Hands over as much of the next chunk as the connection has room for, by one sendfile on the loop,
 * goes on behind it, and resumes the walk: at once, or when there was no room for all of it as soon
 * as there is. An error is noted in the task. */
void outlet_sendfile(struct walk *walk);

#endif
