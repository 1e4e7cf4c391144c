// SPDX-License-Identifier: MIT
#ifndef WINDOWS_H
#define WINDOWS_H

#include "walk.h"

/* Walks that have the pool ask the kernel for the windows ahead of them. A window is a part of a
 * file, asked for piece by piece, since the kernel caps what one call brings in: to the readahead
 * of the device, or to its largest request where that is more. A walk that comes to a window has
 * the next one asked for, and so finds that it enters a window that is on its way or there. */

/* Prepares the walks and maps the files; turns call `on_turn`. */
int windows_prepare(struct work *scan, walk_turn *on_turn);

/* Takes a turn, which is a `step` such as resident_step. At the beginning of a window `ask_on_pool`
 * is called on the pool first, with the walk as the work's data. */
void windows_turn(struct walk *walk, uv_work_cb ask_on_pool, walk_turn *step);

/* Asks for what is ahead of the walk, in large pieces and then in small ones, by `ask`, which
 * returns 0 or a negative errno; that is left in the walk's `code`. */
void windows_ask(struct walk *walk,
                 int (*ask)(const struct task *task, uint64_t offset, size_t length));

#endif
