// SPDX-License-Identifier: MIT
#ifndef DATA_FOLDER_H
#define DATA_FOLDER_H

#include "core/error.h"

/* The data folder, which one run has for itself: another one would delete the files below it, or
 * fill the page cache that this one has just emptied. */
struct data_folder {
    int fd;      /* holds the lock; -1 where the file system has no locks */
    char *owner; /* the file that tells others who has it, or NULL */
};

/* Makes the folder `dir` and the one that it is in, makes sure that files in there can be cold, and
 * takes it. Returns 0 or a negative errno with `error` filled: -EBUSY names the process that has
 * it. */
int data_folder_take(struct data_folder *folder, const char *dir, struct error *error);

void data_folder_release(struct data_folder *folder);

#endif
