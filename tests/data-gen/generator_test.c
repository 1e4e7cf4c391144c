// SPDX-License-Identifier: MIT
#include "data-gen/generator.h"

#include "tests/support.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/statvfs.h>

enum {
    FILES = 3,
    FILE_BYTES = (1 << 20) + 13, /* more than the generator writes at once */
    NEVER = 1 << 30,
};

/* What the fakes do in the next run. */
static struct fake {
    int writes_fit;       /* bytes until the disk is full */
    int free_bytes;       /* that the disk says it has */
    int reserve_fails_at; /* the number of the file whose space is refused, from 0 */
    int looks_left;       /* until an interrupt */
    int open_error;       /* the errno of opening a .part, or 0 */
} fake;
static const struct fake harmless = {NEVER, NEVER, NEVER, NEVER, 0};

static int filled; /* how often content was computed, be it to write or to compare */

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    const size_t fits = length < (size_t)fake.writes_fit ? length : (size_t)fake.writes_fit;
    fake.writes_fit -= (int)fits;
    errno = ENOSPC;
    return fits == 0 ? -1 : __real_write(fd, bytes, fits);
}

int __real_storage_reserve(int fd, uint64_t bytes);
int __wrap_storage_reserve(int fd, uint64_t bytes)
{
    return fake.reserve_fails_at-- == 0 ? -ENOSPC : __real_storage_reserve(fd, bytes);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    errno = fake.open_error;
    return fake.open_error != 0 && strstr(path, ".part") != NULL ? -1
                                                                 : __real_open(path, flags, 0666);
}

int __real_statvfs(const char *path, struct statvfs *status);
int __wrap_statvfs(const char *path, struct statvfs *status)
{
    const int code = __real_statvfs(path, status);
    status->f_frsize = 1;
    status->f_bavail = (fsblkcnt_t)fake.free_bytes;
    return code;
}

int __wrap_interrupt_signal(void)
{
    return fake.looks_left == 0 || --fake.looks_left == 0 ? SIGTERM : 0;
}

void __real_content_fill(uint64_t seed, uint64_t file, uint64_t offset, unsigned char *buffer,
                         size_t length);
void __wrap_content_fill(uint64_t seed, uint64_t file, uint64_t offset, unsigned char *buffer,
                         size_t length)
{
    filled++;
    __real_content_fill(seed, file, offset, buffer, length);
}

void __wrap_progress_step(const char *step)
{
    (void)step;
}

static struct error error;

static int generate(const char *dir, size_t count)
{
    filled = 0;
    return generator_run(dir, count, FILE_BYTES, &error);
}

static struct stat status_of(const char *dir, size_t number)
{
    struct stat status = {.st_ino = 0};
    char name[32];
    manifest_name(name, number);
    char *path = files_join(dir, name);
    if (lstat(path, &status) != 0)
        status.st_ino = 0;
    free(path);
    return status;
}

static bool file_is_right(const char *dir, size_t number)
{
    unsigned char *right = malloc(FILE_BYTES);
    size_t length;
    char name[32];
    assert_non_null(right);
    manifest_name(name, number);
    char *found = file_read(dir, name, &length);
    __real_content_fill(CONTENT_SEED, number, 0, right, FILE_BYTES);
    const bool same = length == FILE_BYTES && memcmp(found, right, length) == 0;
    free(found);
    free(right);
    return same;
}

static size_t names_with(const char *dir, const char *part)
{
    size_t count = 0;
    DIR *names = opendir(dir);
    assert_non_null(names);
    for (struct dirent *entry; (entry = readdir(names)) != NULL;)
        count += strstr(entry->d_name, part) != NULL;
    closedir(names);
    return count;
}

/* The folder holds exactly these right files and their manifest. */
static void assert_right(const char *dir, size_t count)
{
    struct manifest manifest;
    assert_int_equal(names_with(dir, "scan-"), count);
    assert_int_equal(names_with(dir, ".part"), 0);
    assert_int_equal(manifest_read(&manifest, dir, &error), 0);
    assert_int_equal(manifest.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct stat status = status_of(dir, i);
        assert_true(file_is_right(dir, i));
        assert_int_equal(manifest.files[i].bytes, FILE_BYTES);
        assert_int_equal(manifest.files[i].seed, CONTENT_SEED);
        assert_int_equal(manifest.files[i].changed_ns,
                         status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec);
    }
    manifest_free(&manifest);
}

/* Makes a right file set and lets nothing fail. */
static void make(const char *dir)
{
    fake = harmless;
    if (generate(dir, FILES) != 0)
        fail_msg("%s", error.text);
}

static void all_files_are_made(void **state)
{
    make(*state);
    assert_right(*state, FILES);
}

