// SPDX-License-Identifier: MIT
#include "platform/host.h"

#include "cgroup.h"
#include "host_tree.h"
#include "platform/text_file.h"
#include "processes.h"

#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <uv.h>

void host_virtualization(char *text, size_t size)
{
    host_tree_virtualization("", text, size);
}

/* The kernel wants room for every CPU that the machine could have. */
enum { CPUS_MOST = 8192 };

int host_cpu_count(void)
{
    cpu_set_t *set = CPU_ALLOC(CPUS_MOST);
    const size_t size = CPU_ALLOC_SIZE(CPUS_MOST);
    const int count = set != NULL && sched_getaffinity(0, size, set) == 0
                          ? CPU_COUNT_S(size, set)
                          : (int)sysconf(_SC_NPROCESSORS_ONLN);
    CPU_FREE(set);
    return count;
}

static const struct cgroup_sources here = {
    .groups = "/proc/self/cgroup",
    .mounts = "/proc/self/mountinfo",
};

double host_cpu_quota(void)
{
    return cgroup_least(&here, "cpu", cgroup_cpu_quota);
}

int64_t host_memory_bytes(void)
{
    struct rlimit limit;
    double least = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        least = fmin(least, (double)limit.rlim_cur);
    return (int64_t)fmin(least, cgroup_least(&here, "memory", cgroup_memory_bytes));
}

/* Whether a ring of this libuv would not show: Linux before 5.12 keeps its thread to itself. */
static bool hides_ring(void)
{
    struct utsname system;
    unsigned version[2] = {0};
    const bool may_use_one = uv_version() >= 0x012d00 && uv_version() < 0x013100; /* 1.45 to 1.48 */
    return may_use_one && uname(&system) == 0 &&
           sscanf(system.release, "%u.%u", &version[0], &version[1]) == 2 &&
           version[0] * 1000 + version[1] < 5012;
}

const char *host_libuv_reads(void)
{
    const char *how = host_tree_libuv_reads("");
    return strcmp(how, "io_uring") != 0 && hides_ring() ? "" : how;
}

struct host_cpu_times host_cpu_times(void)
{
    struct host_cpu_times times = host_tree_cpu_times("");
    const struct processes processes = processes_read("/proc", (long)getpid());
    times.own_s = processes.own_s;
    times.kernel_s = processes.kernel_s;
    return times;
}

double host_stolen_s(void)
{
    return host_tree_cpu_times("").steal_s;
}

double host_pressure_s(enum pressure what)
{
    return host_tree_pressure_s("", what);
}

/* The group's own is the least: what waits in it waits in those above, too. */
double host_own_pressure_s(enum pressure what)
{
    static const struct {
        const char *controller;
        double (*in)(const char *folder);
    } sources[PRESSURES] = {
        [PRESSURE_CPU] = {"cpu", cgroup_pressure_cpu_s},
        [PRESSURE_IO] = {"io", cgroup_pressure_io_s},
        [PRESSURE_MEMORY] = {"memory", cgroup_pressure_memory_s},
    };
    return cgroup_least(&here, sources[what].controller, sources[what].in);
}

double host_throttled_s(void)
{
    return cgroup_most(&here, "cpu", cgroup_throttled_s);
}

int host_numa_nodes(void)
{
    return host_tree_numa_nodes("");
}

int host_numa_nodes_used(void)
{
    return host_tree_numa_nodes_used("");
}

void host_governor(char *text, size_t size)
{
    host_tree_governor("", text, size);
}

void host_frequency_driver(char *text, size_t size)
{
    host_tree_frequency_driver("", text, size);
}
