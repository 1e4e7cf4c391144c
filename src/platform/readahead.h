// SPDX-License-Identifier: MIT
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdint.h>

/* The readahead of a device, in the file that holds it in KiB: struct storage names it. Both return
 * 0 or a negative errno; -ERANGE when what the kernel made of the value is another one. */
int readahead_get(const char *setting, uint64_t *bytes);
int readahead_set(const char *setting, uint64_t bytes);

#endif
