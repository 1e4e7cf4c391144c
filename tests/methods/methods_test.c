// SPDX-License-Identifier: MIT
/* Walks the list of methods: a method is tested the moment it is listed. */
#include "method.h"

#include "../support.h"
#include "touch.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* The calls that a method can make, and what they are made to do. */
enum call { CALL_PREAD, CALL_UV_FS_READ, CALL_MMAP, CALL_PTHREAD_CREATE, CALLS };

static struct {
    atomic_int count;
    int fail_at; /* the number of the call that fails, from 0; -1: none */
    int error;   /* the errno it fails with */
} calls[CALLS];
static bool short_reads;
static atomic_int unmapped;
static atomic_int looks; /* for an interrupt */
static int interrupt_at = -1;

static void reset(void)
{
    for (size_t i = 0; i < CALLS; i++) {
        atomic_store(&calls[i].count, 0);
        calls[i].fail_at = -1;
        calls[i].error = EIO;
    }
    atomic_store(&unmapped, 0);
    atomic_store(&looks, 0);
    short_reads = false;
    interrupt_at = -1;
}

static bool fails(enum call call)
{
    return atomic_fetch_add(&calls[call].count, 1) == calls[call].fail_at;
}

static size_t shortened(size_t length, int64_t offset)
{
    return short_reads ? 1 + (size_t)(offset % 1000) % length : length;
}

ssize_t __real_pread(int fd, void *buffer, size_t length, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t length, off_t offset)
{
    if (!fails(CALL_PREAD))
        return __real_pread(fd, buffer, shortened(length, offset), offset);
    errno = calls[CALL_PREAD].error;
    return -1;
}

int __real_uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                      unsigned count, int64_t offset, uv_fs_cb callback);
int __wrap_uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                      unsigned count, int64_t offset, uv_fs_cb callback)
{
    uv_buf_t buffer = buffers[0];
    assert_int_equal(count, 1);
    buffer.len = shortened(buffer.len, offset);
    if (fails(CALL_UV_FS_READ)) {
        if (calls[CALL_UV_FS_READ].error != EBADF)
            return -calls[CALL_UV_FS_READ].error;
        fd = -1; /* this error comes later, to the callback */
    }
    return __real_uv_fs_read(loop, request, fd, &buffer, count, offset, callback);
}

void *__real_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
    if (!fails(CALL_MMAP))
        return __real_mmap(address, length, protection, flags, fd, offset);
    atomic_fetch_add(&unmapped, 1); /* nothing to undo */
    errno = calls[CALL_MMAP].error;
    return MAP_FAILED;
}

int __real_munmap(void *address, size_t length);
int __wrap_munmap(void *address, size_t length)
{
    atomic_fetch_add(&unmapped, 1);
    return __real_munmap(address, length);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *argument), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *argument), void *argument)
{
    return fails(CALL_PTHREAD_CREATE) ? calls[CALL_PTHREAD_CREATE].error
                                      : __real_pthread_create(thread, attributes, run, argument);
}

int __wrap_interrupt_signal(void)
{
    return interrupt_at >= 0 && atomic_fetch_add(&looks, 1) >= interrupt_at ? SIGTERM : 0;
}

/* How one scan is to be made. */
struct setting {
    uint64_t stride;
    size_t chunk;
    void (*before_start)(const struct file_set *files);
};

static void check_sums(const struct method *method, const struct scan *scan)
{
    for (size_t i = 0; i < scan->count; i++) {
        const struct scan_task *task = &scan->tasks[i];
        if (task->sum != task->file->sum)
            fail_msg("%s, stride %" PRIu64 ", chunk %zu, file of %" PRIu64 " bytes: sum %" PRIu64
                     " and not %" PRIu64,
                     method->name, scan->stride_bytes, scan->chunk_bytes, task->file->bytes,
                     task->sum, task->file->sum);
    }
}

/* Scans the folder's file set as the runner does. Returns 0 when all sums are right, or the code of
 * the first task that failed. Whatever became of it, nothing must be left over. */
static int scan_folder(const struct method *method, const char *dir, const struct setting *setting)
{
    struct file_set files;
    struct scan scan;
    struct error error;
    uv_loop_t loop;
    file_set_get(&files, dir, setting->stride);
    assert_int_equal(file_set_open(&files, &error), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    scan_init(&scan, &files, &loop, setting->stride, setting->chunk);
    int code = method->prepare(&scan);
    if (code == 0) {
        if (setting->before_start != NULL)
            setting->before_start(&files);
        code = method->start(&scan);
        uv_run(&loop, UV_RUN_DEFAULT);
        assert_int_equal(scan.unfinished, 0);
    }
    method->finish(&scan);
    for (size_t i = 0; i < scan.count; i++)
        assert_true(scan.tasks[i].map == NULL && scan.tasks[i].buffer == NULL);
    assert_int_equal(unmapped, calls[CALL_MMAP].count);
    assert_int_equal(uv_loop_close(&loop), 0);
    if (scan_failed_task(&scan) != NULL)
        code = scan_failed_task(&scan)->error.code;
    else
        check_sums(method, &scan);
    scan_free(&scan);
    file_set_free(&files);
    return code;
}

/* Whether the method can run here; if not, says so. */
static bool runnable(const struct method *method)
{
    const char *reason = method_unsupported(method);
    if (reason != NULL)
        print_message("[  SKIPPED ] %s: %s\n", method->name, reason);
    return reason == NULL;
}

static const uint64_t odd_sizes[] = {0, 1, 511, 512, 513, 4095, 4096, 4097, 65536, 70001};

static const struct setting settings[] = {
    {.stride = 512, .chunk = 65536},   {.stride = 512, .chunk = 512},
    {.stride = 512, .chunk = 511},     {.stride = 512, .chunk = 513},
    {.stride = 1, .chunk = 4096},      {.stride = 7, .chunk = 1000},
    {.stride = 513, .chunk = 512},     {.stride = 5000, .chunk = 4096},
    {.stride = 1 << 20, .chunk = 100}, {.stride = 4096, .chunk = 1 << 20},
};

/* Every method gives the sums of these files in the first so many settings, with whole and with
 * short reads. */
static void check_every_method(const char *dir, const uint64_t *sizes, size_t count,
                               size_t setting_count)
{
    file_set_make(dir, sizes, count);
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; runnable(methods[i]) && k < setting_count * 2; k++) {
            reset();
            short_reads = k % 2 == 1;
            assert_int_equal(scan_folder(methods[i], dir, &settings[k / 2]), 0);
        }
    }
}

