// SPDX-License-Identifier: MIT
#include "files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *files_join(const char *dir, const char *name)
{
    const size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);
    if (path == NULL)
        abort();
    snprintf(path, size, "%s/%s", dir, name);
    return path;
}

int files_write_all(int fd, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length > 0) {
        const ssize_t written = write(fd, next, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        next += written;
        length -= (size_t)written;
    }
    return 0;
}

int files_append(int fd, const void *bytes, size_t length)
{
    const off_t end = lseek(fd, 0, SEEK_END);
    if (end < 0)
        return -errno;
    const int code = files_write_all(fd, bytes, length);
    if (code != 0 && ftruncate(fd, end) != 0)
        return -errno;
    return code;
}

static char *part_path(const char *path)
{
    const size_t size = strlen(path) + sizeof ".part";
    char *part = malloc(size);
    if (part == NULL)
        abort();
    snprintf(part, size, "%s.part", path);
    return part;
}

int files_replace_begin(FILE **file, const char *path, struct error *error)
{
    char *part = part_path(path);
    *file = fopen(part, "w");
    const int code = *file == NULL ? error_set_call(error, -errno, "open", part) : 0;
    free(part);
    return code;
}

int files_replace_end(FILE *file, const char *path, int failed, struct error *error)
{
    char *part = part_path(path);
    int code = 0;
    if (fflush(file) != 0 || ferror(file) || fsync(fileno(file)) != 0)
        code = error_set_call(error, errno != 0 ? -errno : -EIO, "write", part);
    fclose(file);
    if (code == 0 && !failed && rename(part, path) != 0)
        code = error_set_call(error, -errno, "rename", part);
    if (code != 0 || failed)
        unlink(part);
    free(part);
    return code;
}

void files_print_csv(FILE *file, const char *value)
{
    if (strpbrk(value, ",\"\r\n") == NULL) {
        fputs(value, file);
        return;
    }
    fputc('"', file);
    for (; *value != '\0'; value++) {
        if (*value == '"')
            fputc('"', file);
        fputc(*value, file);
    }
    fputc('"', file);
}
