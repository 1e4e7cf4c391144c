// SPDX-License-Identifier: MIT
#include "file_set.h"

#include "content.h"
#include "core/files.h"
#include "manifest.h"
#include "platform/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int file_set_load(struct file_set *set, const char *dir, uint64_t stride, struct error *error)
{
    *set = (struct file_set){.count = 0};
    struct manifest manifest;
    int code = manifest_read(&manifest, dir, error);
    if (code != 0)
        return code;
    set->files = calloc(manifest.count + 1, sizeof *set->files);
    if (set->files == NULL)
        abort();
    for (; set->count < manifest.count; set->count++) {
        const struct manifest_file *known = &manifest.files[set->count];
        set->files[set->count] = (struct data_file){
            .path = files_join(dir, known->name),
            .bytes = known->bytes,
            .sum = content_sum(known->seed, set->count, known->bytes, stride),
            .fd = -1,
        };
        set->bytes += known->bytes;
    }
    manifest_free(&manifest);
    return 0;
}

static int open_one(struct data_file *file, struct error *error)
{
    struct stat status;
    file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0)
        return error_set_call(error, -errno, "open", file->path);
    if (fstat(file->fd, &status) != 0)
        return error_set_call(error, -errno, "stat", file->path);
    if ((uint64_t)status.st_size != file->bytes)
        return error_set(error, -ESTALE,
                         "%s has %jd bytes and not %" PRIu64
                         ": it was changed; run again to make it anew",
                         file->path, (intmax_t)status.st_size, file->bytes);
    return 0;
}

int file_set_open(struct file_set *set, struct error *error)
{
    for (size_t i = 0; i < set->count; i++) {
        const int code = open_one(&set->files[i], error);
        if (code != 0) {
            file_set_close(set);
            return code;
        }
    }
    return 0;
}

void file_set_close(struct file_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->files[i].fd >= 0)
            close(set->files[i].fd);
        set->files[i].fd = -1;
    }
}

void file_set_free(struct file_set *set)
{
    file_set_close(set);
    for (size_t i = 0; i < set->count; i++)
        free(set->files[i].path);
    free(set->files);
    *set = (struct file_set){.count = 0};
}

bool file_set_can_be_direct(const char *dir)
{
    char name[32];
    manifest_name(name, 0);
    char *path = files_join(dir, name);
    const int fd = storage_open_direct(path);
    free(path);
    if (fd >= 0)
        close(fd);
    return fd >= 0 || fd == -ENOENT || fd == -ENOTDIR;
}

int file_set_check_folder(const char *dir, struct error *error)
{
    const struct storage storage = storage_describe(dir);
    if (!storage.memory_only)
        return 0;
    return error_set(error, -ENOTSUP,
                     "%s is on %s, which is nothing but page cache and never cold: give --data a "
                     "folder on a disk",
                     dir, storage.file_system);
}
