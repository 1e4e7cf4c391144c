// SPDX-License-Identifier: MIT
#ifndef PICTURE_H
#define PICTURE_H

#include "comparison.h"
#include "core/error.h"
#include "metric_summary.h"

#include <stddef.h>

/* The pictures of results: which ones there are, and what each shows, worked out and written beside
 * it as CSV (sheet.h). draw.h draws them. */

/* One that is to be drawn: its CSV is written. */
struct picture {
    const char *script; /* plots/<script>.gp */
    char name[32];      /* of the SVG and the PNG, such as "times-cold" */
    char csv[32];       /* of the CSV, without its ending; most often the name */
};

enum { PICTURES_MOST = 11 };

struct pictures {
    size_t count;
    struct picture list[PICTURES_MOST];
    /* Why others are not in the list though there could be such a picture: a line for each. */
    size_t missing_count;
    char missing[PICTURES_MOST][128];
};

/* Decide which pictures there are, and write what they show into the folder `out`, which may be
 * another one than that of the results. Return 0 or a negative errno with `error` filled. */

/* Of one result: the times for each cache state that has ok trials; with beats (they are read from
 * the result's folder) also the loop's delay, time and timeline, with delays of clients these
 * beside the beats, and the remedies where there are methods beyond the six, or copies or sends. */
int pictures_of_result(struct pictures *pictures, const struct comparison_result *result,
                       const char *out, struct error *error);

/* Of the same work on storage of several latencies (latency_range.h): storage. */
int pictures_of_range(struct pictures *pictures, const struct comparison_result *results,
                      size_t count, const char *out, struct error *error);

/* Of several results side by side: compare. */
int pictures_of_comparison(struct pictures *pictures, const struct comparison_result *results,
                           size_t count, const char *out, struct error *error);

/* What other metrics told of one result: metrics. */
int pictures_of_metrics(struct pictures *pictures, const struct comparison_result *result,
                        const struct metric_summary *summary, const char *out, struct error *error);

#endif
