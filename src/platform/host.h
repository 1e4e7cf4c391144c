// SPDX-License-Identifier: MIT
#ifndef HOST_H
#define HOST_H

#include <stddef.h>
#include <stdint.h>

/* Facts of the host that no portable call tells. One file per operating system implements this. */

/* "virtual machine (product)", "container", "none seen", ...; empty when it cannot be told. */
void host_virtualization(char *text, size_t size);

/* The CPUs that this process may run on, of those that are online. */
int host_cpu_count(void);

/* The time on CPUs that this process's group may take, in CPUs ("1.5"); NAN when nothing limits
 * it. */
double host_cpu_quota(void);

/* The memory that this process may use: the machine's, or what its group or a resource limit leaves
 * of it. */
int64_t host_memory_bytes(void);

/* How libuv reads files here, as witnessed by this process's threads once a read was done, while
 * the loop of that read lives: "thread pool" or "io_uring"; "" when the system does not tell. */
const char *host_libuv_reads(void);

/* How long the calling thread has been ready to run but waiting for a CPU, in seconds; NAN when the
 * system does not tell. */
double host_thread_runqueue_s(void);

/* The CPU time of all processes, and what the host took from this virtual machine, in seconds since
 * the system started; NAN when the system does not tell. */
void host_cpu_times(double *busy_s, double *steal_s);

/* How the frequency of the first CPU is governed: "performance", "powersave", ...; empty when
 * unknown. */
void host_governor(char *text, size_t size);

#endif
