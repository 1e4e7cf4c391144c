// SPDX-License-Identifier: MIT
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Buffers to read into. All come from here, so that no method has better pages than another. */

/* Memory that begins at a huge page, consists of huge pages where the system has some, however few
 * bytes are asked for, and was touched: a virtual disk took four times as long for scattered pages
 * of 4 KiB. A device can write to it directly. NULL when there is none. The caller frees it with
 * free. */
void *memory_allocate(size_t bytes);

#endif
