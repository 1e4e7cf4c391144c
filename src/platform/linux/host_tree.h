// SPDX-License-Identifier: MIT
#ifndef HOST_TREE_H
#define HOST_TREE_H

#include "platform/host.h"

#include <stddef.h>

/* What host.h tells, out of the files below `root`: "" for those of the system, or a folder in
 * which a test has made up its own. */

void host_tree_virtualization(const char *root, char *text, size_t size);

/* "io_uring" or "thread pool", by the names of this process's threads; "" when they are not seen.
 */
const char *host_tree_libuv_reads(const char *root);

/* Only what the kernel counts of all: neither own_s nor kernel_s. */
struct host_cpu_times host_tree_cpu_times(const char *root);

void host_tree_governor(const char *root, char *text, size_t size);
void host_tree_frequency_driver(const char *root, char *text, size_t size);

double host_tree_pressure_s(const char *root, enum pressure what);

/* The nodes that are online, and those of them with a CPU that this process may run on; -1 when the
 * system does not tell. */
int host_tree_numa_nodes(const char *root);
int host_tree_numa_nodes_used(const char *root);

#endif
