// SPDX-License-Identifier: MIT
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Buffers that a device can write to directly. */

/* Memory that begins at a huge page, consists of them where the system has some, and was touched:
 * scattered pages of 4 KiB took a virtual disk four times as long. NULL when there is none. The
 * caller frees it with free. */
void *memory_allocate(size_t bytes);

#endif
