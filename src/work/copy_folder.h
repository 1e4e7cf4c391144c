// SPDX-License-Identifier: MIT
#ifndef COPY_FOLDER_H
#define COPY_FOLDER_H

#include "work.h"

/* The folder of the copies: `to` of the settings. With `to_is_ours` it is this program's, below a
 * data folder that is the run's alone; else somebody's, and nothing in there is touched but what
 * this run has made. */

/* Makes sure that so many copies, of `bytes` bytes together, can be made in there, and writes
 * nothing: the folder is there (ours is made), may be written, has the room, and nothing is in the
 * way. What a run that was killed has left in ours is removed. Returns 0, or a negative errno with
 * `error` saying what to do. */
int copy_folder_take(const struct work_settings *settings, size_t count, uint64_t bytes,
                     struct error *error);

/* Removes copies, which nobody else can have made: after copy_folder_take and a trial whose process
 * died. Only files of their names, which are no links and belong to this user. */
void copy_folder_clear(const struct work_settings *settings);

/* Removes our folder, with what is left of copies, if there is nothing else in it. */
void copy_folder_leave(const struct work_settings *settings);

/* Whether there is room for so many bytes. Returns 0, or -ENOSPC with both in `error`. */
int copy_folder_check_room(const char *dir, uint64_t bytes, struct error *error);

/* The path of copy number `number`, in memory that the caller frees. */
char *copy_folder_path(const char *dir, size_t number);

/* Makes that file, empty, with the user's own permissions: never through a link, and never over
 * what is there. Returns the descriptor, for reading and writing, or a negative errno. */
int copy_folder_create(const char *path);

#endif
