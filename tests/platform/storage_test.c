// SPDX-License-Identifier: MIT
#include "platform/storage.h"

#ifdef __linux__
#include "platform/linux/mount.h"
#include "tests/support.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

static int fallocate_error;

int __wrap_fallocate(int fd, int mode, off_t offset, off_t length)
{
    assert_true(fd >= 0 && mode == 0 && offset == 0 && length == 12345);
    errno = fallocate_error;
    return fallocate_error == 0 ? 0 : -1;
}

static void space_that_cannot_be_reserved_at_all_is_no_failure(void **state)
{
    static const struct {
        int error;
        int code;
    } rows[] = {
        {0, 0},      {EOPNOTSUPP, 0},   {ENOSYS, 0},       {EPERM, 0},
        {EINVAL, 0}, {ENOSPC, -ENOSPC}, {EDQUOT, -EDQUOT}, {EFBIG, -EFBIG},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        fallocate_error = rows[i].error;
        assert_int_equal(storage_reserve(1, 12345), rows[i].code);
    }
}

/* What a kernel says of a file by statx: the mask, its attributes, then the blocks of memory and of
 * the file that O_DIRECT takes. */
static struct {
    int error;
    uint32_t mask;
    uint64_t attributes;
    uint32_t memory;
    uint32_t offset;
} statx_says;

long __wrap_syscall(long number, int fd, const char *path, int flags, unsigned mask, char *answer)
{
    assert_int_equal(number, SYS_statx);
    assert_true((mask & 0x2000) != 0 && (flags == 0 || (fd >= 0 && path[0] == '\0')));
    memcpy(answer, &statx_says.mask, 4);
    memcpy(answer + 8, &statx_says.attributes, 8);
    memcpy(answer + 152, &statx_says.memory, 4);
    memcpy(answer + 156, &statx_says.offset, 4);
    errno = statx_says.error;
    return statx_says.error == 0 ? 0 : -1;
}

/* What is in the page cache, look after look, and the last again and again: a digit is that many
 * bytes, ? is not told. */
static const char *residents;
static int evictions;
static int evict_code;

int __wrap_page_cache_evict(int fd)
{
    assert_true(fd >= 0);
    evictions++;
    return evict_code;
}

int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    const char answer = *residents;
    assert_true(fd >= 0 && bytes > 0);
    if (residents[1] != '\0')
        residents++;
    *resident_bytes = answer == '?' ? 0 : (uint64_t)(answer - '0');
    return answer == '?' ? -ENOTSUP : 0;
}

/* The caller frees. */
static char *made_file(const char *dir)
{
    file_write(dir, "file", "text", 4);
    return files_join(dir, "file");
}

/* Skips where nothing can be told of O_DIRECT. */
static void need_direct(const char *dir)
{
    char *path = made_file(dir);
    statx_says.error = ENOSYS;
    const int fd = storage_open_direct(path);
    free(path);
    if (fd < 0) {
        print_message("[  SKIPPED ] the build folder's file system refuses O_DIRECT\n");
        skip();
    }
    close(fd);
}

static void assert_reason(const char *path, const char *expected)
{
    const char *reason = storage_direct_unsupported(path);
    if (expected == NULL)
        assert_null(reason);
    else
        assert_non_null(strstr(reason != NULL ? reason : "none", expected));
}

static const char pretence[] = "accepts O_DIRECT and ignores it";

static void o_direct_that_is_none_is_refused_with_the_reason(void **state)
{
    static const struct {
        int error;
        uint32_t mask;
        uint32_t memory;
        uint32_t offset;
        const char *reason; /* or NULL */
    } rows[] = {
        {0, 0x2000, 4, 512, NULL},
        {0, 0x2000, 512, 4096, NULL},
        {0, 0x2000, 0, 0, pretence},
        {0, 0x2000, 512, 16384, "blocks of more than 4096 bytes"},
        {0, 0x2000, 65536, 512, "blocks of more than 4096 bytes"},
        {0, 0x1000, 0, 0, NULL},      /* a file system that does not tell */
        {ENOSYS, 0x2000, 0, 0, NULL}, /* nor does an old kernel, or a container */
        {EPERM, 0x2000, 0, 0, NULL},
    };
    need_direct(*state);
    char *path = made_file(*state);
    residents = "0";
    for (size_t i = 0; i < LENGTH(rows); i++) {
        statx_says.error = rows[i].error;
        statx_says.mask = rows[i].mask;
        statx_says.memory = rows[i].memory;
        statx_says.offset = rows[i].offset;
        assert_reason(path, rows[i].reason);
    }
    free(path);
    assert_null(storage_direct_unsupported("no/such"));
}

