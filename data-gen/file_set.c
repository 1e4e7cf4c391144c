// SPDX-License-Identifier: MIT
#include "file_set.h"

#include "content.h"
#include "core/files.h"
#include "manifest.h"
#include "platform/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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
            .sum = stride > 0 ? content_sum(known->seed, set->count, known->bytes, stride) : 0,
            .fd = -1,
        };
        set->bytes += known->bytes;
    }
    manifest_free(&manifest);
    return 0;
}

int file_set_write_sums(const struct file_set *set, const char *path, struct error *error)
{
    FILE *file;
    const int code = files_replace_begin(&file, path, error);
    if (code != 0)
        return code;
    fprintf(file, "file,sum\n");
    for (size_t i = 0; i < set->count; i++)
        fprintf(file, "%zu,%" PRIu64 "\n", i, set->files[i].sum);
    return files_replace_end(file, path, 0, error);
}

int file_set_read_sums(struct file_set *set, const char *path, struct error *error)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set_call(error, -errno, "open", path);
    size_t count = 0;
    size_t number;
    uint64_t sum;
    int read = fscanf(file, "file,sum\n");
    while (read == 0 && count < set->count &&
           fscanf(file, "%zu,%" SCNu64 "\n", &number, &sum) == 2 && number == count)
        set->files[count++].sum = sum;
    fclose(file);
    return count == set->count ? 0
                               : error_set(error, -EINVAL, "%s does not hold the sums of %zu files",
                                           path, set->count);
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

const char *file_set_unsupported(const char *dir, const char *(*unsupported)(const char *path))
{
    char name[32];
    manifest_name(name, 0);
    char *path = files_join(dir, name);
    const char *reason = unsupported(path);
    free(path);
    return reason;
}

int file_set_check_folder(const char *dir, struct error *error)
{
    const struct storage storage = storage_describe(dir);
    const bool own_cache = strcmp(storage.cache_below, CACHE_BELOW_ZFS) == 0;
    if (!storage.memory_only && !own_cache)
        return 0;
    return error_set(error, -ENOTSUP, "%s is on %s, which %s: give --data a folder on a disk", dir,
                     storage.file_system,
                     own_cache ? "keeps files in a cache of its own, so that they are never cold"
                               : "is nothing but page cache and never cold");
}
