// SPDX-License-Identifier: MIT
#include "platform/host.h"

#include "cgroup.h"
#include "platform/text_file.h"

#include <dirent.h>
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
    char flags[4096];
    char product[64];
    const bool container =
        access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0;
    const bool guest = text_file_value("/proc/cpuinfo", "flags", flags, sizeof flags) > 0 &&
                       strstr(flags, " hypervisor") != NULL;
    const bool named =
        text_file_line("/sys/class/dmi/id/product_name", product, sizeof product) > 0;
    snprintf(text, size, "%s%s%s%s%s%s", guest ? "virtual machine" : "", guest && named ? " (" : "",
             guest && named ? product : "", guest && named ? ")" : "",
             guest && container ? ", " : "", container ? "container" : "");
    if (!guest && !container)
        snprintf(text, size, "none seen");
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

/* A ring that libuv reads through has a kernel thread of its own, iou-sqp-<process>, among those of
 * this process. */
const char *host_libuv_reads(void)
{
    bool ring = false;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        char path[300];
        char name[32];
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        if (text_file_line(path, name, sizeof name) > 0 && strncmp(name, "iou-sqp", 7) == 0)
            ring = true;
    }
    if (tasks == NULL)
        return "";
    closedir(tasks);
    if (!ring && hides_ring())
        return "";
    return ring ? "io_uring" : "thread pool";
}

double host_thread_runqueue_s(void)
{
    char line[96];
    char *after_cpu;
    if (text_file_line("/proc/thread-self/schedstat", line, sizeof line) <= 0)
        return NAN;
    strtoull(line, &after_cpu, 10);
    return (double)strtoull(after_cpu, NULL, 10) / 1e9;
}

void host_cpu_times(double *busy_s, double *steal_s)
{
    char line[256];
    unsigned long long user;
    unsigned long long nice;
    unsigned long long system;
    unsigned long long irq;
    unsigned long long softirq;
    unsigned long long steal;
    *busy_s = NAN;
    *steal_s = NAN;
    if (text_file_line("/proc/stat", line, sizeof line) <= 0 ||
        sscanf(line, "cpu %llu %llu %llu %*u %*u %llu %llu %llu", &user, &nice, &system, &irq,
               &softirq, &steal) != 6)
        return;
    const double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
    *busy_s = (double)(user + nice + system + irq + softirq) / ticks_per_s;
    *steal_s = (double)steal / ticks_per_s;
}

void host_governor(char *text, size_t size)
{
    text_file_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, size);
}
