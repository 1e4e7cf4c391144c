// SPDX-License-Identifier: MIT
#ifndef ONE_CALL_H
#define ONE_CALL_H

#include "data-gen/file_set.h"

#include <stdint.h>

/* What one call that asks for a whole file brings into the page cache: the kernel caps it. -1 where
 * the call, or a look into the page cache, is not to be had. */
struct one_call {
    int64_t readahead_bytes;
    int64_t willneed_bytes;
};

/* Asks for the first file of the set, which it evicts before. The file set need not be open. */
struct one_call one_call_measure(const struct file_set *files);

#endif
