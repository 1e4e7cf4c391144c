// SPDX-License-Identifier: MIT
#ifndef PICTURES_H
#define PICTURES_H

#include "comparison.h"
#include "record/beats.h"
#include "sheet.h"

#include <stddef.h>

/* The pictures that picture.c lists, one file for each. */

/* What they are made of. Pictures of one result use the first. */
struct picture_source {
    const struct comparison_result *results;
    size_t count;
    const struct beats *beats;
    const struct beats *clients;          /* the delays that they saw */
    const struct metric_summary *metrics; /* of the picture of that name */
    const char *cache;                    /* of pictures that show one cache state */
};

/* The rows of the first result in that cache state, those without an ok trial too. */
const struct summary_row *picture_rows(const struct picture_source *source, size_t *count);

struct picture_kind {
    const char *name;    /* of its script */
    const char *csv;     /* of its CSV; NULL: as its name */
    const char *columns; /* its own, in the sheet */
    /* Writes what it shows. Returns NULL, or why there is nothing to show; then what was written
     * does not count. */
    const char *(*write)(struct sheet *sheet, const struct picture_source *source);
};

extern const struct picture_kind picture_times;
extern const struct picture_kind picture_delay;
extern const struct picture_kind picture_loop;
extern const struct picture_kind picture_timeline;
extern const struct picture_kind picture_clients;
extern const struct picture_kind picture_remedies;
extern const struct picture_kind picture_storage;
extern const struct picture_kind picture_compare;
extern const struct picture_kind picture_metrics;

#endif
