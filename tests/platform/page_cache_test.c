// SPDX-License-Identifier: MIT
/* The real page cache, on a file of the build folder. */
#include "measure/prime.h"
#include "platform/page_cache.h"

#include "platform/storage.h"
#include "tests/support.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { FILE_BYTES = (3 << 20) + 513 };

/* Opens a file that was just written, for reading as a trial does. Skips the test where nothing can
 * be cold. */
static int open_written(const char *dir)
{
    static const uint64_t bytes = FILE_BYTES;
    const struct storage storage = storage_describe(dir);
    if (storage.memory_only) {
        print_message("[  SKIPPED ] %s is on %s, which is never cold\n", dir, storage.file_system);
        skip();
    }
    file_set_make(dir, &bytes, 1);
    char *path = files_join(dir, "scan-0000.bin");
    const int fd = open(path, O_RDONLY);
    free(path);
    assert_true(fd >= 0);
    return fd;
}

static uint64_t resident(int fd, uint64_t bytes)
{
    uint64_t resident_bytes = UINT64_MAX;
    assert_int_equal(page_cache_resident(fd, bytes, &resident_bytes), 0);
    return resident_bytes;
}

static void a_file_just_written_is_resident(void **state)
{
    const int fd = open_written(*state);
    assert_int_equal(resident(fd, FILE_BYTES), FILE_BYTES);
    close(fd);
}

/* Advice is not an order, and may have to be given again. */
static void evict(int fd)
{
    uint64_t left = FILE_BYTES;
    for (int attempt = 0; attempt < 5 && left > 0; attempt++) {
        assert_int_equal(page_cache_evict(fd), 0);
        left = resident(fd, FILE_BYTES);
    }
    assert_int_equal(left, 0);
}

static void an_evicted_file_is_not_resident(void **state)
{
    const int fd = open_written(*state);
    evict(fd);
    close(fd);
}

static void a_primed_file_is_resident_to_its_partial_last_page(void **state)
{
    const int fd = open_written(*state);
    evict(fd);
    assert_int_equal(prime_by_read(fd, FILE_BYTES), 0);
    assert_int_equal(resident(fd, FILE_BYTES), FILE_BYTES);
    close(fd);
}

static void a_file_primed_page_by_page_is_resident_as_well(void **state)
{
    const int fd = open_written(*state);
    evict(fd);
    assert_int_equal(prime_by_page(fd, FILE_BYTES), 0);
    assert_int_equal(resident(fd, FILE_BYTES), FILE_BYTES);
    assert_int_equal(prime_by_page(fd, 0), 0);
    assert_int_equal(prime_by_page(-1, 1), -EBADF);
    close(fd);
}

/* Of a mapping by mincore, and of a part of the file by whatever is cheapest. */
static int without_readahead(int fd)
{
#ifdef F_RDAHEAD
    return fcntl(fd, F_RDAHEAD, 0); /* macOS */
#else
    return posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
#endif
}

/* Parts of a file of which only the pages 1 and 2 are in the cache. */
static const struct {
    size_t from; /* page */
    size_t from_byte;
    size_t pages;
    size_t more; /* bytes */
    int missing; /* pages */
} parts[] = {
    {1, 0, 1, 0, 0},  {1, 1, 1, 0, 0}, {2, 0, 1, 0, 0},   {1, 0, 2, 0, 0},
    {1, 17, 2, 0, 0}, {0, 0, 1, 0, 1}, {0, 0, 4, 0, 2},   {0, 4000, 2, 0, 1},
    {1, 0, 2, 1, 1},  {2, 0, 2, 1, 2}, {700, 0, 1, 0, 1},
};

static void the_missing_pages_of_a_part_are_counted(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const int fd = open_written(*state);
    const unsigned char *map = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    char byte;
    assert_true(map != MAP_FAILED);
    const unsigned char *needed = page_cache_needs_map(fd) ? map : NULL;
    assert_int_equal(page_cache_mapped_missing(map, FILE_BYTES), 0);
    assert_int_equal(page_cache_part_missing(fd, needed, 0, FILE_BYTES), 0);
    evict(fd);
    assert_int_equal(without_readahead(fd), 0);
    for (size_t i = 1; i <= 2; i++)
        assert_int_equal(pread(fd, &byte, 1, (off_t)(i * page)), 1);
    for (size_t i = 0; i < LENGTH(parts); i++) {
        const size_t from = parts[i].from * page + parts[i].from_byte;
        const size_t length = parts[i].pages * page + parts[i].more - parts[i].from_byte;
        if (page_cache_mapped_missing(map + from, length) != parts[i].missing ||
            page_cache_part_missing(fd, needed, from, length) != parts[i].missing)
            fail_msg("part %zu: not %d pages missing", i, parts[i].missing);
    }
    munmap((void *)map, FILE_BYTES);
    close(fd);
}