static void right_data_are_used_at_once(void **state)
{
    struct stat before[FILES];
    make(*state);
    for (size_t i = 0; i < FILES; i++)
        before[i] = status_of(*state, i);
    assert_int_equal(generate(*state, FILES), 0);
    assert_int_equal(filled, 0);
    for (size_t i = 0; i < FILES; i++) {
        const struct stat after = status_of(*state, i);
        assert_int_equal(after.st_ino, before[i].st_ino);
        assert_memory_equal(&after.st_ctim, &before[i].st_ctim, sizeof after.st_ctim);
    }
}

/* What can happen to file 1 of a right file set, or to the manifest. */
static void cut(const char *path)
{
    assert_int_equal(truncate(path, FILE_BYTES - 1), 0);
}

static void lengthen(const char *path)
{
    assert_int_equal(truncate(path, FILE_BYTES + 1), 0);
}

static void discard(const char *path)
{
    assert_int_equal(remove(path), 0);
}

/* Changes the last byte and puts the time of the last change back; only the ctime tells, which has
 * the grain of the system's clock. */
static void falsify(const char *path)
{
    struct stat before;
    struct stat after;
    char byte = 0;
    const int fd = __real_open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &before), 0);
    const struct timespec times[2] = {before.st_atim, before.st_mtim};
    assert_int_equal(pread(fd, &byte, 1, FILE_BYTES - 1), 1);
    byte = (char)(byte ^ 1);
    do {
        assert_int_equal(pwrite(fd, &byte, 1, FILE_BYTES - 1), 1);
        assert_int_equal(futimens(fd, times), 0);
        assert_int_equal(fstat(fd, &after), 0);
    } while (memcmp(&before.st_ctim, &after.st_ctim, sizeof before.st_ctim) == 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    close(fd);
}

/* The bytes stay right, but they are another file's. */
static void link_elsewhere(const char *path)
{
    char *moved = strdup(path);
    assert_non_null(moved);
    strcpy(strrchr(moved, '/'), "/moved");
    assert_int_equal(rename(path, moved), 0);
    assert_int_equal(symlink("moved", path), 0);
    free(moved);
}

static const struct damage {
    const char *name;
    void (*damage)(const char *path);
    bool remade; /* or only found to be right */
} damages[] = {
    {"scan-0001.bin", cut, true},     {"scan-0001.bin", lengthen, true},
    {"scan-0001.bin", discard, true}, {"scan-0001.bin", link_elsewhere, true},
    {"scan-0001.bin", falsify, true}, {MANIFEST_NAME, discard, false},
    {MANIFEST_NAME, cut, false},
};

static void wrong_files_are_made_anew_and_right_ones_are_kept(void **state)
{
    for (size_t i = 0; i < LENGTH(damages); i++) {
        char *path = files_join(*state, damages[i].name);
        make(*state);
        const struct stat kept = status_of(*state, 0);
        const struct stat damaged = status_of(*state, 1);
        const int held = __real_open(path, O_RDONLY); /* so that its inode is not given again */
        damages[i].damage(path);
        assert_int_equal(generate(*state, FILES), 0);
        assert_right(*state, FILES);
        assert_int_equal(status_of(*state, 0).st_ino, kept.st_ino);
        assert_int_equal(status_of(*state, 1).st_ino != damaged.st_ino, damages[i].remade);
        close(held);
        free(path);
    }
}

/* What a file of ours begins with, or of one that was only reserved. */
static void write_begin(const char *dir, const char *name, size_t number, bool zero)
{
    unsigned char begin[600] = {0};
    if (!zero)
        __real_content_fill(CONTENT_SEED, number, 0, begin, sizeof begin);
    file_write(dir, name, begin, sizeof begin);
}

static void leftovers_are_removed_even_if_the_data_are_right(void **state)
{
    for (int right = 0; right < 2; right++) {
        make(*state);
        file_write(*state, "scan-0000.bin.part", "", 0);
        write_begin(*state, "scan-0001.bin.part", 1, true);
        write_begin(*state, "scan-0007.bin.part", 7, false);
        write_begin(*state, "scan-0003.bin", 3, false);
        write_begin(*state, "scan-12345.bin", 12345, false);
        if (!right)
            file_write(*state, "scan-0001.bin", "x", 1);
        assert_int_equal(generate(*state, FILES), 0);
        assert_right(*state, FILES);
    }
}

/* A folder of somebody else's may hold files of our names: one in the way is an error before
 * anything is touched, and one that is not stays. */
