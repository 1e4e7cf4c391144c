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

/* CPU times in seconds since the system started, or since the processes did; NAN when the system
 * does not tell. */
struct host_cpu_times {
    double busy_s;   /* of all processes */
    double steal_s;  /* what the host took from this virtual machine */
    double own_s;    /* of this program and all that it started, ended or not */
    double kernel_s; /* of the kernel's own threads, which work for everybody */
};
struct host_cpu_times host_cpu_times(void);

/* The steal_s of these alone, which is quick to ask for. */
double host_stolen_s(void);

/* How long some task had to wait for want of something, in seconds since the system started: on the
 * whole system, and in this process's control group. NAN when the system does not tell, and of the
 * group when it is all of the system. */
enum pressure { PRESSURE_CPU, PRESSURE_IO, PRESSURE_MEMORY, PRESSURES };
double host_pressure_s(enum pressure what);
double host_own_pressure_s(enum pressure what);

/* How long the CPU quota of this process's group kept its CPUs from it, in seconds of CPU time
 * since the group was made; NAN without a quota. */
double host_throttled_s(void);

/* The NUMA nodes of the machine, and those with a CPU that this process may run on; -1 when the
 * system does not tell. */
int host_numa_nodes(void);
int host_numa_nodes_used(void);

/* How the frequency of the first CPU is governed: "performance", "powersave", ...; empty when
 * unknown. */
void host_governor(char *text, size_t size);

/* What does as that governor says: "acpi-cpufreq", "intel_pstate", ...; empty when unknown. */
void host_frequency_driver(char *text, size_t size);

#endif
