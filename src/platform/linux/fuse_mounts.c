// SPDX-License-Identifier: MIT
#include "platform/fuse_mounts.h"

#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define LIST "/proc/self/mountinfo"

int fuse_mounts_check(struct error *error)
{
    const int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, -ENOENT,
                         "/dev/fuse cannot be used (%s): run this as root, or let root run "
                         "'modprobe fuse; chmod 666 /dev/fuse'; give a container --device "
                         "/dev/fuse --cap-add SYS_ADMIN",
                         strerror(errno));
    close(fd);
    if (access(LIST, R_OK) != 0)
        return error_set(error, -ENOENT,
                         LIST " cannot be read (%s), without which mounts cannot be undone: let "
                              "root run 'mount -t proc proc /proc'",
                         strerror(errno));
    return 0;
}

/* Copies a field of the list, in which spaces and the like are octal numbers: "a\040b". */
static void copy_field(const char *field, size_t length, char *text, size_t size)
{
    size_t made = 0;
    for (size_t i = 0; i < length && made + 1 < size; made++) {
        unsigned code;
        if (field[i] == '\\' && length - i >= 4 && sscanf(&field[i + 1], "%3o", &code) == 1) {
            text[made] = (char)code;
            i += 4;
        } else {
            text[made] = field[i++];
        }
    }
    text[made] = '\0';
}

bool fuse_mounts_read(const char *line, const char *folder, char *point, size_t size)
{
    int begin = 0;
    int end = 0;
    const char *type = strstr(line, " - ");
    const size_t length = strlen(folder);
    /* Number, parent, device, root, then the place; after the dash the type. */
    if (sscanf(line, "%*s %*s %*s %*s %n%*s%n", &begin, &end) != 0 || end == 0 || type == NULL ||
        strncmp(type + 3, "fuse", 4) != 0)
        return false;
    copy_field(&line[begin], (size_t)(end - begin), point, size);
    return strncmp(point, folder, length) == 0 && point[length] == '/';
}

/* What an ordinary user may do by the help of fusermount3, which the system gives more rights. */
static void unmount_with_help(const char *point)
{
    const char *const arguments[] = {"fusermount3", "-u", "-z", "--", point, NULL};
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct process_request request = {
        .arguments = arguments, .output_fd = PROCESS_NOWHERE, .error_fd = nowhere};
    struct process_end end;
    struct error error;
    process_run_anyway(&request, &end, &error);
    close(nowhere);
}

static void unmount(const char *point)
{
    if (umount2(point, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno == EPERM)
        unmount_with_help(point);
}

/* Calls `act`, unless it is NULL, for every mount below the folder. Returns their number with the
 * place of the last one in `point`, or a negative errno. */
static int for_each(const char *folder, void (*act)(const char *point), char point[PATH_MAX])
{
    FILE *list = fopen(LIST, "r");
    if (list == NULL)
        return -errno;
    /* The whole list first: it moves when one of its lines goes. */
    char *line = NULL;
    size_t size = 0;
    char **points = NULL;
    int count = 0;
    while (getline(&line, &size, list) >= 0) {
        if (!fuse_mounts_read(line, folder, point, PATH_MAX))
            continue;
        char **grown = realloc(points, ((size_t)count + 1) * sizeof *points);
        if (grown == NULL || (grown[count] = strdup(point)) == NULL)
            abort();
        points = grown;
        count++;
    }
    free(line);
    fclose(list);
    for (int i = 0; i < count; i++) {
        snprintf(point, PATH_MAX, "%s", points[i]);
        if (act != NULL)
            act(points[i]);
        free(points[i]);
    }
    free(points);
    return count;
}

int fuse_mounts_end(const char *folder, struct error *error)
{
    char point[PATH_MAX];
    int left = 1;
    for (int round = 0; round < 3 && left > 0; round++)
        left = for_each(folder, unmount, point);
    if (left > 0)
        left = for_each(folder, NULL, point);
    if (left < 0)
        return error_set_call(error, left, "read", LIST);
    if (left > 0)
        return error_set(error, -EBUSY,
                         "%s cannot be unmounted: let root run 'umount -l' for all of %s", point,
                         folder);
    return 0;
}
