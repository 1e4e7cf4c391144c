// SPDX-License-Identifier: MIT
/* macOS. Written for, not yet run: the README says so. */
#include "platform/ahead.h"
#include "platform/host.h"
#include "platform/page_cache.h"
#include "platform/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <libproc.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sysctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Maps the file, does `act` on the mapping, unmaps it. */
static int with_mapping(int fd, uint64_t bytes, int (*act)(void *map, size_t bytes, void *context),
                        void *context)
{
    void *map = mmap(NULL, (size_t)bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    const int code = act(map, (size_t)bytes, context);
    munmap(map, (size_t)bytes);
    return code;
}

static int invalidate(void *map, size_t bytes, void *context)
{
    (void)context;
    return msync(map, bytes, MS_INVALIDATE) == 0 ? 0 : -errno;
}

int page_cache_evict(int fd)
{
    const off_t bytes = lseek(fd, 0, SEEK_END);
    if (fsync(fd) != 0)
        return -errno;
    return bytes <= 0 ? 0 : with_mapping(fd, (uint64_t)bytes, invalidate, NULL);
}

static int count_resident(void *map, size_t bytes, void *context)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const size_t count = (bytes + page_bytes - 1) / page_bytes;
    uint64_t *pages = context;
    char *present = malloc(count);
    const int code = present != NULL && mincore(map, bytes, present) == 0 ? 0 : -ENOTSUP;
    for (size_t i = 0; code == 0 && i < count; i++)
        *pages += (present[i] & MINCORE_INCORE) != 0;
    free(present);
    return code;
}

int page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t pages = 0;
    const int code = bytes == 0 ? 0 : with_mapping(fd, bytes, count_resident, &pages);
    *resident_bytes = pages * page_bytes < bytes ? pages * page_bytes : bytes;
    return code;
}

int page_cache_part_resident(int fd, const unsigned char *map, uint64_t offset, size_t length)
{
    (void)fd;
    return page_cache_mapped_resident(map + offset, length);
}

bool page_cache_needs_map(int fd)
{
    (void)fd;
    return true;
}

int page_cache_drop_all(void)
{
    char *arguments[] = {"purge", NULL};
    pid_t child;
    int status = 0;
    const int code = posix_spawnp(&child, "purge", NULL, NULL, arguments, environ);
    if (code != 0)
        return -code;
    if (waitpid(child, &status, 0) < 0)
        return -errno;
    return status == 0 ? 0 : -EPERM;
}

struct storage storage_describe(const char *path)
{
    struct storage storage = {
        .rotational = -1, .readahead_bytes = -1, .cached_below = -1, .counts_reads = true};
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

void host_virtualization(char *text, size_t size)
{
    int guest = 0;
    size_t length = sizeof guest;
    text[0] = '\0';
    if (sysctlbyname("kern.hv_vmm_present", &guest, &length, NULL, 0) == 0)
        snprintf(text, size, "%s", guest ? "virtual machine" : "none seen");
}

const char *host_libuv_reads(void)
{
    return "thread pool";
}

int storage_reserve(int fd, uint64_t bytes)
{
    fstore_t space = {
        .fst_flags = F_ALLOCATEALL, .fst_posmode = F_PEOFPOSMODE, .fst_length = (off_t)bytes};
    if (fcntl(fd, F_PREALLOCATE, &space) == 0 || errno == ENOTSUP)
        return 0;
    return -errno;
}

double host_thread_runqueue_s(void)
{
    return NAN;
}

int storage_open_direct(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    fcntl(fd, F_NOCACHE, 1);
    return fd;
}

int64_t storage_device_read_bytes(const char *path)
{
    (void)path;
    return -1;
}

void host_cpu_times(double *busy_s, double *steal_s)
{
    *busy_s = NAN;
    *steal_s = NAN;
}

void host_governor(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
}

int ahead_read(int fd, uint64_t offset, size_t length)
{
    (void)fd;
    (void)offset;
    (void)length;
    return -ENOSYS;
}

const char *ahead_read_unsupported(void)
{
    return "readahead needs Linux";
}

int ahead_populate(const unsigned char *address, size_t length)
{
    (void)address;
    (void)length;
    return -ENOSYS;
}

const char *ahead_populate_unsupported(void)
{
    return "MADV_POPULATE_READ needs Linux 5.14";
}

ssize_t ahead_read_nowait(int fd, void *buffer, size_t length, int64_t offset)
{
    (void)fd;
    (void)buffer;
    (void)length;
    (void)offset;
    return -ENOSYS;
}

const char *ahead_read_nowait_unsupported(void)
{
    return "preadv2 with RWF_NOWAIT needs Linux 4.14";
}

const char *ahead_advise_unsupported(void)
{
    return NULL;
}

const char *page_cache_mapped_unsupported(const char *path)
{
    (void)path;
    return NULL;
}

int host_cpu_count(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

double host_cpu_quota(void)
{
    return NAN;
}

int64_t host_memory_bytes(void)
{
    uint64_t bytes = 0;
    size_t length = sizeof bytes;
    return sysctlbyname("hw.memsize", &bytes, &length, NULL, 0) == 0 ? (int64_t)bytes : -1;
}
