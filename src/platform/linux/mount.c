// SPDX-License-Identifier: MIT
#include "mount.h"

#include "platform/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    MASK_MOUNT_ID = 0x1000, /* STATX_MNT_ID */
    MASK_DIRECT = 0x2000,   /* STATX_DIOALIGN */
    ATTRIBUTE_DAX = 0x200000,
};

/* struct statx of Linux 6.1 */
struct statx_answer {
    uint32_t mask;
    uint32_t block_bytes;
    uint64_t attributes;
    unsigned char passed_over[128];
    uint64_t mount_id;
    uint32_t direct_memory_bytes;
    uint32_t direct_offset_bytes;
    uint64_t spare[12];
};

struct file_facts file_facts(int dir_fd, const char *path, int flags)
{
    struct statx_answer answer = {.mask = 0};
    if (syscall(SYS_statx, dir_fd, path, flags, MASK_MOUNT_ID | MASK_DIRECT, &answer) != 0)
        return (struct file_facts){.has_mount_id = false};
    return (struct file_facts){
        .has_mount_id = (answer.mask & MASK_MOUNT_ID) != 0,
        .mount_id = answer.mount_id,
        .is_dax = (answer.attributes & ATTRIBUTE_DAX) != 0,
        .has_direct = (answer.mask & MASK_DIRECT) != 0,
        .direct_memory_bytes = answer.direct_memory_bytes,
        .direct_offset_bytes = answer.direct_offset_bytes,
    };
}

/* The number of the mount, or -1. */
static int64_t find_id(const char *path)
{
    const struct file_facts facts = file_facts(AT_FDCWD, path, 0);
    if (facts.has_mount_id)
        return (int64_t)facts.mount_id;
    char info[48];
    char value[24];
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return -1;
    snprintf(info, sizeof info, "/proc/self/fdinfo/%d", fd);
    const int length = text_file_value(info, "mnt_id", value, sizeof value);
    close(fd);
    return length > 0 ? strtoll(value, NULL, 10) : -1;
}

/* Undoes the escapes of mountinfo in place: "\040" is a blank. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        unsigned code;
        if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
            *to = (char)code;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* Whether the path is the mount point or below it. */
static bool leads_to(const char *point, const char *path)
{
    const size_t length = strlen(point);
    return strncmp(point, path, length) == 0 &&
           (path[length] == '\0' || path[length] == '/' || point[length - 1] == '/');
}

static void copy(struct mount *mount, const char *rest)
{
    int options = 0;
    char source[sizeof mount->source];
    if (sscanf(rest, " - %31s %255s %n", mount->file_system, source, &options) != 2)
        return;
    unescape(source);
    memcpy(mount->source, source, sizeof source);
    free(mount->options);
    mount->options = strdup(rest + options);
    if (mount->options == NULL)
        abort();
    mount->options[strcspn(mount->options, "\n")] = '\0';
}

void mount_find_in(FILE *mounts, struct mount *mount, int64_t id, const char *path)
{
    char *line = NULL;
    size_t size = 0;
    size_t longest = 0;
    *mount = (struct mount){.options = NULL};
    while (getline(&line, &size, mounts) >= 0) {
        int this_id;
        char point[PATH_MAX];
        const char *rest = strstr(line, " - ");
        if (rest == NULL || sscanf(line, "%d %*d %*s %*s %4095s", &this_id, point) != 2)
            continue;
        unescape(point);
        if (id >= 0 ? this_id == id : leads_to(point, path) && strlen(point) >= longest) {
            longest = strlen(point);
            copy(mount, rest);
        }
    }
    free(line);
}

void mount_find(struct mount *mount, const char *path)
{
    *mount = (struct mount){.options = NULL};
    FILE *mounts = fopen("/proc/self/mountinfo", "r");
    char *whole = realpath(path, NULL);
    if (mounts != NULL && whole != NULL)
        mount_find_in(mounts, mount, find_id(path), whole);
    free(whole);
    if (mounts != NULL)
        fclose(mounts);
}

void mount_free(struct mount *mount)
{
    free(mount->options);
    mount->options = NULL;
}

bool mount_option(const struct mount *mount, const char *name, char *value, size_t size)
{
    const size_t length = strlen(name);
    for (const char *at = mount->options; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, length) != 0 || at[length] != '=')
            continue;
        const char *text = at + length + 1;
        const int needed = snprintf(value, size, "%.*s", (int)strcspn(text, ","), text);
        unescape(value);
        return (size_t)needed < size;
    }
    return false;
}
