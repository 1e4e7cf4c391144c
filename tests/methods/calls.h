// SPDX-License-Identifier: MIT
#ifndef CALLS_H
#define CALLS_H

/* Scans for the tests of methods, with every call that a method can make counted and made to fail
 * when a test wants it. A test that includes this is linked with these calls wrapped. */

#include "methods/method.h"

#include "tests/support.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/uio.h>
#ifdef HAVE_LIBURING
#include <liburing.h>
#endif

/* The calls that a method can make, and what they are made to do. */
enum call {
    CALL_PREAD,
    CALL_UV_FS_READ,
    CALL_MMAP,
    CALL_PTHREAD_CREATE,
    CALL_UV_QUEUE_WORK,
    CALL_MADVISE,
    CALL_MINCORE,
    CALL_READAHEAD,
    CALL_PREADV2,
    CALL_URING_INIT,
    CALL_URING_SUBMIT,
    CALL_EVENTFD,
    CALL_OPEN_DIRECT,
    CALLS
};

static struct {
    atomic_int count;
    int fail_at; /* the number of the call that fails, from 0; -1: none */
    int error;   /* the errno it fails with */
    bool always; /* every call from fail_at on fails */
} calls[CALLS];
static bool short_reads;
static atomic_int unmapped;
static atomic_int looks; /* for an interrupt */
static int interrupt_at = -1;
static atomic_int last_advice;
static atomic_size_t advised_bytes;
static int pretended_residency = -1; /* what mincore says of every page, or -1: the truth */
static size_t readahead_bytes;
static int reads_submitted;   /* to a ring */
static int64_t inline_chunks; /* of the last scan */
static int64_t offloaded_chunks;

static void reset(void)
{
    for (size_t i = 0; i < CALLS; i++) {
        atomic_store(&calls[i].count, 0);
        calls[i].fail_at = -1;
        calls[i].error = EIO;
        calls[i].always = false;
    }
    atomic_store(&unmapped, 0);
    atomic_store(&looks, 0);
    short_reads = false;
    interrupt_at = -1;
    advised_bytes = 0;
    pretended_residency = -1;
    readahead_bytes = 0;
    reads_submitted = 0;
}

static bool fails(enum call call)
{
    const int number = atomic_fetch_add(&calls[call].count, 1);
    return number == calls[call].fail_at || (calls[call].always && number > calls[call].fail_at);
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

int __real_uv_queue_work(uv_loop_t *loop, uv_work_t *work, uv_work_cb run, uv_after_work_cb done);
int __wrap_uv_queue_work(uv_loop_t *loop, uv_work_t *work, uv_work_cb run, uv_after_work_cb done)
{
    return fails(CALL_UV_QUEUE_WORK) ? -calls[CALL_UV_QUEUE_WORK].error
                                     : __real_uv_queue_work(loop, work, run, done);
}

/* Advice on the buffers, not on what is scanned, passes by. */
int __real_madvise(void *address, size_t length, int advice);
int __wrap_madvise(void *address, size_t length, int advice)
{
#ifdef MADV_HUGEPAGE
    if (advice == MADV_HUGEPAGE)
        return __real_madvise(address, length, advice);
#endif
    last_advice = advice;
    advised_bytes += length;
    if (!fails(CALL_MADVISE))
        return __real_madvise(address, length, advice);
    errno = calls[CALL_MADVISE].error;
    return -1;
}

int __real_mincore(void *address, size_t length, unsigned char *pages);
int __wrap_mincore(void *address, size_t length, unsigned char *pages)
{
    if (fails(CALL_MINCORE)) {
        errno = calls[CALL_MINCORE].error;
        return -1;
    }
    if (pretended_residency < 0)
        return __real_mincore(address, length, pages);
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    memset(pages, pretended_residency, (length + page_bytes - 1) / page_bytes);
    return 0;
}

#ifdef __linux__
ssize_t __real_readahead(int fd, off_t offset, size_t length);
ssize_t __wrap_readahead(int fd, off_t offset, size_t length)
{
    readahead_bytes += length;
    if (!fails(CALL_READAHEAD))
        return __real_readahead(fd, offset, length);
    errno = calls[CALL_READAHEAD].error;
    return -1;
}

/* An errno of 0 makes it return 0, as some kernels do before the end of a file. */
ssize_t __real_preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    struct iovec part = parts[0];
    assert_int_equal(count, 1);
    part.iov_len = shortened(part.iov_len, offset);
    if (!fails(CALL_PREADV2))
        return __real_preadv2(fd, &part, 1, offset, flags);
    errno = calls[CALL_PREADV2].error;
    return errno == 0 ? 0 : -1;
}
#endif

int __real_storage_open_direct(const char *path);
int __wrap_storage_open_direct(const char *path)
{
    return fails(CALL_OPEN_DIRECT) ? -calls[CALL_OPEN_DIRECT].error
                                   : __real_storage_open_direct(path);
}

#ifdef HAVE_LIBURING
int __real_io_uring_queue_init(unsigned entries, struct io_uring *ring, unsigned flags);
int __wrap_io_uring_queue_init(unsigned entries, struct io_uring *ring, unsigned flags)
{
    return fails(CALL_URING_INIT) ? -calls[CALL_URING_INIT].error
                                  : __real_io_uring_queue_init(entries, ring, flags);
}

/* Changes the reads that are about to be submitted: to shorter ones, which O_DIRECT takes in blocks
 * only, or to ones that fail later, by their completion. */
int __real_io_uring_submit(struct io_uring *ring);
int __wrap_io_uring_submit(struct io_uring *ring)
{
    const bool failed = fails(CALL_URING_SUBMIT);
    if (failed && calls[CALL_URING_SUBMIT].error != EBADF)
        return -calls[CALL_URING_SUBMIT].error;
    for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; i++) {
        struct io_uring_sqe *sqe = &ring->sq.sqes[i & *ring->sq.kring_mask];
        const bool direct = (fcntl(sqe->fd, F_GETFL) & O_DIRECT) != 0;
        const size_t length = shortened(sqe->len, (int64_t)sqe->off);
        sqe->len = (unsigned)(direct ? (length + 4095) / 4096 * 4096 : length);
        if (failed)
            sqe->fd = -1;
        reads_submitted++;
    }
    return __real_io_uring_submit(ring);
}
#endif

int __real_eventfd(unsigned value, int flags);
int __wrap_eventfd(unsigned value, int flags)
{
    if (!fails(CALL_EVENTFD))
        return __real_eventfd(value, flags);
    errno = calls[CALL_EVENTFD].error;
    return -1;
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

/* Scans the folder's file set as the protocol does. Returns 0 when all sums are right, or the code
 * of the first task that failed. Whatever became of it, nothing must be left over. */
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
    inline_chunks = scan.inline_chunks;
    offloaded_chunks = scan.offloaded_chunks;
    if (scan_failed_task(&scan) != NULL)
        code = scan_failed_task(&scan)->error.code;
    else
        check_sums(method, &scan);
    scan_free(&scan);
    file_set_free(&files);
    return code;
}

/* Whether the method can run here; if not, says so. Begins anew with all calls as they are. */
static bool runnable(const struct method *method)
{
    reset();
    const char *reason = method_unsupported(method, "build");
    reset();
    if (reason != NULL)
        print_message("[  SKIPPED ] %s: %s\n", method->name, reason);
    return reason == NULL;
}

#endif
