// SPDX-License-Identifier: MIT
#ifndef TIMELINE_H
#define TIMELINE_H

#include "pictures.h"

#include <stdbool.h>

/* Pictures of delays during one scan, copy or send: a panel for each of some methods, of its trial
 * with the median time, with one or two series of delays over the time at which they fell due. A
 * loop that blocks shows as a ramp: what fell due first has waited longest. */

enum { TIMELINE_SERIES = 2 };

struct timeline {
    const char *title;    /* what is shown "during one scan of ..." (or copy, or send) */
    const char *subtitle; /* to which is added that a line marks the end */
    bool (*shows)(const char *method);
    struct timeline_series {
        const char *name;          /* in the CSV; NULL: the panel's method */
        const char *text;          /* of the legend, for one with a name */
        const struct beats *beats; /* NULL: no such series */
    } series[TIMELINE_SERIES];
};

/* Writes what it shows. Returns false, with nothing written, when no method has a delay. */
bool timeline_write(const struct timeline *timeline, struct sheet *sheet,
                    const struct picture_source *source);

#endif
