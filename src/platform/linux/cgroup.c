// SPDX-License-Identifier: MIT
#include "cgroup.h"

#include "platform/text_file.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether a list with commas between its words has the word. */
static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Where the groups of a controller are mounted; of version 2 when `controller` is NULL. */
struct group_mount {
    char root[PATH_MAX]; /* the group that is seen at the mount point */
    char point[PATH_MAX];
};

static bool find_mount(struct group_mount *found, const char *path, const char *controller)
{
    char *line = NULL;
    size_t size = 0;
    bool is_found = false;
    FILE *mounts = fopen(path, "r");
    while (mounts != NULL && !is_found && getline(&line, &size, mounts) >= 0) {
        char type[32];
        char options[256];
        const char *rest = strstr(line, " - ");
        if (rest == NULL || sscanf(rest, " - %31s %*s %255s", type, options) != 2)
            continue;
        const bool wanted = controller == NULL
                                ? strcmp(type, "cgroup2") == 0
                                : strcmp(type, "cgroup") == 0 && has_word(options, controller);
        is_found =
            wanted && sscanf(line, "%*d %*d %*s %4095s %4095s", found->root, found->point) == 2;
    }
    free(line);
    if (mounts != NULL)
        fclose(mounts);
    return is_found;
}

/* What is asked of the folders of groups, and which of two answers counts; both pass over NAN. */
struct inquiry {
    double (*figure_in)(const char *folder);
    double (*choose)(double a, double b);
};

/* Asks the folder of the group `path` and those above it, up to the mount point. */
static double ask_of(const struct group_mount *mount, const char *path,
                     const struct inquiry *inquiry)
{
    const size_t root = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    const size_t point = strlen(mount->point);
    char folder[2 * PATH_MAX];
    if (strncmp(path, mount->root, root) != 0)
        return NAN; /* a group that is not seen from here */
    snprintf(folder, sizeof folder, "%s%s", mount->point, path + root);
    double chosen = inquiry->figure_in(folder);
    while (strlen(folder) > point) {
        *strrchr(folder, '/') = '\0';
        chosen = inquiry->choose(chosen, inquiry->figure_in(folder));
    }
    return chosen;
}

static double ask(const struct cgroup_sources *sources, const char *controller,
                  const struct inquiry *inquiry)
{
    char *line = NULL;
    size_t size = 0;
    double chosen = NAN;
    FILE *groups = fopen(sources->groups, "r");
    while (groups != NULL && getline(&line, &size, groups) >= 0) {
        struct group_mount mount;
        line[strcspn(line, "\n")] = '\0';
        char *controllers =
            strchr(line, ':'); /* "4:cpu,cpuacct:/group", of version 2 "0::/group" */
        char *path = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (path == NULL)
            continue;
        *path++ = '\0';
        const bool is_second_version = controllers[1] == '\0';
        if ((is_second_version || has_word(controllers + 1, controller)) &&
            find_mount(&mount, sources->mounts, is_second_version ? NULL : controller))
            chosen = inquiry->choose(chosen, ask_of(&mount, path, inquiry));
    }
    free(line);
    if (groups != NULL)
        fclose(groups);
    return chosen;
}

double cgroup_least(const struct cgroup_sources *sources, const char *controller,
                    double (*figure_in)(const char *folder))
{
    return ask(sources, controller, &(struct inquiry){figure_in, fmin});
}

double cgroup_most(const struct cgroup_sources *sources, const char *controller,
                   double (*figure_in)(const char *folder))
{
    return ask(sources, controller, &(struct inquiry){figure_in, fmax});
}

/* Reads a file of the folder. Returns how many numbers it begins with, up to two: none of "max". */
static int read_numbers(const char *folder, const char *name, double numbers[2])
{
    char path[2 * PATH_MAX + 64];
    char line[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return text_file_line(path, line, sizeof line) > 0
               ? sscanf(line, "%lf %lf", &numbers[0], &numbers[1])
               : 0;
}

double cgroup_cpu_quota(const char *folder)
{
    double quota[2];
    double period[2];
    if (read_numbers(folder, "cpu.max", quota) == 2 && quota[1] > 0)
        return quota[0] / quota[1];
    if (read_numbers(folder, "cpu.cfs_quota_us", quota) >= 1 && quota[0] > 0 &&
        read_numbers(folder, "cpu.cfs_period_us", period) >= 1 && period[0] > 0)
        return quota[0] / period[0];
    return NAN;
}

/* The second one does not end the process, but takes pages back beyond it. */
double cgroup_memory_bytes(const char *folder)
{
    static const char *const names[] = {"memory.max", "memory.high", "memory.limit_in_bytes"};
    double least = NAN;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        double bytes[2];
        if (read_numbers(folder, names[i], bytes) >= 1)
            least = fmin(least, bytes[0]);
    }
    return least;
}

/* The number behind a word that begins a line, or NAN. */
static double read_figure(const char *folder, const char *name, const char *word)
{
    char path[2 * PATH_MAX + 64];
    char line[256];
    double figure = NAN;
    const size_t length = strlen(word);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    while (file != NULL && isnan(figure) && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, word, length) == 0 && line[length] == ' ')
            figure = strtod(line + length, NULL);
    }
    if (file != NULL)
        fclose(file);
    return figure;
}

/* Microseconds in version 2, nanoseconds in version 1. */
double cgroup_throttled_s(const char *folder)
{
    if (isnan(cgroup_cpu_quota(folder)))
        return NAN;
    const double us = read_figure(folder, "cpu.stat", "throttled_usec");
    return isnan(us) ? read_figure(folder, "cpu.stat", "throttled_time") / 1e9 : us / 1e6;
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234", in microseconds */
double cgroup_pressure_total_s(const char *folder, const char *name)
{
    char path[2 * PATH_MAX + 64];
    char line[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const char *total = text_file_line(path, line, sizeof line) > 0 ? strstr(line, "total=") : NULL;
    return total != NULL && strncmp(line, "some ", 5) == 0 ? strtod(total + 6, NULL) / 1e6 : NAN;
}

/* Only the group that holds all has no type. */
static double own_pressure_s(const char *folder, const char *name)
{
    char path[2 * PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/cgroup.type", folder);
    return access(path, F_OK) == 0 ? cgroup_pressure_total_s(folder, name) : NAN;
}

double cgroup_pressure_cpu_s(const char *folder)
{
    return own_pressure_s(folder, "cpu.pressure");
}

double cgroup_pressure_io_s(const char *folder)
{
    return own_pressure_s(folder, "io.pressure");
}

double cgroup_pressure_memory_s(const char *folder)
{
    return own_pressure_s(folder, "memory.pressure");
}
