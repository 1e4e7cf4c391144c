// SPDX-License-Identifier: MIT
#include "cgroup.h"

#include "platform/text_file.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Asks the folder of the group `path` and those above it, up to the mount point. */
static double least_of(const struct group_mount *mount, const char *path,
                       double (*limit_in)(const char *folder))
{
    const size_t root = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    const size_t point = strlen(mount->point);
    char folder[2 * PATH_MAX];
    if (strncmp(path, mount->root, root) != 0)
        return NAN; /* a group that is not seen from here */
    snprintf(folder, sizeof folder, "%s%s", mount->point, path + root);
    double least = limit_in(folder);
    while (strlen(folder) > point) {
        *strrchr(folder, '/') = '\0';
        least = fmin(least, limit_in(folder)); /* passes over NAN */
    }
    return least;
}

double cgroup_least(const struct cgroup_sources *sources, const char *controller,
                    double (*limit_in)(const char *folder))
{
    char *line = NULL;
    size_t size = 0;
    double least = NAN;
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
            least = fmin(least, least_of(&mount, path, limit_in));
    }
    free(line);
    if (groups != NULL)
        fclose(groups);
    return least;
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
