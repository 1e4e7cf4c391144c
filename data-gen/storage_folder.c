// SPDX-License-Identifier: MIT
#include "storage_folder.h"

#include "core/files.h"
#include "core/progress.h"
#include "manifest.h"
#include "platform/fuse_mounts.h"
#include "platform/text_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- What lies in a folder ---------------------------------------------------------------------
 */

/* Calls `act` with the name of each thing in a folder; a negative value ends that and is returned.
 */
static int for_each(const char *path,
                    int (*act)(const char *path, const char *name, struct error *error),
                    struct error *error)
{
    DIR *dir = opendir(path);
    int code = 0;
    if (dir == NULL)
        return errno == ENOENT ? 0 : error_set_call(error, -errno, "open", path);
    for (const struct dirent *entry; code == 0 && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            code = act(path, entry->d_name, error);
    }
    closedir(dir);
    return code;
}

static bool is_there(const char *dir, const char *name)
{
    struct stat status;
    char *path = files_join(dir, name);
    const bool there = lstat(path, &status) == 0;
    free(path);
    return there;
}

static int refuse(const char *path, const char *name, struct error *error)
{
    return error_set(error, -EINVAL, "%s is not empty, there is %s in it: give another folder",
                     path, name);
}

/* Whether .storage is of this program, which makes `keeper` first and removes it last. */
static bool is_ours(const char *state)
{
    struct error error;
    return is_there(state, "keeper") ||
           (access(state, F_OK) == 0 && for_each(state, refuse, &error) == 0);
}

/* ---- Removing ----------------------------------------------------------------------------------
 */

static int remove_name(const char *dir, const char *name, struct error *error)
{
    char *path = files_join(dir, name);
    const int code =
        unlink(path) == 0 || errno == ENOENT ? 0 : error_set_call(error, -errno, "remove", path);
    free(path);
    return code;
}

static int remove_state(const char *dir, const char *name, struct error *error)
{
    return strcmp(name, "keeper") == 0 ? 0 : remove_name(dir, name, error);
}

/* The files of the file set are mounted on empty ones, which are ours. */
static int remove_served(const char *dir, const char *name, struct error *error)
{
    if (strcmp(name, MANIFEST_NAME) == 0)
        return remove_name(dir, name, error);
    if (strncmp(name, "scan-", 5) != 0)
        return 0;
    struct stat status;
    char *path = files_join(dir, name);
    const bool empty = lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
    free(path);
    return empty ? remove_name(dir, name, error) : 0;
}

/* Only for who has the lock. The files go after the mounts on them, the state last. */
static int clean_up(const struct storage_folder *folder, struct error *error)
{
    int code = fuse_mounts_end(folder->path, error);
    if (code == 0)
        code = for_each(folder->path, remove_served, error);
    if (code == 0)
        code = for_each(folder->state, remove_state, error);
    if (code == 0)
        code = remove_name(folder->state, "keeper", error);
    if (code == 0 && rmdir(folder->state) != 0 && errno != ENOENT)
        code = error_set_call(error, -errno, "remove", folder->state);
    return code;
}

static void give_back(struct storage_folder *folder)
{
    if (folder->lock >= 0)
        close(folder->lock);
    free(folder->path);
    free(folder->state);
    *folder = (struct storage_folder){.lock = -1};
}

int storage_folder_leave(struct storage_folder *folder, struct error *error)
{
    const int code = clean_up(folder, error);
    if (code == 0 && folder->made)
        rmdir(folder->path); /* unless somebody has put something there */
    give_back(folder);
    return code;
}

/* ---- Taking ------------------------------------------------------------------------------------
 */

/* Whether the name still leads to what was opened, and not to a new folder after that was removed.
 */
