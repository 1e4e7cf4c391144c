// SPDX-License-Identifier: MIT
#include "platform/storage.h"

#include "platform/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* Finds the mount of a file by its device number and copies the type and the source. Of several
 * mounts of one device any will do: they are one file system. */
static void find_mount(dev_t id, struct storage *storage)
{
    char line[1024];
    FILE *mounts = fopen("/proc/self/mountinfo", "r");
    while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL) {
        unsigned major_number;
        unsigned minor_number;
        const char *rest = strstr(line, " - ");
        if (rest == NULL || sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) != 2)
            continue;
        if (makedev(major_number, minor_number) == id &&
            sscanf(rest, " - %31s %63s", storage->file_system, storage->device) == 2)
            break;
    }
    if (mounts != NULL)
        fclose(mounts);
}

/* Names the file system by its magic number, for where no mount is seen: in a chroot, say. */
static void name_by_magic(const char *path, struct storage *storage)
{
    static const struct {
        long magic;
        const char *name;
    } known[] = {
        {TMPFS_MAGIC, "tmpfs"},       {RAMFS_MAGIC, "ramfs"},   {EXT4_SUPER_MAGIC, "ext2/3/4"},
        {BTRFS_SUPER_MAGIC, "btrfs"}, {XFS_SUPER_MAGIC, "xfs"}, {OVERLAYFS_SUPER_MAGIC, "overlay"},
        {FUSE_SUPER_MAGIC, "fuse"},
    };
    struct statfs status;
    if (statfs(path, &status) != 0)
        return;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if ((long)status.f_type == known[i].magic)
            snprintf(storage->file_system, sizeof storage->file_system, "%s", known[i].name);
    }
}

/* Reads one attribute of a block device; a partition's are in the folder of its disk. */
static int device_line(dev_t id, const char *attribute, char *line, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u/%s", major(id), minor(id), attribute);
    const int length = text_file_line(path, line, size);
    if (length >= 0)
        return length;
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u/../%s", major(id), minor(id), attribute);
    return text_file_line(path, line, size);
}

/* The readahead window: that of the mount where it has one of its own (FUSE, NFS, btrfs). */
static int64_t readahead_bytes(dev_t mount, dev_t device)
{
    char path[128];
    char line[32];
    snprintf(path, sizeof path, "/sys/class/bdi/%u:%u/read_ahead_kb", major(mount), minor(mount));
    if (text_file_line(path, line, sizeof line) <= 0 &&
        device_line(device, "queue/read_ahead_kb", line, sizeof line) <= 0)
        return -1;
    return strtoll(line, NULL, 10) * 1024;
}

/* "none [mq-deadline] kyber": the one in brackets is in use. */
static void copy_scheduler(const char *line, char *scheduler, size_t size)
{
    const char *open = strchr(line, '[');
    const char *text = open != NULL ? open + 1 : line;
    snprintf(scheduler, size, "%.*s", (int)strcspn(text, "] \n"), text);
}

/* A file system such as btrfs has a number of its own: then the mount's source is the device. */
static dev_t device_below(dev_t mount, const char *source)
{
    struct stat status;
    if (major(mount) == 0 && stat(source, &status) == 0 && S_ISBLK(status.st_mode))
        return status.st_rdev;
    return mount;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

struct storage storage_describe(const char *path)
{
    static const char *const memory_only[] = {"tmpfs", "ramfs", "devtmpfs", "hugetlbfs", NULL};
    static const char *const uncounted[] = {"fuse", "fuseblk", "zfs", NULL};
    struct storage storage = {.rotational = -1, .readahead_bytes = -1};
    struct stat status;
    if (stat(path, &status) != 0)
        return storage;
    find_mount(status.st_dev, &storage);
    if (storage.file_system[0] == '\0')
        name_by_magic(path, &storage);
    storage.memory_only = is_one_of(storage.file_system, memory_only);
    storage.counts_reads = !storage.memory_only && storage.file_system[0] != '\0' &&
                           strncmp(storage.file_system, "fuse.", 5) != 0 &&
                           !is_one_of(storage.file_system, uncounted);

    /* A file system such as btrfs has a number of its own: then the mount's source is the device.
     */
    dev_t device = status.st_dev;
    if (major(device) == 0 && stat(storage.device, &status) == 0 && S_ISBLK(status.st_mode))
        device = status.st_rdev;
    char line[128];
    device_line(device, "device/model", storage.device_model, sizeof storage.device_model);
    if (device_line(device, "queue/rotational", line, sizeof line) > 0)
        storage.rotational = line[0] == '1';
    if (device_line(device, "queue/scheduler", line, sizeof line) > 0)
        copy_scheduler(line, storage.scheduler, sizeof storage.scheduler);
    storage.readahead_bytes = readahead_bytes(status.st_dev, device);
    return storage;
}

int64_t storage_read_bytes(void)
{
    char value[32];
    return text_file_value("/proc/self/io", "read_bytes", value, sizeof value) > 0
               ? strtoll(value, NULL, 10)
               : -1;
}

int storage_reserve(int fd, uint64_t bytes)
{
    /* Not posix_fallocate: where the file system cannot reserve, that writes the whole file. */
    if (fallocate(fd, 0, 0, (off_t)bytes) == 0 || errno == EOPNOTSUPP || errno == ENOSYS)
        return 0;
    return -errno;
}

int storage_open_direct(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int64_t storage_device_read_bytes(const char *path)
{
    struct storage storage = {.rotational = -1};
    struct stat status;
    char line[256];
    unsigned long long sectors;
    if (stat(path, &status) != 0)
        return -1;
    find_mount(status.st_dev, &storage);
    /* The third number of a block device's statistics: sectors of 512 bytes read. */
    if (device_line(device_below(status.st_dev, storage.device), "stat", line, sizeof line) <= 0 ||
        sscanf(line, "%*u %*u %llu", &sectors) != 1)
        return -1;
    return (int64_t)sectors * 512;
}
