// SPDX-License-Identifier: MIT
#include "readahead.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int readahead_get(const char *setting, uint64_t *bytes)
{
    char text[32];
    char *end;
    const int fd = open(setting, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    const ssize_t length = read(fd, text, sizeof text - 1);
    const int code = length < 0 ? -errno : 0;
    close(fd);
    if (code != 0)
        return code;
    text[length] = '\0';
    *bytes = strtoumax(text, &end, 10) * 1024;
    return end > text && (*end == '\n' || *end == '\0') ? 0 : -EINVAL;
}

/* In one write, which is how the kernel takes a value. */
static int write_text(const char *setting, const char *text)
{
    const int fd = open(setting, O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    const ssize_t written = write(fd, text, strlen(text));
    const int code = written < 0 ? -errno : 0;
    close(fd);
    return code;
}

int readahead_set(const char *setting, uint64_t bytes)
{
    char text[32];
    uint64_t set = 0;
    snprintf(text, sizeof text, "%" PRIu64 "\n", bytes / 1024);
    int code = write_text(setting, text);
    if (code == 0)
        code = readahead_get(setting, &set);
    return code == 0 && set != bytes ? -ERANGE : code;
}
