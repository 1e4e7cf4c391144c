// SPDX-License-Identifier: MIT
#include "platform/fuse_mounts.h"

#include <errno.h>

int fuse_mounts_check(struct error *error)
{
    return error_set(error, -ENOTSUP, "storage can be emulated on Linux only");
}

bool fuse_mounts_read(const char *line, const char *folder, char *point, size_t size)
{
    (void)line;
    (void)folder;
    (void)point;
    (void)size;
    return false;
}

int fuse_mounts_end(const char *folder, struct error *error)
{
    (void)folder;
    (void)error;
    return 0;
}
