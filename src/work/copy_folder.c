// SPDX-License-Identifier: MIT
#include "copy_folder.h"

#include "core/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { NAME_BYTES = 32 };

static void name_copy(char name[NAME_BYTES], size_t number)
{
    snprintf(name, NAME_BYTES, "copy-%04zu.bin", number);
}

char *copy_folder_path(const char *dir, size_t number)
{
    char name[NAME_BYTES];
    name_copy(name, number);
    return files_join(dir, name);
}

int copy_folder_create(const char *path)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    return fd >= 0 ? fd : -errno;
}

int copy_folder_check_room(const char *dir, uint64_t bytes, struct error *error)
{
    struct statvfs room;
    if (statvfs(dir, &room) != 0)
        return error_set_call(error, -errno, "ask for the room in", dir);
    const uint64_t free_bytes = (uint64_t)room.f_bavail * room.f_frsize;
    if (free_bytes >= bytes)
        return 0;
    return error_set(error, -ENOSPC,
                     "no room for the copies in %s: %" PRIu64 " bytes are needed and %" PRIu64
                     " are free; give a smaller --size, or another folder by --to",
                     dir, bytes, free_bytes);
}

/* ---- What a process that died has left ---------------------------------------------------------
 */

static bool is_copy(int dir, const char *name)
{
    char own[NAME_BYTES];
    struct stat status;
    if (strncmp(name, "copy-", 5) != 0)
        return false;
    name_copy(own, (size_t)strtoull(name + 5, NULL, 10));
    return strcmp(name, own) == 0 && fstatat(dir, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && status.st_nlink == 1 && status.st_uid == geteuid();
}

void copy_folder_clear(const struct work_settings *settings)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (settings->to_is_ours ? O_NOFOLLOW : 0);
    const int fd = open(settings->to, flags);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_copy(fd, entry->d_name))
            unlinkat(fd, entry->d_name, 0);
    }
    closedir(dir);
}

/* ---- At the beginning and the end of a run -----------------------------------------------------
 */

static int make_ours(const struct work_settings *settings, struct error *error)
{
    struct stat status;
    if (mkdir(settings->to, 0777) != 0 && errno != EEXIST)
        return error_set_call(error, -errno, "make the folder of the copies", settings->to);
    if (lstat(settings->to, &status) != 0)
        return error_set_call(error, -errno, "make the folder of the copies", settings->to);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, -ENOTDIR,
                         "%s is where the folder of the copies belongs: remove it, or give another "
                         "folder by --to",
                         settings->to);
    copy_folder_clear(settings);
    return 0;
}

static int check_folder(const char *dir, struct error *error)
{
    struct stat status;
    int code = stat(dir, &status) == 0 ? 0 : -errno;
    if (code == 0 && !S_ISDIR(status.st_mode))
        code = -ENOTDIR;
    if (code == 0 && access(dir, W_OK | X_OK) != 0)
        code = -errno;
    if (code == 0)
        return 0;
    return error_set(error, code,
                     "no copies can be made in %s: %s; give --to a folder that is there and may be "
                     "written",
                     dir, strerror(-code));
}

static int check_nothing_in_the_way(const char *dir, size_t count, struct error *error)
{
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        char *path = copy_folder_path(dir, i);
        struct stat status;
        if (lstat(path, &status) == 0)
            code =
                error_set(error, -EEXIST,
                          "%s is in the way of a copy, and nothing is overwritten: remove it, or "
                          "give another folder by --to",
                          path);
        free(path);
    }
    return code;
}

int copy_folder_take(const struct work_settings *settings, size_t count, uint64_t bytes,
                     struct error *error)
{
    int code = settings->to_is_ours ? make_ours(settings, error) : 0;
    if (code == 0)
        code = check_folder(settings->to, error);
    if (code == 0)
        code = check_nothing_in_the_way(settings->to, count, error);
    return code != 0 ? code : copy_folder_check_room(settings->to, bytes, error);
}

void copy_folder_leave(const struct work_settings *settings)
{
    if (!settings->to_is_ours)
        return;
    copy_folder_clear(settings);
    rmdir(settings->to);
}