static void only_the_bytes_asked_for_are_counted(void **state)
{
    static const uint64_t bytes[] = {0, 1, 4095, 4096, 4097, 1 << 20};
    const int fd = open_written(*state);
    assert_int_equal(prime_by_read(fd, FILE_BYTES), 0);
    for (size_t i = 0; i < LENGTH(bytes); i++)
        assert_int_equal(resident(fd, bytes[i]), bytes[i]);
    close(fd);
}

static void pages_are_counted_one_by_one(void **state)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const int fd = open_written(*state);
    char byte;
    evict(fd);
    assert_int_equal(without_readahead(fd), 0);
    assert_int_equal(pread(fd, &byte, 1, 0), 1);
    assert_int_equal(pread(fd, &byte, 1, FILE_BYTES - 1), 1);
    const uint64_t found = resident(fd, FILE_BYTES);
    assert_true(found >= page + 1 && found < FILE_BYTES / 2);
    close(fd);
}

static void a_file_shorter_than_it_was_cannot_be_primed(void **state)
{
    const int fd = open_written(*state);
    assert_int_equal(prime_by_read(fd, FILE_BYTES + 1), -ENODATA);
    close(fd);
}

/* What is in the cache of a file that a process may neither own nor write must not be made up. */
static int look_as_nobody(int fd)
{
    uint64_t bytes = 0;
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 2;
    return page_cache_resident(fd, FILE_BYTES, &bytes) == -ENOTSUP || bytes == 0 ? 0 : 1;
}

static void what_the_system_does_not_tell_is_not_known(void **state)
{
    int status = 0;
    if (geteuid() != 0) {
        print_message("[  SKIPPED ] only root can look as somebody else\n");
        skip();
    }
    const int fd = open_written(*state);
    assert_int_equal(page_cache_evict(fd), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(look_as_nobody(fd));
    close(fd);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#ifdef __linux__
enum { CACHESTAT = 451 };
static int cachestat_error; /* what each of these fails with; 0: it does not */
static int mincore_error;
static int faccessat_error;
static int access_error;
static int cachestat_calls;

long __real_syscall(long number, long a, long b, long c, long d, long e, long f);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    cachestat_calls += number == CACHESTAT;
    if (number != CACHESTAT || cachestat_error == 0)
        return __real_syscall(number, a, b, c, d, e, f);
    errno = cachestat_error;
    return -1;
}

int __real_mincore(void *address, size_t length, unsigned char *pages);
int __wrap_mincore(void *address, size_t length, unsigned char *pages)
{
    errno = mincore_error;
    return mincore_error == 0 ? __real_mincore(address, length, pages) : -1;
}

int __real_faccessat(int dir_fd, const char *path, int mode, int flags);
int __wrap_faccessat(int dir_fd, const char *path, int mode, int flags)
{
    errno = faccessat_error;
    return faccessat_error == 0 ? __real_faccessat(dir_fd, path, mode, flags) : -1;
}

int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode)
{
    errno = access_error;
    return access_error == 0 ? __real_access(path, mode) : -1;
}

/* The calls that tell what is in the cache, and what is known when some are refused. */
static const struct {
    int cachestat;
    int mincore;
    int faccessat;
    int access;
    bool foreign; /* the file is somebody else's */
    int code;
} refusals[] = {
    {EPERM, 0, 0, 0, false, 0}, /* of a container's filter: of this file the kernel would tell */
    {ENOSYS, 0, 0, 0, false, 0},
    {EINVAL, 0, 0, 0, false, 0},
    {EOPNOTSUPP, 0, 0, 0, false, 0},
    {EPERM, EPERM, 0, 0, false, -ENOTSUP},
    {ENOSYS, ENOSYS, 0, 0, false, -ENOTSUP},
    {EPERM, 0, ENOSYS, ENOENT, false, 0}, /* no /proc, but it is ours */
    {EPERM, 0, ENOSYS, 0, true, 0},       /* root may write it */
    {EPERM, 0, 0, ENOENT, true, 0},
    {EPERM, 0, EPERM, ENOENT, true, -ENOTSUP}, /* mincore would pretend */
};

static int look_under(size_t row, int fd)
{
    uint64_t bytes = 0;
    cachestat_error = refusals[row].cachestat;
    mincore_error = refusals[row].mincore;
    faccessat_error = refusals[row].faccessat;
    access_error = refusals[row].access;
    for (int i = 0; i < 3; i++) {
        if (page_cache_resident(fd, FILE_BYTES, &bytes) != refusals[row].code)
            return 1;
    }
    if (!page_cache_needs_map(fd))
        return 2;
    if (cachestat_calls > 1) /* the refusal is remembered */
        return 3;
    return refusals[row].code != 0 || bytes == FILE_BYTES ? 0 : 4;
}

static void what_a_system_refuses_to_tell_is_asked_otherwise(void **state)
{
    for (size_t i = 0; i < LENGTH(refusals); i++) {
        int status = 0;
        if (refusals[i].foreign && geteuid() != 0)
            continue; /* only root can give files away */
        const int fd = open_written(*state);
        if (refusals[i].foreign)
            assert_int_equal(fchown(fd, 65534, 65534), 0);
        const pid_t child = fork(); /* what was decided is remembered */
        assert_true(child >= 0);
        if (child == 0) {
            cachestat_calls = 0;
            _exit(look_under(i, fd));
        }
        close(fd);
        assert_int_equal(waitpid(child, &status, 0), child);
        if (status != 0)
            fail_msg("row %zu: %d", i, WEXITSTATUS(status));
    }
}