static void o_direct_that_fills_the_page_cache_is_none(void **state)
{
    static const struct {
        const char *residents; /* before and after each try */
        int evict_code;
        const char *reason;
        int evictions;
    } rows[] = {
        {"00", 0, NULL, 1},         {"04", 0, NULL, 2}, /* what it left behind could not be dropped
                                                         */
        {"040404", 0, pretence, 3},                     /* as on ext4 with data=journal */
        {"0400", 0, NULL, 2},                           /* somebody else read it, the first time */
        {"4", 0, NULL, 1},                              /* cannot be dropped: nothing is known */
        {"?", 0, NULL, 1},          {"0?", 0, NULL, 1}, {"040404", -EIO, NULL, 1},
    };
    need_direct(*state);
    char *path = made_file(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        residents = rows[i].residents;
        evict_code = rows[i].evict_code;
        evictions = 0;
        assert_reason(path, rows[i].reason);
        assert_int_equal(evictions, rows[i].evictions);
    }
    evict_code = 0;
    free(path);
}

/* A run that is going on in the same folder is not to be disturbed without need. */
static void where_the_system_tells_nothing_is_tried(void **state)
{
    need_direct(*state);
    char *path = made_file(*state);
    statx_says.error = 0;
    statx_says.mask = 0x2000;
    statx_says.memory = 512;
    statx_says.offset = 512;
    residents = "040404";
    evictions = 0;
    assert_reason(path, NULL);
    assert_int_equal(evictions, 0);
    free(path);
}

/* ---- Made mounts and devices ------------------------------------------------------------------
 */

/* What the mount of every file is, and attributes of devices; NULL: those of this machine. */
static const char *made_file_system;
static const char *made_dio;
static const char *made_machine;

void __real_mount_find(struct mount *mount, const char *path);
void __wrap_mount_find(struct mount *mount, const char *path)
{
    __real_mount_find(mount, path);
    if (made_file_system != NULL)
        snprintf(mount->file_system, sizeof mount->file_system, "%s", made_file_system);
}

static bool is_dio(const char *path)
{
    const size_t length = strlen(path);
    return made_dio != NULL && length > 9 && strcmp(path + length - 9, "/loop/dio") == 0;
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
    return is_dio(path) ? 0 : __real_access(path, mode);
}

int __real_text_file_line(const char *path, char *line, size_t size);
int __wrap_text_file_line(const char *path, char *line, size_t size)
{
    return is_dio(path) ? snprintf(line, size, "%s", made_dio)
                        : __real_text_file_line(path, line, size);
}

void __real_host_virtualization(char *text, size_t size);
void __wrap_host_virtualization(char *text, size_t size)
{
    if (made_machine != NULL)
        snprintf(text, size, "%s", made_machine);
    else
        __real_host_virtualization(text, size);
}

static struct storage described(const char *path, const char *file_system, const char *dio,
                                const char *machine)
{
    made_file_system = file_system;
    made_dio = dio;
    made_machine = machine;
    statx_says.error = ENOSYS;
    const struct storage storage = storage_describe(path);
    made_file_system = NULL;
    made_dio = NULL;
    made_machine = NULL;
    return storage;
}

/* Whether the folder is on a block device, without which there is nothing to make others of. */
static bool is_on_device(const char *dir)
{
    struct stat status;
    return stat(dir, &status) == 0 && major(status.st_dev) != 0;
}

