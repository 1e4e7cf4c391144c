// SPDX-License-Identifier: MIT
/* Written for macOS, not yet run there: the README says so. */
#include "platform/host.h"

#include <math.h>
#include <stdio.h>
#include <sys/sysctl.h>
#include <unistd.h>

void host_virtualization(char *text, size_t size)
{
    int guest = 0;
    size_t length = sizeof guest;
    text[0] = '\0';
    if (sysctlbyname("kern.hv_vmm_present", &guest, &length, NULL, 0) == 0)
        snprintf(text, size, "%s", guest ? "virtual machine" : "none seen");
}

const char *host_libuv_reads(void)
{
    return "thread pool";
}

struct host_cpu_times host_cpu_times(void)
{
    return (struct host_cpu_times){.busy_s = NAN, .steal_s = NAN, .own_s = NAN, .kernel_s = NAN};
}

double host_stolen_s(void)
{
    return NAN;
}

double host_pressure_s(enum pressure what)
{
    (void)what;
    return NAN;
}

double host_own_pressure_s(enum pressure what)
{
    (void)what;
    return NAN;
}

double host_throttled_s(void)
{
    return NAN;
}

int host_numa_nodes(void)
{
    return -1;
}

int host_numa_nodes_used(void)
{
    return -1;
}

void host_frequency_driver(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
}

void host_governor(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
}

int host_cpu_count(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

double host_cpu_quota(void)
{
    return NAN;
}

int64_t host_memory_bytes(void)
{
    uint64_t bytes = 0;
    size_t length = sizeof bytes;
    return sysctlbyname("hw.memsize", &bytes, &length, NULL, 0) == 0 ? (int64_t)bytes : -1;
}
