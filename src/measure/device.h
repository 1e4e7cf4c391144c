// SPDX-License-Identifier: MIT
#ifndef DEVICE_H
#define DEVICE_H

#include "data-gen/file_set.h"

#include <stddef.h>
#include <stdint.h>

/* What the storage below the file set can do, measured past the page cache. All is unknown (NAN,
 * -1) where that is refused, or pretended, or where storage was seen to deliver less than what was
 * read. */
struct device_speed {
    double read_latency_s; /* median of random 4 KiB reads, one at a time */
    /* Of large reads, ever more of them at a time until more bring hardly more. */
    double read_bandwidth_bytes_per_s;
    int64_t read_bandwidth_depth; /* so many at a time */
    int64_t read_bandwidth_block_bytes;
};

/* Nothing is known. */
struct device_speed device_unknown(void);

/* Measures for two seconds or so. The file set need not be open. */
struct device_speed device_measure(const struct file_set *files);

#endif
