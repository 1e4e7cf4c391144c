// SPDX-License-Identifier: MIT
/* Written for macOS, not yet run there: the README says so. */
#include "platform/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <libproc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <unistd.h>

struct storage storage_describe(const char *path)
{
    struct storage storage = {.rotational = -1, .readahead_bytes = -1, .counts_reads = true};
    struct statfs status;
    if (statfs(path, &status) == 0) {
        snprintf(storage.file_system, sizeof storage.file_system, "%s", status.f_fstypename);
        snprintf(storage.device, sizeof storage.device, "%s", status.f_mntfromname);
        storage.memory_only = strcmp(storage.file_system, "tmpfs") == 0;
    }
    return storage;
}

int64_t storage_read_bytes(void)
{
    struct rusage_info_v2 used;
    if (proc_pid_rusage(getpid(), RUSAGE_INFO_V2, (rusage_info_t *)&used) != 0)
        return -1;
    return (int64_t)used.ri_diskio_bytesread;
}

bool storage_counts_rings(void)
{
    return true; /* there are none */
}

int storage_open_direct(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    fcntl(fd, F_NOCACHE, 1);
    return fd;
}

bool storage_tells_direct(int fd)
{
    (void)fd;
    return true; /* there is no pretence: F_NOCACHE is advice, about what is read from now on */
}

int64_t storage_device_read_bytes(const char *path)
{
    (void)path;
    return -1;
}

int storage_reserve(int fd, uint64_t bytes)
{
    fstore_t space = {
        .fst_flags = F_ALLOCATEALL, .fst_posmode = F_PEOFPOSMODE, .fst_length = (off_t)bytes};
    if (fcntl(fd, F_PREALLOCATE, &space) == 0 || errno == ENOTSUP)
        return 0;
    return -errno;
}
