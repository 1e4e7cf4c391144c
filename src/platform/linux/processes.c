// SPDX-License-Identifier: MIT
#include "processes.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD */

struct entry {
    long pid;
    long parent;
    char name[32];
    unsigned flags;
    unsigned long long ticks;        /* of itself */
    unsigned long long waited_ticks; /* of those that ended and that it waited for */
};

struct entries {
    size_t count;
    struct entry *list;
};

/* "pid (name) state ppid ...": the name may have blanks and brackets in it. */
static bool parse(struct entry *entry, const char *line)
{
    unsigned long long times[4];
    const char *open = strchr(line, '(');
    const char *close = strrchr(line, ')');
    if (open == NULL || close == NULL || close < open ||
        sscanf(close + 1, " %*c %ld %*d %*d %*d %*d %u %*u %*u %*u %*u %llu %llu %llu %llu",
               &entry->parent, &entry->flags, &times[0], &times[1], &times[2], &times[3]) != 6)
        return false;
    entry->pid = strtol(line, NULL, 10);
    snprintf(entry->name, sizeof entry->name, "%.*s", (int)(close - open - 1), open + 1);
    entry->ticks = times[0] + times[1];
    entry->waited_ticks = times[2] + times[3];
    return true;
}

static void add(struct entries *entries, const char *proc, const char *pid)
{
    char path[512];
    char line[1024];
    struct entry entry;
    snprintf(path, sizeof path, "%s/%s/stat", proc, pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return; /* it has ended meanwhile */
    const bool is_read = fgets(line, sizeof line, file) != NULL && parse(&entry, line);
    fclose(file);
    if (!is_read)
        return;
    struct entry *grown = realloc(entries->list, (entries->count + 1) * sizeof *grown);
    if (grown == NULL)
        abort();
    entries->list = grown;
    entries->list[entries->count++] = entry;
}

static struct entries list(const char *proc)
{
    struct entries entries = {.count = 0};
    DIR *dir = opendir(proc);
    for (struct dirent *one; dir != NULL && (one = readdir(dir)) != NULL;) {
        if (one->d_name[0] >= '1' && one->d_name[0] <= '9')
            add(&entries, proc, one->d_name);
    }
    if (dir != NULL)
        closedir(dir);
    return entries;
}

static const struct entry *find(const struct entries *entries, long pid)
{
    for (size_t i = 0; i < entries->count; i++) {
        if (entries->list[i].pid == pid)
            return &entries->list[i];
    }
    return NULL;
}

/* Where this program begins. */
static const struct entry *find_first(const struct entries *entries, long self)
{
    const struct entry *first = find(entries, self);
    const struct entry *above = first;
    while (above != NULL && strcmp(above->name, first->name) == 0) {
        first = above;
        above = find(entries, above->parent);
    }
    return first;
}

static bool descends(const struct entries *entries, const struct entry *entry,
                     const struct entry *first)
{
    while (entry != NULL && entry != first)
        entry = find(entries, entry->parent);
    return entry != NULL;
}

struct processes processes_read(const char *proc, long self)
{
    struct processes found = {.own_s = NAN, .kernel_s = NAN};
    const struct entries entries = list(proc);
    const struct entry *first = find_first(&entries, self);
    unsigned long long own = 0;
    unsigned long long kernel = 0;
    for (size_t i = 0; first != NULL && i < entries.count; i++) {
        const struct entry *entry = &entries.list[i];
        if ((entry->flags & KERNEL_THREAD) != 0)
            kernel += entry->ticks;
        else if (descends(&entries, entry, first))
            own += entry->ticks + entry->waited_ticks;
    }
    free(entries.list);
    if (first != NULL) {
        found.own_s = (double)own / (double)sysconf(_SC_CLK_TCK);
        found.kernel_s = (double)kernel / (double)sysconf(_SC_CLK_TCK);
    }
    return found;
}
