// SPDX-License-Identifier: MIT
#ifndef KEPT_READAHEAD_H
#define KEPT_READAHEAD_H

#include "core/error.h"

#include <stdint.h>

/* The readahead of the device below a data folder, set for a while. What it was before stands in a
 * file of that folder first, so that the next start can put it back after a run that was killed. */
struct kept_readahead {
    int fd;       /* of the setting; its lock says that somebody who lives has set it */
    char *record; /* the file in the data folder */
    char setting[128];
    uint64_t before_bytes;
};

/* Sets the file `setting` (see struct storage) to `bytes`. Returns 0, or a negative errno with
 * `error` filled and nothing changed: -ENOTSUP when `setting` is "", -EBUSY when another run has
 * set it. */
int kept_readahead_set(struct kept_readahead *kept, const char *dir, const char *setting,
                       uint64_t bytes, struct error *error);

/* Puts it back. Returns 0, or a negative errno with `error` filled; then the record stays for the
 * next start. */
int kept_readahead_put_back(struct kept_readahead *kept, struct error *error);

/* Puts back what a run that was killed has left set, by the record in the folder `dir`, and sets
 * `*bytes` to what it is now. Returns 1 when that was to be done and is, 0 when there was nothing
 * to do (a run that lives has set it; the system was started since), or a negative errno with
 * `error` saying what is left. */
int kept_readahead_recover(const char *dir, uint64_t *bytes, struct error *error);

#endif