static void files_of_somebody_else_stay(void **state)
{
    static const struct {
        const char *name;
        bool in_the_way;
    } rows[] = {{"scan-0001.bin", true},  {"scan-0002.bin.part", true},  {"scan-0003.bin", false},
                {"scan-0099.bin", false}, {"scan-0003.bin.part", false}, {MANIFEST_NAME, true}};
    char *mine = files_join(*state, "mine");
    fake = harmless;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(mkdir(mine, 0777), 0);
        file_write(mine, rows[i].name, "precious", 8);
        assert_int_equal(generate(mine, FILES), rows[i].in_the_way ? -EEXIST : 0);
        assert_true(file_holds(mine, rows[i].name, "precious"));
        if (rows[i].in_the_way) {
            assert_non_null(strstr(error.text, rows[i].name));
            assert_non_null(strstr(error.text, "move it away, or give --data another folder"));
            assert_int_equal(names_with(mine, "."), 2 + 1); /* . and .. */
        }
        char *again = strdup(mine);
        void *gone = again;
        folder_remove(&gone);
    }
    free(mine);
}

static void files_of_other_names_are_left_alone(void **state)
{
    static const char *const others[] = {
        "notes.txt",     "scan-1.bin",     "scan-0009.bin.bak", "scan-0009.part",
        "scan-000x.bin", "xscan-0009.bin", "scan-+009.bin",     "scan-0009.bin.partx"};
    make(*state);
    for (size_t i = 0; i < LENGTH(others); i++)
        file_write(*state, others[i], "mine", 4);
    file_write(*state, "scan-0001.bin", "x", 1);
    assert_int_equal(generate(*state, FILES), 0);
    for (size_t i = 0; i < LENGTH(others); i++)
        assert_true(file_holds(*state, others[i], "mine"));
}

static void a_smaller_set_removes_the_rest_and_a_larger_one_adds(void **state)
{
    static const size_t counts[] = {1, 4, 2};
    make(*state);
    const struct stat first = status_of(*state, 0);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        assert_int_equal(generate(*state, counts[i]), 0);
        assert_right(*state, counts[i]);
        assert_int_equal(status_of(*state, 0).st_ino, first.st_ino);
    }
}

static void a_failure_leaves_no_part_and_the_next_run_goes_on(void **state)
{
    static const struct {
        struct fake fake;
        int code;
        const char *said;
    } rows[] = {
        {{0, NEVER, NEVER, NEVER, 0}, -ENOSPC, "scan-0000.bin.part"},
        {{FILE_BYTES + 5, NEVER, NEVER, NEVER, 0}, -ENOSPC, "scan-0001.bin.part"},
        {{NEVER, FILES * FILE_BYTES - 1, NEVER, NEVER, 0}, -ENOSPC, "3145766 are free"},
        {{NEVER, NEVER, 2, NEVER, 0}, -ENOSPC, "needs 3145767 bytes"},
        {{NEVER, NEVER, NEVER, 1, 0}, -ECANCELED, ""},
        {{NEVER, NEVER, NEVER, 7, 0}, -ECANCELED, ""},
        {{NEVER, NEVER, NEVER, NEVER, EACCES}, -EACCES, "scan-0000.bin.part"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *dir = files_join(*state, "a");
        dir[strlen(dir) - 1] = (char)('a' + i);
        assert_int_equal(mkdir(dir, 0777), 0);
        fake = rows[i].fake;
        assert_int_equal(generate(dir, FILES), rows[i].code);
        assert_non_null(strstr(error.text, rows[i].said));
        assert_int_equal(names_with(dir, ".part"), 0);
        assert_false(file_exists(dir, MANIFEST_NAME));
        make(dir);
        assert_right(dir, FILES);
        free(dir);
    }
}

static void files_finished_before_a_failure_are_kept(void **state)
{
    fake = harmless;
    fake.writes_fit = FILE_BYTES + 5;
    assert_int_equal(generate(*state, FILES), -ENOSPC);
    const struct stat finished = status_of(*state, 0);
    assert_true(file_is_right(*state, 0));
    make(*state);
    assert_int_equal(status_of(*state, 0).st_ino, finished.st_ino);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(all_files_are_made),
        FOLDER_TEST(right_data_are_used_at_once),
        FOLDER_TEST(wrong_files_are_made_anew_and_right_ones_are_kept),
        FOLDER_TEST(leftovers_are_removed_even_if_the_data_are_right),
        FOLDER_TEST(files_of_somebody_else_stay),
        FOLDER_TEST(files_of_other_names_are_left_alone),
        FOLDER_TEST(a_smaller_set_removes_the_rest_and_a_larger_one_adds),
        FOLDER_TEST(a_failure_leaves_no_part_and_the_next_run_goes_on),
        FOLDER_TEST(files_finished_before_a_failure_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
