// SPDX-License-Identifier: MIT
#include "data_folder.h"

#include "core/files.h"
#include "file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the folder while somebody has it. After a crash it is left behind and means nothing: the lock
 * is what counts. */
#define OWNER_NAME ".in-use"

/* In the mount folder of emulated storage, what locks the folder itself is its keeper. */
static int open_to_lock(const char *dir)
{
    char *state = files_join(dir, ".storage");
    int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(state);
    return fd >= 0 ? fd : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A file system that cannot lock leaves both to themselves, as it would leave all else. */
static int lock(int fd, const char *dir, const char *owner, struct error *error)
{
    char who[128] = "another run";
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return 0;
    FILE *file = fopen(owner, "r");
    long pid;
    if (file != NULL && fscanf(file, "%ld", &pid) == 1)
        snprintf(who, sizeof who, "the run of process %ld", pid);
    if (file != NULL)
        fclose(file);
    return error_set(error, -EBUSY,
                     "%s is in use by %s: wait for its end, or give --data another folder", dir,
                     who);
}

int data_folder_take(struct data_folder *folder, const char *dir, struct error *error)
{
    *folder = (struct data_folder){.fd = -1};
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return error_set_call(error, -errno, "make the data folder", dir);
    int code = file_set_check_folder(dir, error);
    if (code != 0)
        return code;
    folder->fd = open_to_lock(dir);
    if (folder->fd < 0)
        return error_set_call(error, -errno, "open the data folder", dir);
    folder->owner = files_join(dir, OWNER_NAME);
    code = lock(folder->fd, dir, folder->owner, error);
    if (code != 0) {
        free(folder->owner);
        folder->owner = NULL;
        data_folder_release(folder);
        return code;
    }
    FILE *file =
        fopen(folder->owner, "w"); /* not in a folder that is only read: who would write? */
    if (file != NULL) {
        fprintf(file, "%ld\n", (long)getpid());
        fclose(file);
    }
    return 0;
}

void data_folder_release(struct data_folder *folder)
{
    if (folder->owner != NULL)
        unlink(folder->owner);
    free(folder->owner);
    if (folder->fd >= 0)
        close(folder->fd);
    *folder = (struct data_folder){.fd = -1};
}
