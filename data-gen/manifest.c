// SPDX-License-Identifier: MIT
#include "manifest.h"

#include "core/files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char header[] = "file,bytes,seed,changed_ns\n";

static int read_rows(struct manifest *manifest, FILE *file)
{
    char line[160];
    if (fgets(line, sizeof line, file) == NULL || strcmp(line, header) != 0)
        return -EINVAL;
    while (fgets(line, sizeof line, file) != NULL) {
        struct manifest_file row = {.bytes = 0};
        int end = 0;
        const int found = sscanf(line, "%31[^,],%" SCNu64 ",%" SCNu64 ",%" SCNd64 "\n%n", row.name,
                                 &row.bytes, &row.seed, &row.changed_ns, &end);
        char name[32];
        manifest_name(name, manifest->count);
        if (found != 4 || line[end] != '\0' || strcmp(row.name, name) != 0)
            return -EINVAL;
        struct manifest_file *grown =
            realloc(manifest->files, (manifest->count + 1) * sizeof *manifest->files);
        if (grown == NULL)
            return -ENOMEM;
        manifest->files = grown;
        manifest->files[manifest->count++] = row;
    }
    return ferror(file) ? -EIO : 0;
}

int manifest_read(struct manifest *manifest, const char *dir, struct error *error)
{
    *manifest = (struct manifest){.count = 0};
    char *path = files_join(dir, MANIFEST_NAME);
    FILE *file = fopen(path, "r");
    int code;
    if (file == NULL) {
        code = error_set_call(error, -errno, "open", path);
    } else {
        code = read_rows(manifest, file);
        if (code != 0)
            error_set_call(error, code, "read", path);
        fclose(file);
    }
    if (code != 0)
        manifest_free(manifest);
    free(path);
    return code;
}

int manifest_write(const struct manifest *manifest, const char *dir, struct error *error)
{
    char *path = files_join(dir, MANIFEST_NAME);
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fputs(header, file);
        for (size_t i = 0; i < manifest->count; i++) {
            const struct manifest_file *row = &manifest->files[i];
            fprintf(file, "%s,%" PRIu64 ",%" PRIu64 ",%" PRId64 "\n", row->name, row->bytes,
                    row->seed, row->changed_ns);
        }
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}

void manifest_free(struct manifest *manifest)
{
    free(manifest->files);
    *manifest = (struct manifest){.count = 0};
}

void manifest_name(char name[32], size_t number)
{
    snprintf(name, 32, "scan-%04zu.bin", number);
}

int64_t manifest_changed_ns(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return -errno;
#ifdef __APPLE__
    const struct timespec changed = status.st_ctimespec;
#else
    const struct timespec changed = status.st_ctim;
#endif
    return (int64_t)changed.tv_sec * 1000000000 + changed.tv_nsec;
}
