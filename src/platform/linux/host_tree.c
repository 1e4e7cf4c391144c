// SPDX-License-Identifier: MIT
#include "host_tree.h"

#include "cgroup.h"
#include "platform/text_file.h"

#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct path {
    char text[PATH_MAX];
};

static struct path path_of(const char *root, const char *name)
{
    struct path path;
    snprintf(path.text, sizeof path.text, "%s%s", root, name);
    return path;
}

static bool is_there(const char *root, const char *name)
{
    return access(path_of(root, name).text, F_OK) == 0;
}

static int read_line(const char *root, const char *name, char *line, size_t size)
{
    return text_file_line(path_of(root, name).text, line, size);
}

void host_tree_virtualization(const char *root, char *text, size_t size)
{
    char flags[4096];
    char product[64];
    const bool container = is_there(root, "/.dockerenv") || is_there(root, "/run/.containerenv");
    const bool guest =
        text_file_value(path_of(root, "/proc/cpuinfo").text, "flags", flags, sizeof flags) > 0 &&
        strstr(flags, " hypervisor") != NULL;
    const bool named =
        read_line(root, "/sys/class/dmi/id/product_name", product, sizeof product) > 0;
    snprintf(text, size, "%s%s%s%s%s%s", guest ? "virtual machine" : "", guest && named ? " (" : "",
             guest && named ? product : "", guest && named ? ")" : "",
             guest && container ? ", " : "", container ? "container" : "");
    if (!guest && !container)
        snprintf(text, size, "none seen");
}

/* A ring that libuv reads through has a kernel thread of its own, iou-sqp-<process>, among those of
 * this process. */
const char *host_tree_libuv_reads(const char *root)
{
    bool ring = false;
    DIR *tasks = opendir(path_of(root, "/proc/self/task").text);
    if (tasks == NULL)
        return "";
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char name[300];
        char thread[32];
        snprintf(name, sizeof name, "/proc/self/task/%s/comm", task->d_name);
        if (read_line(root, name, thread, sizeof thread) > 0 && strncmp(thread, "iou-sqp", 7) == 0)
            ring = true;
    }
    closedir(tasks);
    return ring ? "io_uring" : "thread pool";
}

/* Interrupts are nobody's: what the kernel counts for them alone is left out. */
struct host_cpu_times host_tree_cpu_times(const char *root)
{
    struct host_cpu_times times = {.busy_s = NAN, .steal_s = NAN, .own_s = NAN, .kernel_s = NAN};
    char line[256];
    unsigned long long user;
    unsigned long long nice;
    unsigned long long system;
    unsigned long long steal;
    if (read_line(root, "/proc/stat", line, sizeof line) <= 0 ||
        sscanf(line, "cpu %llu %llu %llu %*u %*u %*u %*u %llu", &user, &nice, &system, &steal) != 4)
        return times;
    const double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
    times.busy_s = (double)(user + nice + system) / ticks_per_s;
    times.steal_s = (double)steal / ticks_per_s;
    return times;
}

void host_tree_governor(const char *root, char *text, size_t size)
{
    read_line(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, size);
}

void host_tree_frequency_driver(const char *root, char *text, size_t size)
{
    read_line(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", text, size);
}

double host_tree_pressure_s(const char *root, enum pressure what)
{
    static const char *const names[] = {"cpu", "io", "memory"};
    return cgroup_pressure_total_s(path_of(root, "/proc/pressure").text, names[what]);
}

/* ---- Lists of numbers: "0-3,8" ----------------------------------------------------------------
 */

/* Takes the next range off a list. Returns whether there was one. */
static bool next_range(const char **at, long *first, long *last)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    *first = strtol(*at, &end, 10);
    *last = *end == '-' ? strtol(end + 1, &end, 10) : *first;
    *at = *end == ',' ? end + 1 : end;
    return true;
}

static bool lists_meet(const char *a, const char *b)
{
    long a_range[2];
    while (next_range(&a, &a_range[0], &a_range[1])) {
        long b_range[2];
        for (const char *at = b; next_range(&at, &b_range[0], &b_range[1]);) {
            if (a_range[0] <= b_range[1] && b_range[0] <= a_range[1])
                return true;
        }
    }
    return false;
}

#define NODES "/sys/devices/system/node"

int host_tree_numa_nodes(const char *root)
{
    char online[1024];
    int count = 0;
    long range[2];
    if (read_line(root, NODES "/online", online, sizeof online) <= 0)
        return -1;
    for (const char *at = online; next_range(&at, &range[0], &range[1]);)
        count += (int)(range[1] - range[0] + 1);
    return count;
}

int host_tree_numa_nodes_used(const char *root)
{
    char online[1024];
    char allowed[4096];
    int count = 0;
    long range[2];
    if (read_line(root, NODES "/online", online, sizeof online) <= 0 ||
        text_file_value(path_of(root, "/proc/self/status").text, "Cpus_allowed_list", allowed,
                        sizeof allowed) <= 0)
        return -1;
    for (const char *at = online; next_range(&at, &range[0], &range[1]);) {
        for (long node = range[0]; node <= range[1]; node++) {
            char name[96];
            char cpus[4096];
            snprintf(name, sizeof name, NODES "/node%ld/cpulist", node);
            if (read_line(root, name, cpus, sizeof cpus) > 0 && lists_meet(cpus, allowed))
                count++;
        }
    }
    return count;
}
