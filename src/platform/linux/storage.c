// SPDX-License-Identifier: MIT
#include "platform/storage.h"

#include "mount.h"
#include "platform/host.h"
#include "platform/readahead.h"
#include "platform/text_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

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

/* Names one attribute of a block device; a partition's are in the folder of its disk. Returns
 * whether it is there. */
static bool device_path(char *path, size_t size, dev_t id, const char *attribute)
{
    static const char *const folders[] = {"", "../"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, size, "/sys/dev/block/%u:%u/%s%s", major(id), minor(id), folders[i],
                 attribute);
        if (access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static int device_line(dev_t id, const char *attribute, char *line, size_t size)
{
    char path[128];
    line[0] = '\0';
    return device_path(path, sizeof path, id, attribute) ? text_file_line(path, line, size) : -1;
}

/* The number of a block device by its name in /sys; 0 when there is none. */
static dev_t device_of_name(const char *name)
{
    char path[320];
    char line[32];
    unsigned numbers[2];
    snprintf(path, sizeof path, "/sys/class/block/%s/dev", name);
    return text_file_line(path, line, sizeof line) > 0 &&
                   sscanf(line, "%u:%u", &numbers[0], &numbers[1]) == 2
               ? makedev(numbers[0], numbers[1])
               : 0;
}

/* The first name in a folder of /sys; "" when there is none. */
static void first_name(const char *path, char *name, size_t size)
{
    DIR *dir = opendir(path);
    name[0] = '\0';
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.') {
            snprintf(name, size, "%s", entry->d_name);
            break;
        }
    }
    if (dir != NULL)
        closedir(dir);
}

/* The device that one made of others (device mapper, RAID) has below it; 0 for all others. */
static dev_t device_below(dev_t device)
{
    char path[128];
    char name[256] = "";
    if (device_path(path, sizeof path, device, "slaves"))
        first_name(path, name, sizeof name);
    return name[0] != '\0' ? device_of_name(name) : 0;
}

/* musl has the request of ioctl as an int, as POSIX does. */
#ifdef __GLIBC__
typedef unsigned long ioctl_request;
#else
typedef int ioctl_request;
#endif