static void caches_below_the_page_cache_are_seen(void **state)
{
    static const char guest[] = "virtual machine (KVM), container";
    static const char metal[] = "none seen";
    static const struct {
        const char *file_system;
        const char *dio; /* of a loop device */
        const char *machine;
        const char *cache_below;
        bool counts_reads;
        bool needs_device;
    } rows[] = {
        {"zfs", NULL, metal, CACHE_BELOW_ZFS, false, false},
        {"fuse.bindfs", NULL, metal, CACHE_BELOW_FUSE, false, false},
        {"fuseblk", NULL, metal, CACHE_BELOW_FUSE, false, false},
        {"fuse", NULL, guest, CACHE_BELOW_FUSE, false, false},
        {"fuse.nbd", NULL, guest, CACHE_BELOW_NONE, false, false}, /* emulated storage */
        {"virtiofs", NULL, guest, CACHE_BELOW_HOST, true, true},
        {"nfs4", NULL, metal, CACHE_BELOW_SERVER, true, true},
        {"ext4", NULL, metal, CACHE_BELOW_NONE, true, true},
        {"ext4", NULL, guest, CACHE_BELOW_HOST, true, true},
        {"ext4", "0", metal, CACHE_BELOW_LOOP, true, true},
        {"ext4", "0", guest, CACHE_BELOW_LOOP, true, true},
        {"ext4", "1", metal, CACHE_BELOW_NONE, true, true},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (rows[i].needs_device && !is_on_device(*state))
            continue;
        const struct storage storage =
            described(*state, rows[i].file_system, rows[i].dio, rows[i].machine);
        assert_string_equal(storage.file_system, rows[i].file_system);
        assert_string_equal(storage.cache_below, rows[i].cache_below);
        assert_int_equal(storage.counts_reads, rows[i].counts_reads);
    }
}

/* Reads of memory that is mapped itself are counted by nobody. */
static void reads_are_counted_on_devices_only(void **state)
{
    assert_int_equal(described(*state, "ext4", NULL, NULL).counts_reads, is_on_device(*state));
    assert_false(described("/proc", "nfs4", NULL, NULL).counts_reads);
    assert_true(
        described("/proc", "overlay", NULL, NULL).counts_reads); /* as a container sees it */
    statx_says.attributes = 0x200000;
    made_file_system = "ext4";
    statx_says.error = 0;
    statx_says.mask = 0;
    assert_false(storage_describe(*state).counts_reads);
    statx_says.attributes = 0;
    assert_int_equal(storage_describe(*state).counts_reads, is_on_device(*state));
    made_file_system = NULL;
}

static void files_that_are_never_cold_are_refused(void **state)
{
    static const struct {
        const char *file_system;
        int code;
        const char *said;
    } rows[] = {
        {"ext4", 0, ""},
        {"tmpfs", -ENOTSUP, "is on tmpfs, which is nothing but page cache"},
        {"ramfs", -ENOTSUP, "is on ramfs, which is nothing but page cache"},
        {"zfs", -ENOTSUP, "is on zfs, which keeps files in a cache of its own"},
    };
    statx_says.error = ENOSYS;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error error = {.code = 0};
        made_file_system = rows[i].file_system;
        assert_int_equal(file_set_check_folder(*state, &error), rows[i].code);
        assert_non_null(strstr(rows[i].code == 0 ? "" : error.text, rows[i].said));
    }
    made_file_system = NULL;
}

static const char *made_release;

int __wrap_uname(struct utsname *system)
{
    snprintf(system->release, sizeof system->release, "%s", made_release);
    return 0;
}

