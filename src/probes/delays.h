// SPDX-License-Identifier: MIT
#ifndef DELAYS_H
#define DELAYS_H

#include <stddef.h>

/* What a row tells of many delays, those of beats or of requests, in seconds; NAN: unknown. */
struct delays {
    double p50_s;
    double p99_s; /* of BEATS_FOR_P99 (record/beats.h) at least */
    double max_s;
};

/* Nothing is known of no delays. */
struct delays delays_of(const float *delays_s, size_t count);

#endif
