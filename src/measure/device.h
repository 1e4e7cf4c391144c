// SPDX-License-Identifier: MIT
#ifndef DEVICE_H
#define DEVICE_H

#include "data-gen/file_set.h"

/* What the storage below the file set can do, measured past the page cache. NAN where that is
 * refused. */
struct device_speed {
    double read_latency_s;             /* median of random 4 KiB reads, one at a time */
    double read_bandwidth_bytes_per_s; /* large reads, several at a time */
};

/* Measures for about one and a half seconds. The file set need not be open. */
struct device_speed device_measure(const struct file_set *files);

#endif