static void rings_are_counted_since_linux_5_12(void **state)
{
    static const struct {
        const char *release;
        bool counted;
    } rows[] = {
        {"4.18.0-553.el8", false}, {"5.10.0-32-amd64", false}, {"5.11.99", false},
        {"5.12.0", true},          {"6.1.0-40-amd64", true},   {"what is this", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        made_release = rows[i].release;
        assert_int_equal(storage_counts_rings(), rows[i].counted);
    }
}

static void memory_is_not_storage(void **state)
{
    (void)state;
    statx_says.error = ENOSYS;
    const struct storage memory = storage_describe("/dev/shm");
    if (strcmp(memory.file_system, "tmpfs") != 0) {
        print_message("[  SKIPPED ] /dev/shm is no tmpfs here\n");
        skip();
    }
    assert_true(memory.memory_only);
    assert_false(memory.counts_reads);
}

/* ---- What was read ----------------------------------------------------------------------------
 */

enum { READ_BYTES = 1 << 20 };

/* Writes a file, drops it from the page cache and reads it. */
static void read_cold(const char *dir)
{
    static char bytes[READ_BYTES];
    file_write(dir, "file", bytes, sizeof bytes);
    char *path = files_join(dir, "file");
    const int fd = open(path, O_RDONLY);
    free(path);
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
    assert_int_equal(read(fd, bytes, sizeof bytes), sizeof bytes);
    close(fd);
}

static void what_was_read_from_storage_is_counted(void **state)
{
    const struct storage storage = described(*state, NULL, NULL, NULL);
    const int64_t before = storage_read_bytes();
    if (before < 0 || !storage.counts_reads) {
        print_message("[  SKIPPED ] on %s no reads are counted here\n", storage.file_system);
        skip();
    }
    read_cold(*state);
    assert_in_range(storage_read_bytes() - before, READ_BYTES, 2 * READ_BYTES);
}

static void what_everybody_read_from_the_device_is_counted(void **state)
{
    statx_says.error = ENOSYS;
    const int64_t before = storage_device_read_bytes(*state);
    if (before < 0) {
        print_message("[  SKIPPED ] no device is seen here\n");
        skip();
    }
    read_cold(*state);
    assert_true(storage_device_read_bytes(*state) - before >= READ_BYTES);
    assert_int_equal(storage_device_read_bytes("no/such"), -1);
}
static void what_cannot_be_mapped_is_refused_with_the_reason(void **state)
{
    file_write(*state, "file", "text", 4);
    char *path = files_join(*state, "file");
    assert_null(storage_map_unsupported(path));
    assert_non_null(strstr(storage_map_unsupported(*state), "maps no files")); /* a folder */
    assert_null(storage_map_unsupported("no/such"));
    free(path);
}

static void a_folder_is_on_some_file_system(void **state)
{
    const struct storage storage = storage_describe(*state);
    struct statfs system;
    assert_true(strlen(storage.file_system) > 0);
    assert_int_equal(statfs(*state, &system), 0);
    assert_true(system.f_type != EXT4_SUPER_MAGIC || strncmp(storage.file_system, "ext", 3) == 0);
    assert_true(system.f_type != BTRFS_SUPER_MAGIC || strcmp(storage.file_system, "btrfs") == 0);
}

/* What the kernel tells of a device itself, read in another way. */
static void the_readahead_of_a_device_is_in_bytes(void **state)
{
    char path[64];
    char line[32] = "";
    struct stat status;
    assert_int_equal(stat(*state, &status), 0);
    snprintf(path, sizeof path, "/sys/class/bdi/%u:%u/read_ahead_kb", major(status.st_dev),
             minor(status.st_dev));
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        print_message("[  SKIPPED ] no %s here\n", path);
        skip();
    }
    fclose(file);
    assert_int_equal(storage_describe(*state).readahead_bytes, atol(line) * 1024);
}

static void a_folder_that_is_not_there_is_unknown(void **state)
{
    char *path = files_join(*state, "no");
    const struct storage storage = storage_describe(path);
    assert_string_equal(storage.file_system, "");
    assert_string_equal(storage.scheduler, "");
    assert_int_equal(storage.rotational, -1);
    assert_int_equal(storage.readahead_bytes, -1);
    assert_false(storage.memory_only);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(space_that_cannot_be_reserved_at_all_is_no_failure),
        FOLDER_TEST(o_direct_that_is_none_is_refused_with_the_reason),
        FOLDER_TEST(o_direct_that_fills_the_page_cache_is_none),
        FOLDER_TEST(where_the_system_tells_nothing_is_tried),
        FOLDER_TEST(caches_below_the_page_cache_are_seen),
        FOLDER_TEST(reads_are_counted_on_devices_only),
        FOLDER_TEST(files_that_are_never_cold_are_refused),
        cmocka_unit_test(rings_are_counted_since_linux_5_12),
        cmocka_unit_test(memory_is_not_storage),
        FOLDER_TEST(what_was_read_from_storage_is_counted),
        FOLDER_TEST(what_everybody_read_from_the_device_is_counted),
        FOLDER_TEST(what_cannot_be_mapped_is_refused_with_the_reason),
        FOLDER_TEST(a_folder_is_on_some_file_system),
        FOLDER_TEST(the_readahead_of_a_device_is_in_bytes),
        FOLDER_TEST(a_folder_that_is_not_there_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