static void every_method_adds_up_files_of_odd_sizes(void **state)
{
    check_every_method(*state, odd_sizes, LENGTH(odd_sizes), LENGTH(settings));
}

static void every_method_adds_up_one_file(void **state)
{
    check_every_method(*state, &odd_sizes[LENGTH(odd_sizes) - 1], 1, LENGTH(settings));
}

static void every_method_adds_up_one_empty_file(void **state)
{
    check_every_method(*state, &odd_sizes[0], 1, LENGTH(settings));
}

static void every_method_adds_up_64_files(void **state)
{
    uint64_t sizes[64];
    for (size_t i = 0; i < LENGTH(sizes); i++)
        sizes[i] = i * 131;
    check_every_method(*state, sizes, LENGTH(sizes), 2);
}

/* Six files of a length that several reads are needed for. */
static const uint64_t six_sizes[] = {9000, 9001, 9002, 9003, 9004, 9005};
static const struct setting plain = {.stride = 512, .chunk = 4096};

static void each_of_the_six_scans_by_its_own_call(void **state)
{
    static const enum call own[METHOD_SIX][2] = {
        {CALL_UV_FS_READ, CALL_UV_FS_READ}, {CALL_MMAP, CALL_MMAP},
        {CALL_PREAD, CALL_PTHREAD_CREATE},  {CALL_MMAP, CALL_PTHREAD_CREATE},
        {CALL_PREAD, CALL_PREAD},           {CALL_MMAP, CALL_MMAP},
    };
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; i < METHOD_SIX; i++) {
        reset();
        assert_int_equal(scan_folder(methods[i], *state, &plain), 0);
        for (enum call call = 0; call < CALLS; call++)
            assert_int_equal(calls[call].count > 0, call == own[i][0] || call == own[i][1]);
    }
}

static void a_call_that_fails_ends_the_scan_with_its_error(void **state)
{
    static const struct {
        int fail_at;
        int error;
    } failures[] = {{0, EIO}, {1, EIO}, {5, EAGAIN}, {0, EBADF}, {5, EBADF}};
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; runnable(methods[i]) && k < CALLS * LENGTH(failures); k++) {
            const enum call call = (enum call)(k % CALLS);
            reset();
            calls[call].fail_at = failures[k / CALLS].fail_at;
            calls[call].error = failures[k / CALLS].error;
            const int code = scan_folder(methods[i], *state, &plain);
            const bool failed = calls[call].count > calls[call].fail_at;
            assert_int_equal(code, failed ? -calls[call].error : 0);
        }
    }
}

static void a_read_that_a_signal_interrupts_is_repeated(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        reset();
        calls[CALL_PREAD].fail_at = 1;
        calls[CALL_PREAD].error = EINTR;
        if (runnable(methods[i]))
            assert_int_equal(scan_folder(methods[i], *state, &plain), 0);
    }
}

static void cut_to_a_page(const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        assert_int_equal(truncate(files->files[i].path, sysconf(_SC_PAGESIZE)), 0);
}

static void a_file_cut_short_under_a_scan_is_an_error(void **state)
{
    const struct setting cut = {.stride = 512, .chunk = 4096, .before_start = cut_to_a_page};
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t sizes[] = {3 * page, 3 * page, 3 * page};
    touch_catch_faults();
    for (size_t i = 0; methods[i] != NULL; i++) {
        reset();
        file_set_make(*state, sizes, LENGTH(sizes));
        if (runnable(methods[i]))
            assert_int_equal(scan_folder(methods[i], *state, &cut),
                             methods[i]->io == MMAP ? -EIO : -ENODATA);
    }
}

static void an_interrupt_ends_a_scan_at_once_or_on_its_way(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (int at = 0; runnable(methods[i]) && at < 6; at += 3) {
            reset();
            interrupt_at = at;
            assert_int_equal(scan_folder(methods[i], *state, &plain), -ECANCELED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_method_adds_up_files_of_odd_sizes),
        FOLDER_TEST(every_method_adds_up_one_file),
        FOLDER_TEST(every_method_adds_up_one_empty_file),
        FOLDER_TEST(every_method_adds_up_64_files),
        FOLDER_TEST(each_of_the_six_scans_by_its_own_call),
        FOLDER_TEST(a_call_that_fails_ends_the_scan_with_its_error),
        FOLDER_TEST(a_read_that_a_signal_interrupts_is_repeated),
        FOLDER_TEST(a_file_cut_short_under_a_scan_is_an_error),
        FOLDER_TEST(an_interrupt_ends_a_scan_at_once_or_on_its_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
