// SPDX-License-Identifier: MIT
#include "generator.h"

#include "content.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "file_set.h"
#include "manifest.h"
#include "platform/storage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 20 };

#define PART_SUFFIX ".part"

/* One run of the generator. */
struct generator {
    const char *dir;
    size_t count;
    uint64_t bytes;
    struct manifest known; /* what the folder's manifest says */
    struct manifest made;  /* what it will say; changed_ns is 0 for a file that has to be made */
    unsigned char *block;
};

static char *file_path(const struct generator *generator, size_t number, const char *suffix)
{
    char name[32];
    char full[64];
    manifest_name(name, number);
    snprintf(full, sizeof full, "%s%s", name, suffix);
    return files_join(generator->dir, full);
}

/* Whether all bytes of the open file are what they should be. */
static bool content_is_right(const struct generator *generator, size_t number, int fd)
{
    unsigned char *found = malloc(BLOCK_BYTES);
    bool right = found != NULL;
    for (uint64_t offset = 0; right && offset < generator->bytes; offset += BLOCK_BYTES) {
        const uint64_t left = generator->bytes - offset;
        const size_t length = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES;
        content_fill(CONTENT_SEED, number, offset, generator->block, length);
        right = interrupt_signal() == 0 &&
                pread(fd, found, length, (off_t)offset) == (ssize_t)length &&
                memcmp(found, generator->block, length) == 0;
    }
    free(found);
    return right;
}

/* The ctime of file `number` when it is there and right, else 0. */
static int64_t right_since(const struct generator *generator, size_t number)
{
    const struct manifest_file *known =
        number < generator->known.count ? &generator->known.files[number] : NULL;
    char *path = file_path(generator, number, "");
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int64_t changed_ns = 0;
    struct stat status;
    free(path);
    if (fd < 0)
        return 0;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (uint64_t)status.st_size == generator->bytes) {
        const int64_t found_ns = manifest_changed_ns(fd);
        if (known != NULL && known->bytes == generator->bytes && known->seed == CONTENT_SEED &&
            known->changed_ns == found_ns) {
            changed_ns = found_ns;
        } else {
            progress_step("checking the data");
            changed_ns = content_is_right(generator, number, fd) ? found_ns : 0;
        }
    }
    close(fd);
    return changed_ns;
}

/* A name that the generator gives. */
struct generated_name {
    size_t number;
    bool is_part;
};