/* The folder of a btrfs in /sys: its number, which every one of its files knows, is its name. */
static bool btrfs_folder(const char *path, char *folder, size_t size)
{
    struct btrfs_ioctl_fs_info_args info = {.num_devices = 0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool known = fd >= 0 && ioctl(fd, (ioctl_request)BTRFS_IOC_FS_INFO, &info) == 0;
    if (fd >= 0)
        close(fd);
    size_t length = (size_t)snprintf(folder, size, "/sys/fs/btrfs/");
    for (size_t i = 0; i < sizeof info.fsid && length < size; i++)
        length += (size_t)snprintf(folder + length, size - length, "%s%02x",
                                   i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", info.fsid[i]);
    return known;
}

/* Where a file lies, as far as that can be found out. */
struct place {
    struct mount mount;
    dev_t file_system; /* the number of the file system itself */
    dev_t device;      /* of the block device; the file system's own when there is none */
    char btrfs[64];    /* its folder in /sys, or "" */
};

/* A file system such as btrfs has a number of its own, which is no device's: then the mount's
 * source is one, or a device that btrfs names. */
static dev_t find_device(const struct place *place)
{
    char path[96];
    char name[256];
    struct stat status;
    if (major(place->file_system) != 0)
        return place->file_system;
    if (place->btrfs[0] != '\0') {
        snprintf(path, sizeof path, "%s/devices", place->btrfs);
        first_name(path, name, sizeof name);
        if (name[0] != '\0' && device_of_name(name) != 0)
            return device_of_name(name);
    }
    if (stat(place->mount.source, &status) == 0 && S_ISBLK(status.st_mode))
        return status.st_rdev;
    return place->file_system;
}

/* Returns whether there is such a file. */
static bool find_place(struct place *place, const char *path)
{
    struct stat status;
    *place = (struct place){.btrfs = ""};
    if (stat(path, &status) != 0)
        return false;
    mount_find(&place->mount, path);
    place->file_system = status.st_dev;
    if (!btrfs_folder(path, place->btrfs, sizeof place->btrfs))
        place->btrfs[0] = '\0';
    place->device = find_device(place);
    return true;
}

/* The folder that holds what is written to an overlay, or read from one that is never written. Seen
 * from inside of most containers there is no such path. */
static bool find_layer(const struct mount *mount, char *path, size_t size)
{
    struct stat status;
    if (strcmp(mount->file_system, "overlay") != 0 ||
        (!mount_option(mount, "upperdir", path, size) &&
         !mount_option(mount, "lowerdir", path, size)) ||
        path[0] != '/')
        return false;
    if (stat(path, &status) == 0)
        return true;
    path[strcspn(path, ":")] = '\0'; /* of several lower ones the first */
    return stat(path, &status) == 0;
}

/* The readahead window: that of the file system where it has one of its own (FUSE, NFS, btrfs). */
static void describe_readahead(struct storage *storage, const struct place *place)
{
    char *path = storage->readahead_setting;
    const size_t size = sizeof storage->readahead_setting;
    uint64_t bytes;
    if (place->btrfs[0] != '\0')
        snprintf(path, size, "%s/bdi/read_ahead_kb", place->btrfs);
    else
        snprintf(path, size, "/sys/class/bdi/%u:%u/read_ahead_kb", major(place->file_system),
                 minor(place->file_system));
    if (readahead_get(path, &bytes) == 0 ||
        (device_path(path, size, place->device, "queue/read_ahead_kb") &&
         readahead_get(path, &bytes) == 0))
        storage->readahead_bytes = (int64_t)bytes;
    else
        path[0] = '\0';
}

/* "none [mq-deadline] kyber": the one in brackets is in use. */
static void copy_scheduler(const char *line, char *scheduler, size_t size)
{
    const char *open = strchr(line, '[');
    const char *text = open != NULL ? open + 1 : line;
    snprintf(scheduler, size, "%.*s", (int)strcspn(text, "] \n"), text);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

enum { MOST_DEVICES = 8 }; /* below each other */

/* What the device says of itself, or the first that it is made of. */
static void describe_device(struct storage *storage, dev_t device)
{
    char line[128];
    char file[512];
    if (device_line(device, "queue/rotational", line, sizeof line) > 0)
        storage->rotational = line[0] == '1';
    if (device_line(device, "queue/scheduler", line, sizeof line) > 0)
        copy_scheduler(line, storage->scheduler, sizeof storage->scheduler);
    for (int i = 0; i < MOST_DEVICES && device != 0; i++, device = device_below(device)) {
        if (device_line(device, "loop/backing_file", file, sizeof file) > 0)
            snprintf(storage->device_model, sizeof storage->device_model, "loop on %.55s", file);
        if (storage->device_model[0] == '\0')
            device_line(device, "device/model", storage->device_model,
                        sizeof storage->device_model);
    }
}

/* The disk of a virtual machine is a file of its host more often than not; NVMe is more often a
 * real one, handed through. */
static const char *cache_of_disk(dev_t device)
{
    char path[64];
    char link[256];
    char machine[256];
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u", major(device), minor(device));
    const ssize_t length = readlink(path, link, sizeof link - 1);
    link[length > 0 ? length : 0] = '\0';
    host_virtualization(machine, sizeof machine);
    return strncmp(machine, "virtual machine", 15) == 0 && strstr(link, "/nvme") == NULL
               ? CACHE_BELOW_HOST
               : CACHE_BELOW_NONE;
}

/* A loop device is a file, which the page cache holds as well unless the device reads it directly.
 */
static const char *cache_below_device(dev_t device)
{
    char line[16];
    dev_t last = device;
    for (int i = 0; i < MOST_DEVICES && device != 0; i++, device = device_below(device)) {
        last = device;
        if (device_line(device, "loop/dio", line, sizeof line) > 0 && line[0] == '0')
            return CACHE_BELOW_LOOP;
    }
    return cache_of_disk(last);
}

/* What serves a file system may read from a cache of its own. Not so the emulated storage of this
 * program (fuse.nbd): it answers no sooner than its latency has passed. */
static const char *cache_below(const char *file_system, dev_t device)
{
    static const struct {
        const char *file_system;
        const char *cache;
    } known[] = {
        {"fuse.nbd", CACHE_BELOW_NONE}, {"zfs", CACHE_BELOW_ZFS},
        {"nfs", CACHE_BELOW_SERVER},    {"nfs4", CACHE_BELOW_SERVER},
        {"cifs", CACHE_BELOW_SERVER},   {"smb3", CACHE_BELOW_SERVER},
        {"ceph", CACHE_BELOW_SERVER},   {"9p", CACHE_BELOW_HOST},
        {"virtiofs", CACHE_BELOW_HOST},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(file_system, known[i].file_system) == 0)
            return known[i].cache;
    }
    if (strncmp(file_system, "fuse", 4) == 0)
        return CACHE_BELOW_FUSE;
    return major(device) != 0 ? cache_below_device(device) : "";
}

/* The kernel counts what a process asks of block devices. Of other storage it counts at best what
 * was asked of it, and of memory that is mapped in place of a page cache (DAX) nothing. */
static bool counts_reads(const char *path, const struct storage *storage, dev_t device)
{
    const bool on_device = major(device) != 0 || strcmp(storage->file_system, "overlay") == 0;
    return on_device && !storage->memory_only && strncmp(storage->file_system, "fuse", 4) != 0 &&
           strcmp(storage->file_system, "zfs") != 0 && !file_facts(AT_FDCWD, path, 0).is_dax;
}

static struct storage describe(const char *path, int layers);

/* An overlay is where its layer is. */
static struct storage describe_overlay(const char *layer, int layers)
{
    char below[sizeof((struct storage *)NULL)->file_system];
    struct storage storage = describe(layer, layers + 1);
    memcpy(below, storage.file_system, sizeof below);
    snprintf(storage.file_system, sizeof storage.file_system, "overlay on %.20s", below);
    return storage;
}

static struct storage describe(const char *path, int layers)
{
    static const char *const memory_only[] = {"tmpfs", "ramfs", "devtmpfs", "hugetlbfs", NULL};
    struct storage storage = {.rotational = -1, .readahead_bytes = -1};
    struct place place;
    char layer[PATH_MAX];
    if (!find_place(&place, path))
        return storage;
    if (layers < MOST_DEVICES && find_layer(&place.mount, layer, sizeof layer)) {
        mount_free(&place.mount);
        return describe_overlay(layer, layers);
    }
    memcpy(storage.file_system, place.mount.file_system, sizeof storage.file_system);
    snprintf(storage.device, sizeof storage.device, "%.63s", place.mount.source);
    if (storage.file_system[0] == '\0')
        name_by_magic(path, &storage);
    storage.memory_only = is_one_of(storage.file_system, memory_only);
    storage.counts_reads = counts_reads(path, &storage, place.device);
    snprintf(storage.cache_below, sizeof storage.cache_below, "%s",
             cache_below(storage.file_system, place.device));
    describe_device(&storage, place.device);
    describe_readahead(&storage, &place);
    mount_free(&place.mount);
    return storage;
}

struct storage storage_describe(const char *path)
{
    return describe(path, 0);
}

int64_t storage_read_bytes(void)
{
    char value[32];
    return text_file_value("/proc/self/io", "read_bytes", value, sizeof value) > 0
               ? strtoll(value, NULL, 10)
               : -1;
}

bool storage_counts_rings(void)
{
    struct utsname system;
    unsigned version[2];
    return uname(&system) == 0 && sscanf(system.release, "%u.%u", &version[0], &version[1]) == 2 &&
           version[0] * 1000 + version[1] >= 5012;
}

int storage_reserve(int fd, uint64_t bytes)
{
    /* Not posix_fallocate: where the file system cannot reserve, that writes the whole file. Of an
     * ordinary file that was just made, EPERM and EINVAL are the answers of a container's filter.
     */
    if (fallocate(fd, 0, 0, (off_t)bytes) == 0 || errno == EOPNOTSUPP || errno == ENOSYS ||
        errno == EPERM || errno == EINVAL)
        return 0;
    return -errno;
}

enum { BLOCK_BYTES_MOST = 4096 };

bool storage_tells_direct(int fd)
{
    return file_facts(fd, "", AT_EMPTY_PATH).has_direct;
}

/* Why the open file cannot be read past the page cache by blocks of 4096 bytes: 0 or a negative
 * errno, as far as the system tells. */
static int direct_refusal(int fd)
{
    const struct file_facts facts = file_facts(fd, "", AT_EMPTY_PATH);
    if (!facts.has_direct)
        return 0;
    if (facts.direct_offset_bytes == 0)
        return -EOPNOTSUPP;
    return facts.direct_offset_bytes > BLOCK_BYTES_MOST ||
                   facts.direct_memory_bytes > BLOCK_BYTES_MOST
               ? -ERANGE
               : 0;
}

int storage_open_direct(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
    const int code = fd < 0 ? -errno : direct_refusal(fd);
    if (fd >= 0 && code != 0)
        close(fd);
    return code != 0 ? code : fd;
}

int64_t storage_device_read_bytes(const char *path)
{
    char layer[PATH_MAX];
    char line[256];
    unsigned long long sectors;
    struct place place;
    if (!find_place(&place, path))
        return -1;
    const bool is_layered = find_layer(&place.mount, layer, sizeof layer);
    mount_free(&place.mount);
    if (is_layered && !find_place(&place, layer))
        return -1;
    if (is_layered)
        mount_free(&place.mount);
    /* The third number of a block device's statistics: sectors of 512 bytes read. */
    if (device_line(place.device, "stat", line, sizeof line) <= 0 ||
        sscanf(line, "%*u %*u %llu", &sectors) != 1)
        return -1;
    return (int64_t)sectors * 512;
}
