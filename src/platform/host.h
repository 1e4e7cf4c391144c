// SPDX-License-Identifier: MIT
#ifndef HOST_H
#define HOST_H

#include <stddef.h>
#include <stdint.h>

/* Facts of the host that no portable call tells. One file per operating system implements this. */

/* "virtual machine (product)", "container", "none seen", ...; empty when it cannot be told. */
void host_virtualization(char *text, size_t size);

/* How libuv reads files here, as witnessed by this process's threads once a read was done:
 * "thread pool" or "io_uring". */
const char *host_libuv_reads(void);

#endif