static bool parse_name(struct generated_name *parsed, const char *text)
{
    char name[32];
    if (sscanf(text, "scan-%zu.bin", &parsed->number) != 1)
        return false;
    manifest_name(name, parsed->number);
    const size_t length = strlen(name);
    parsed->is_part = strcmp(text + (strlen(text) < length ? 0 : length), PART_SUFFIX) == 0;
    return strncmp(text, name, length) == 0 && (parsed->is_part || text[length] == '\0');
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

/* Whether the open file begins as ours do; one that was only reserved is empty or all zero. */
static bool begins_as_ours(const struct generated_name *name, int fd)
{
    unsigned char found[512];
    unsigned char ours[sizeof found];
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    const ssize_t got = pread(fd, found, sizeof found, 0);
    content_fill(CONTENT_SEED, name->number, 0, ours, sizeof ours);
    if (got > 0 && memcmp(found, ours, (size_t)got) == 0)
        return true;
    return name->is_part && got >= 0 && is_zero(found, (size_t)got);
}

/* Whether a file that stands in the way, or is left over, was made here: it is in the manifest, or
 * it begins as ours do. Somebody else's may have the same name. */
static bool is_ours(const struct generator *generator, const struct generated_name *name,
                    const char *path)
{
    if (!name->is_part && name->number < generator->known.count)
        return true;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const bool ours = fd >= 0 && begins_as_ours(name, fd);
    if (fd >= 0)
        close(fd);
    return ours;
}

static int not_ours(const char *path, struct error *error)
{
    return error_set(
        error, -EEXIST,
        "%s was not made here and is left as it is: move it away, or give --data another "
        "folder",
        path);
}

/* Deals with one name of the folder: refuses a file of somebody else in the way of one that has to
 * be made or, when `removes`, removes what is ours and not wanted. */
static int clear_way(const struct generator *generator, const char *text, bool removes,
                     struct error *error)
{
    struct generated_name name;
    if (!parse_name(&name, text))
        return 0;
    const bool in_the_set = name.number < generator->count;
    const bool right = in_the_set && generator->made.files[name.number].changed_ns != 0;
    if (right && !name.is_part)
        return 0;
    int code = 0;
    char *path = files_join(generator->dir, text);
    const bool ours = is_ours(generator, &name, path);
    if (!ours && in_the_set && !right)
        code = not_ours(path, error);
    else if (ours && removes && unlink(path) != 0)
        code = error_set_call(error, -errno, "remove", path);
    free(path);
    return code;
}

/* Removes what a killed run or a larger file set left, and files that have to be made anew, so that
 * their space is free: all or, when something of somebody else is in the way, nothing. */
static int remove_wrong(const struct generator *generator, struct error *error)
{
    DIR *dir = opendir(generator->dir);
    if (dir == NULL)
        return error_set_call(error, -errno, "read", generator->dir);
    int code = 0;
    for (int removes = 0; code == 0 && removes <= 1; removes++) {
        rewinddir(dir);
        for (struct dirent *entry; code == 0 && (entry = readdir(dir)) != NULL;)
            code = clear_way(generator, entry->d_name, removes == 1, error);
    }
    closedir(dir);
    return code;
}

/* A manifest that is not one can be ours and damaged, but only beside files of ours. */
static int check_manifest(const struct generator *generator, int known, struct error *error)
{
    if (known != -EINVAL)
        return 0;
    for (size_t i = 0; i < generator->count; i++) {
        if (generator->made.files[i].changed_ns != 0)
            return 0;
    }
    char *path = files_join(generator->dir, MANIFEST_NAME);
    const int code = not_ours(path, error);
    free(path);
    return code;
}

static void remove_parts(const struct generator *generator)
{
    for (size_t i = 0; i < generator->count; i++) {
        char *part = file_path(generator, i, PART_SUFFIX);
        unlink(part);
        free(part);
    }
}

static uint64_t free_bytes(const struct generator *generator)
{
    struct statvfs status;
    if (statvfs(generator->dir, &status) != 0)
        return UINT64_MAX; /* unknown: the reservation will tell */
    return (uint64_t)status.f_bavail * status.f_frsize;
}

static int no_space(uint64_t needed, uint64_t available, const char *dir, struct error *error)
{
    return error_set(error, -ENOSPC,
                     "the data needs %" PRIu64 " bytes more in %s and %" PRIu64
                     " are free: free some, or give --data another folder, fewer --files or a "
                     "smaller --size",
                     needed, dir, available);
}

/* Beyond what the file system can hold, or 'ulimit -f' allows. */
static int too_large(uint64_t bytes, const char *dir, struct error *error)
{
    return error_set(error, -EFBIG,
                     "files of %" PRIu64
                     " bytes are too large for the file system of %s, or for 'ulimit -f': give a "
                     "smaller --size, or raise the limit",
                     bytes, dir);
}

/* Reserves the space of every file that has to be made, so that the disk cannot fill half-way. */
static int reserve(const struct generator *generator, struct error *error)
{
    const uint64_t available = free_bytes(generator);
    uint64_t needed = 0;
    int code = 0;
    for (size_t i = 0; i < generator->count; i++)
        needed += generator->made.files[i].changed_ns == 0 ? generator->bytes : 0;
    if (needed > available)
        return no_space(needed, available, generator->dir, error);
    for (size_t i = 0; code == 0 && i < generator->count; i++) {
        if (generator->made.files[i].changed_ns != 0)
            continue;
        char *part = file_path(generator, i, PART_SUFFIX);
        const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        code = fd < 0 ? -errno : storage_reserve(fd, generator->bytes);
        if (fd >= 0)
            close(fd);
        if (code == -ENOSPC || code == -EDQUOT)
            no_space(needed, available, generator->dir, error);
        else if (code == -EFBIG)
            too_large(generator->bytes, generator->dir, error);
        else if (code != 0)
            error_set_call(error, code, "reserve the space of", part);
        free(part);
    }
    return code;
}

static int write_content(const struct generator *generator, size_t number, int fd)
{
    int code = 0;
    for (uint64_t offset = 0; code == 0 && offset < generator->bytes; offset += BLOCK_BYTES) {
        const uint64_t left = generator->bytes - offset;
        const size_t length = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES;
        content_fill(CONTENT_SEED, number, offset, generator->block, length);
        code = interrupt_signal() != 0 ? -ECANCELED : files_write_all(fd, generator->block, length);
    }
    if (code == 0 && fsync(fd) != 0)
        code = -errno;
    return code;
}

static int make_file(struct generator *generator, size_t number, struct error *error)
{
    char step[64];
    char *part = file_path(generator, number, PART_SUFFIX);
    char *path = file_path(generator, number, "");
    snprintf(step, sizeof step, "making file %zu of %zu", number + 1, generator->count);
    progress_step(step);
    const int fd = open(part, O_WRONLY | O_CLOEXEC);
    int code = fd < 0 ? -errno : write_content(generator, number, fd);
    if (code == 0 && rename(part, path) != 0)
        code = -errno;
    if (code == 0) /* renaming moves the ctime, so it is taken afterwards */
        generator->made.files[number].changed_ns = manifest_changed_ns(fd);
    if (code == -EFBIG)
        too_large(generator->bytes, generator->dir, error);
    else if (code != 0)
        error_set_call(error, code, "write", part);
    if (fd >= 0)
        close(fd);
    free(part);
    free(path);
    return code;
}

static int sync_folder(const char *dir, struct error *error)
{
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool failed = fd < 0 || (fsync(fd) != 0 && errno != EINVAL); /* not all sync folders */
    const int code = failed ? error_set_call(error, -errno, "fsync", dir) : 0;
    if (fd >= 0)
        close(fd);
    return code;
}

static int make_missing(struct generator *generator, struct error *error)
{
    int code = reserve(generator, error);
    for (size_t i = 0; code == 0 && i < generator->count; i++) {
        if (generator->made.files[i].changed_ns == 0)
            code = make_file(generator, i, error);
    }
    if (code != 0)
        remove_parts(generator);
    else
        code = sync_folder(generator->dir, error);
    return code;
}

static bool manifest_is_up_to_date(const struct generator *generator)
{
    return generator->known.count == generator->made.count &&
           memcmp(generator->known.files, generator->made.files,
                  generator->made.count * sizeof *generator->made.files) == 0;
}

/* Whether all files are there and right and the manifest is, but for the times: those of a copy,
 * say on an image that cannot be written. */
static bool differs_by_times_only(const struct generator *generator)
{
    bool same = generator->known.count == generator->made.count;
    for (size_t i = 0; same && i < generator->made.count; i++) {
        const struct manifest_file *known = &generator->known.files[i];
        const struct manifest_file *made = &generator->made.files[i];
        same = made->changed_ns != 0 && known->bytes == made->bytes && known->seed == made->seed;
    }
    return same;
}

/* Makes what is not there, and the manifest of all. */
static int bring_up_to_date(struct generator *generator, struct error *error)
{
    if (differs_by_times_only(generator)) {
        struct error refused;
        manifest_write(&generator->made, generator->dir,
                       &refused); /* else the next run checks anew */
        return 0;
    }
    const int code = make_missing(generator, error);
    return code != 0 ? code : manifest_write(&generator->made, generator->dir, error);
}

int generator_run(const char *dir, size_t count, uint64_t bytes, struct error *error)
{
    struct generator generator = {.dir = dir, .count = count, .bytes = bytes};
    const int known = manifest_read(&generator.known, dir, error);
    if (known == -EACCES)
        return known;
    generator.block = malloc(BLOCK_BYTES);
    generator.made.files = calloc(count, sizeof *generator.made.files);
    generator.made.count = count;
    if (generator.block == NULL || generator.made.files == NULL)
        abort();
    for (size_t i = 0; i < count && interrupt_signal() == 0; i++) {
        struct manifest_file *made = &generator.made.files[i];
        manifest_name(made->name, i);
        made->bytes = bytes;
        made->seed = CONTENT_SEED;
        made->changed_ns = right_since(&generator, i);
    }
    int code = interrupt_signal() != 0 ? -ECANCELED : 0;
    if (code == 0)
        code = check_manifest(&generator, known, error);
    if (code == 0)
        code = remove_wrong(&generator, error);
    if (code == 0 && !manifest_is_up_to_date(&generator))
        code = bring_up_to_date(&generator, error);
    manifest_free(&generator.known);
    manifest_free(&generator.made);
    free(generator.block);
    return code;
}