/* What may drop the whole page cache is never opened here. */
static int drop_error; /* of opening it */
static int drop_write_error;
static int fsync_error;
static int drop_fd = -1;
static char dropped[8]; /* what was written to it */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    if (strcmp(path, "/proc/sys/vm/drop_caches") != 0)
        return __real_open(path, flags, 0600);
    assert_int_equal(flags, O_WRONLY | O_CLOEXEC);
    drop_fd = drop_error == 0 ? __real_open("/dev/null", flags) : -1;
    errno = drop_error;
    return drop_fd;
}

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (drop_fd < 0 || fd != drop_fd)
        return __real_write(fd, bytes, length);
    snprintf(dropped, sizeof dropped, "%.*s", (int)length, (const char *)bytes);
    errno = drop_write_error;
    return drop_write_error == 0 ? (ssize_t)length : -1;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd)
{
    errno = fsync_error;
    return fsync_error == 0 ? __real_fsync(fd) : -1;
}

/* Pages only, which is 1: 2 would take what the kernel knows of files. */
static void all_of_the_page_cache_is_dropped_where_that_is_allowed(void **state)
{
    static const struct {
        int open;
        int write;
        int code;
        const char *written;
    } rows[] = {{0, 0, 0, "1"}, {EACCES, 0, -EACCES, ""}, {0, EPERM, -EPERM, "1"}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        drop_error = rows[i].open;
        drop_write_error = rows[i].write;
        dropped[0] = '\0';
        assert_int_equal(page_cache_drop_all(), rows[i].code);
        assert_string_equal(dropped, rows[i].written);
        assert_true(drop_fd < 0 || fcntl(drop_fd, F_GETFD) < 0); /* it is closed */
        drop_fd = -1;
    }
}

/* Some file systems sync no descriptor that is for reading; a failure to write is none of those. */
static void what_cannot_be_synced_is_evicted_all_the_same(void **state)
{
    static const struct {
        int fsync;
        int code;
    } rows[] = {{EINVAL, 0}, {EROFS, 0}, {EIO, -EIO}, {ENOSPC, -ENOSPC}};
    const int fd = open_written(*state);
    evict(fd);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(prime_by_read(fd, FILE_BYTES), 0);
        fsync_error = rows[i].fsync;
        assert_int_equal(page_cache_evict(fd), rows[i].code);
        if (rows[i].code != 0)
            assert_int_equal(resident(fd, FILE_BYTES), FILE_BYTES);
        fsync_error = 0;
    }
    evict(fd);
    close(fd);
}

static void mincore_that_tells_nothing_is_a_reason(void **state)
{
    close(open_written(*state));
    char *path = files_join(*state, "scan-0000.bin");
    assert_null(page_cache_mapped_unsupported(path));
    mincore_error = EPERM;
    assert_non_null(strstr(page_cache_mapped_unsupported(path), "refused"));
    mincore_error = 0;
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 65534, 65534), 0);
        faccessat_error = access_error = EACCES;
        assert_non_null(strstr(page_cache_mapped_unsupported(path), "neither owns nor may write"));
        faccessat_error = access_error = 0;
    }
    assert_null(page_cache_mapped_unsupported("no"));
    free(path);
}
#endif

static void a_closed_file_is_an_error(void **state)
{
    uint64_t bytes;
    (void)state;
    assert_int_equal(page_cache_evict(-1), -EBADF);
    assert_int_equal(prime_by_read(-1, 1), -EBADF);
    assert_int_not_equal(page_cache_resident(-1, 1, &bytes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef __linux__
        FOLDER_TEST(what_a_system_refuses_to_tell_is_asked_otherwise), /* first: this remembers */
        FOLDER_TEST(mincore_that_tells_nothing_is_a_reason),
        cmocka_unit_test(all_of_the_page_cache_is_dropped_where_that_is_allowed),
        FOLDER_TEST(what_cannot_be_synced_is_evicted_all_the_same),
#endif
        FOLDER_TEST(a_file_just_written_is_resident),
        FOLDER_TEST(an_evicted_file_is_not_resident),
        FOLDER_TEST(a_primed_file_is_resident_to_its_partial_last_page),
        FOLDER_TEST(a_file_primed_page_by_page_is_resident_as_well),
        FOLDER_TEST(the_missing_pages_of_a_part_are_counted),
        FOLDER_TEST(only_the_bytes_asked_for_are_counted),
        FOLDER_TEST(pages_are_counted_one_by_one),
        FOLDER_TEST(a_file_shorter_than_it_was_cannot_be_primed),
        FOLDER_TEST(what_the_system_does_not_tell_is_not_known),
        cmocka_unit_test(a_closed_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
