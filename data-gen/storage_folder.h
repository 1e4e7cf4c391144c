// SPDX-License-Identifier: MIT
#ifndef STORAGE_FOLDER_H
#define STORAGE_FOLDER_H

#include "core/error.h"

#include <stdbool.h>

/* The folder in which emulated storage is mounted. Who works with it has a lock on it; what it
 * needs is in the folder .storage in it: keeper         the number of the process that has the lock
 *   made_folder    there when the folder was made for this and goes in the end
 *   ending         there as soon as everything is taken down
 *   settings       lines "key,value": what storage this is
 *   requests.log   two lines of nbdkit for each request, its begin and its end
 *   messages       what nbdkit and nbdfuse have to say */

#define STORAGE_STATE "/.storage"

struct storage_folder {
    char *path;  /* absolute and without links, as the list of mounts has it */
    char *state; /* path/.storage */
    int lock;    /* the descriptor that holds the lock, or -1 */
    bool made;   /* it was not there before */
};

/* Takes the folder `path`: makes it where it is missing, removes what a crash has left, and puts
 * the folder .storage there. Returns 0, or a negative errno with `error` filled and nothing
 * changed: -EALREADY when another process, named by its number, has it but is about to leave it,
 * -EBUSY when it stays, -EINVAL when this is the folder `data`, or has something in it. */
int storage_folder_take(struct storage_folder *folder, const char *path, const char *data,
                        struct error *error);

/* Writes the file `name` in .storage. Returns 0 or a negative errno with `error` filled. */
int storage_folder_write(const struct storage_folder *folder, const char *name, const char *text,
                         struct error *error);

/* Unmounts what is mounted in the folder, removes all that was put there and, if it was made for
 * this, the folder itself. Gives back the lock and the memory in any case. Returns 0, or a negative
 * errno with `error` naming what stays. */
int storage_folder_leave(struct storage_folder *folder, struct error *error);

/* Removes what a process has left that ended without doing so. Returns 0, also when there is
 * nothing or when another one has the folder by now, or a negative errno with `error` filled. */
int storage_folder_recover(const char *path, struct error *error);

#endif