static bool is_still(const char *path, int fd)
{
    struct stat named;
    struct stat opened;
    return stat(path, &named) == 0 && fstat(fd, &opened) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

/* Says who has the folder, which the lock has shown to be alive. */
static int name_holder(const struct storage_folder *folder, struct error *error)
{
    char number[64];
    char *path = files_join(folder->state, "keeper");
    const bool ending = is_there(folder->state, "ending");
    if (text_file_line(path, number, sizeof number) <= 0)
        snprintf(number, sizeof number, "that is about to begin or to end");
    free(path);
    return error_set(error, ending ? -EALREADY : -EBUSY,
                     "%s is in use by the process %s: end that one, or give another folder",
                     folder->path, number);
}

/* Opens and locks a folder that is there. Returns 0, -EBUSY or -EALREADY, or another negative
 * errno.
 */
static int lock(struct storage_folder *folder, const char *path, struct error *error)
{
    folder->path = realpath(path, NULL);
    if (folder->path == NULL)
        return error_set_call(error, -errno, "enter", path);
    folder->state = files_join(folder->path, &STORAGE_STATE[1]);
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0)
        return error_set_call(error, -errno, "open", folder->path);
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)
        return is_still(folder->path, folder->lock)
                   ? 0
                   : error_set(error, -EALREADY, "%s was removed just now", folder->path);
    if (errno == EWOULDBLOCK)
        return name_holder(folder, error);
    return error_set(error, -errno, "lock %s: %s: give a folder on a disk of this machine",
                     folder->path, strerror(errno));
}

static int check_other(const struct storage_folder *folder, const char *data, struct error *error)
{
    struct stat here;
    struct stat there;
    if (fstat(folder->lock, &here) == 0 && stat(data, &there) == 0 && here.st_dev == there.st_dev &&
        here.st_ino == there.st_ino)
        return error_set(error, -EINVAL, "%s cannot be served in itself: give another folder",
                         folder->path);
    return 0;
}

/* Whether the file system takes a socket; not all do, and what nbdkit says to that is hard to
 * understand. */
static int check_sockets(const struct storage_folder *folder, struct error *error)
{
    char *path = files_join(folder->state, "socket");
    int code = 0;
    if (mknod(path, S_IFSOCK | 0600, 0) != 0)
        code = error_set(error, -errno,
                         "%s: no socket can be made there (%s): give a folder on another file "
                         "system",
                         folder->path, strerror(errno));
    unlink(path);
    free(path);
    return code;
}

static int make_state(struct storage_folder *folder, struct error *error)
{
    char number[32];
    if (mkdir(folder->state, 0700) != 0)
        return error_set_call(error, -errno, "make the folder", folder->state);
    snprintf(number, sizeof number, "%ld\n", (long)getpid());
    int code = storage_folder_write(folder, "keeper", number, error);
    if (code == 0 && folder->made)
        code = storage_folder_write(folder, "made_folder", "", error);
    if (code == 0)
        code = check_sockets(folder, error);
    if (code != 0) {
        struct error ignored;
        clean_up(folder, &ignored);
    }
    return code;
}

static int take_locked(struct storage_folder *folder, const char *data, struct error *error)
{
    int code = check_other(folder, data, error);
    if (code == 0 && is_ours(folder->state)) {
        progress_message("removing what a crash has left in %s", folder->path);
        folder->made = folder->made || is_there(folder->state, "made_folder");
        code = clean_up(folder, error);
    }
    if (code == 0)
        code = for_each(folder->path, refuse, error);
    if (code == 0)
        code = make_state(folder, error);
    return code;
}

int storage_folder_take(struct storage_folder *folder, const char *path, const char *data,
                        struct error *error)
{
    *folder = (struct storage_folder){.lock = -1, .made = mkdir(path, 0777) == 0};
    if (!folder->made && errno != EEXIST)
        return error_set_call(error, -errno, "make the folder", path);
    int code = lock(folder, path, error);
    if (code == 0)
        code = take_locked(folder, data, error);
    if (code != 0) {
        if (folder->made)
            rmdir(path);
        give_back(folder);
    }
    return code;
}

int storage_folder_write(const struct storage_folder *folder, const char *name, const char *text,
                         struct error *error)
{
    char *path = files_join(folder->state, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int code = fd < 0 ? -errno : files_write_all(fd, text, strlen(text));
    if (fd >= 0 && close(fd) != 0 && code == 0)
        code = -errno;
    if (code != 0)
        error_set_call(error, code, "write", path);
    free(path);
    return code;
}

int storage_folder_recover(const char *path, struct error *error)
{
    struct storage_folder folder = {.lock = -1};
    int code = access(path, F_OK) == 0 ? lock(&folder, path, error) : -ENOENT;
    if (code == 0 && folder.state != NULL && is_ours(folder.state)) {
        folder.made = is_there(folder.state, "made_folder");
        return storage_folder_leave(&folder, error);
    }
    give_back(&folder);
    return code == -ENOENT || code == -EBUSY || code == -EALREADY ? 0 : code;
}
