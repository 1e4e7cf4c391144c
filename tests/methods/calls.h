// SPDX-License-Identifier: MIT
#ifndef CALLS_H
#define CALLS_H

/* Work for the tests of methods, of all kinds, with every call that a method can make counted and
 * made to fail when a test wants it. A test that includes this is linked with these calls wrapped.
 */

#include "methods/method.h"
#include "platform/memory.h"
#include "reading.h"
#include "work/copy.h"
#include "work/send.h"
#include "work/touch.h"

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
    CALL_PWRITE,
    CALL_FTRUNCATE,
    CALL_FSYNC,
    CALL_SENDFILE,
    CALL_COPY_FILE_RANGE,
    CALL_UV_FS_WRITE,
    CALL_UV_FS_FSYNC,
    CALL_UV_FS_SENDFILE,
    CALL_WRITE,
    CALL_SPLICE,
    CALL_PIPE,
    CALL_UV_WRITE,
    CALLS
};

static struct {
    atomic_int count;
    int fail_at; /* the number of the call that fails, from 0; -1: none */
    int error;   /* the errno it fails with */
    bool always; /* every call from fail_at on fails */
} calls[CALLS];
static bool at_work; /* a method, not what is before it and after: only that is counted and fails */
static bool short_transfers;
static atomic_int unmapped;
static atomic_int looks; /* for an interrupt */
static int interrupt_at = -1;
static atomic_int last_advice;
static atomic_size_t advised_bytes;
static int pretended_residency = -1; /* what mincore says of every page, or -1: the truth */
static atomic_size_t readahead_bytes;
static int reads_submitted;   /* to a ring */
static int64_t inline_chunks; /* of the last scan */
static int64_t offloaded_chunks;

static int64_t depth;
static size_t allocated_bytes;   /* of buffers */
static atomic_int strange_reads; /* into memory that is not a buffer */
static pthread_t loop_thread;
static size_t touched_bytes; /* on the loop, since the last wait for events */
static size_t asked_bytes;   /* of a ring, since then */

/* The files in the order in which something was first read or touched of them. */
enum { FILES_MOST = 256 };
static struct {
    pthread_mutex_t lock;
    ino_t files[FILES_MOST];
    size_t count;
    struct {
        const void *address;
        ino_t file;
    } maps[FILES_MOST];
    size_t map_count;
} begun = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Told of what the loop asks the pool, the kernel or a ring for: to read ('r'), to write ('w'), or
 * both ('s'); or NULL. */
static void (*on_transfer)(char what, int64_t offset, size_t length);

static void tell(char what, int64_t offset, size_t length)
{
    if (on_transfer != NULL && at_work)
        on_transfer(what, offset, length);
}

static const unsigned char *first_buffer;
static bool is_whole;          /* the method knows no chunks */
static uv_sem_t *hold_touches; /* on the pool, until somebody posts; or NULL */

static void reset(void)
{
    allocated_bytes = 0;
    strange_reads = 0;
    begun.count = 0;
    begun.map_count = 0;
    for (size_t i = 0; i < CALLS; i++) {
        atomic_store(&calls[i].count, 0);
        calls[i].fail_at = -1;
        calls[i].error = EIO;
        calls[i].always = false;
    }
    atomic_store(&unmapped, 0);
    atomic_store(&looks, 0);
    short_transfers = false;
    interrupt_at = -1;
    advised_bytes = 0;
    pretended_residency = -1;
    readahead_bytes = 0;
    reads_submitted = 0;
}

static bool fails(enum call call)
{
    if (!at_work)
        return false;
    const int number = atomic_fetch_add(&calls[call].count, 1);
    return number == calls[call].fail_at || (calls[call].always && number > calls[call].fail_at);
}

static size_t shortened(size_t length, int64_t offset)
{
    return short_transfers && at_work && length > 0 ? 1 + (size_t)(offset % 1000) % length : length;
}

static ino_t inode_of(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static void note_file(ino_t file)
{
    size_t i = 0;
    pthread_mutex_lock(&begun.lock);
    while (i < begun.count && begun.files[i] != file)
        i++;
    if (i == begun.count && i < FILES_MOST)
        begun.files[begun.count++] = file;
    pthread_mutex_unlock(&begun.lock);
}

/* What is only read, where a method is at work. */
static bool is_source(int fd)
{
    return at_work && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

/* A method that reads a file in one piece has a buffer of its own. */
static void note_read(int fd, const void *buffer, size_t length)
{
    const uintptr_t at = (uintptr_t)buffer;
    const uintptr_t first = (uintptr_t)first_buffer;
    if (!is_source(fd))
        return;
    if (is_whole && allocated_bytes == 0)
        first_buffer = buffer;
    else if (at < first || at + length > first + allocated_bytes)
        atomic_fetch_add(&strange_reads, 1);
    note_file(inode_of(fd));
}

static void note_map(const void *address, int fd)
{
    if (fd < 0 || !is_source(fd) || begun.map_count == FILES_MOST)
        return;
    begun.maps[begun.map_count].address = address;
    begun.maps[begun.map_count++].file = inode_of(fd);
}

static void note_touch(const void *map, size_t length)
{
    if (is_reading)
        return;
    for (size_t i = 0; i < begun.map_count; i++) {
        if (begun.maps[i].address == map)
            note_file(begun.maps[i].file);
    }
    if (pthread_equal(pthread_self(), loop_thread))
        touched_bytes += length;
    else if (hold_touches != NULL)
        uv_sem_wait(hold_touches);
}

int __real_copy_mapping(struct task *task, unsigned char *map, uint64_t offset, uint64_t length);
int __wrap_copy_mapping(struct task *task, unsigned char *map, uint64_t offset, uint64_t length)
{
    note_touch(task->map, (size_t)length);
    return __real_copy_mapping(task, map, offset, length);
}

uint64_t __real_touch(const unsigned char *bytes, uint64_t offset, size_t length, uint64_t stride);
uint64_t __wrap_touch(const unsigned char *bytes, uint64_t offset, size_t length, uint64_t stride)
{
    note_touch(NULL, length);
    return __real_touch(bytes, offset, length, stride);
}

int __real_touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length,
                         uint64_t stride, uint64_t *sum);
int __wrap_touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length,
                         uint64_t stride, uint64_t *sum)
{
    note_touch(map, length);
    return __real_touch_mapping(map, offset, length, stride, sum);
}

int __real_touch_mapping_prefetching(const unsigned char *map, uint64_t length, uint64_t stride,
                                     uint64_t *sum);
int __wrap_touch_mapping_prefetching(const unsigned char *map, uint64_t length, uint64_t stride,
                                     uint64_t *sum)
{
    note_touch(map, length);
    return __real_touch_mapping_prefetching(map, length, stride, sum);
}

void *__real_memory_allocate(size_t bytes);
void *__wrap_memory_allocate(size_t bytes)
{
    allocated_bytes += bytes;
    first_buffer = __real_memory_allocate(bytes);
    return (void *)first_buffer;
}

static bool is_direct(int fd)
{
#ifdef O_DIRECT
    return (fcntl(fd, F_GETFL) & O_DIRECT) != 0;
#else
    (void)fd;
    return false;
#endif
}

static size_t whole_blocks(size_t length)
{
    return (length + 4095) / 4096 * 4096;
}

ssize_t __real_pread(int fd, void *buffer, size_t length, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t length, off_t offset)
{
    const size_t some = shortened(length, offset);
    note_read(fd, buffer, length);
    if (!fails(CALL_PREAD))
        return __real_pread(fd, buffer, is_direct(fd) ? whole_blocks(some) : some, offset);
    errno = calls[CALL_PREAD].error;
    return -1;
}

int __real_uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                      unsigned count, int64_t offset, uv_fs_cb callback);
int __wrap_uv_fs_read(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                      unsigned count, int64_t offset, uv_fs_cb callback)
{
    uv_buf_t buffer = buffers[0];
    tell('r', offset, buffer.len);
    assert_int_equal(count, 1);
    note_read(fd, buffer.base, buffer.len);
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
    if (!fails(CALL_MMAP)) {
        void *map = __real_mmap(address, length, protection, flags, fd, offset);
        note_map(map, fd);
        return map;
    }
    atomic_fetch_add(&unmapped, 1); /* nothing to undo */
    errno = calls[CALL_MMAP].error;
    return MAP_FAILED;
}

int __real_munmap(void *address, size_t length);
int __wrap_munmap(void *address, size_t length)
{
    atomic_fetch_add(&unmapped, at_work ? 1 : 0);
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
    note_read(fd, part.iov_base, part.iov_len);
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

/* Notes what is about to be submitted, and makes it shorter; O_DIRECT takes whole blocks only. */
static void change_request(struct io_uring_sqe *sqe)
{
    const bool is_splice = sqe->opcode == IORING_OP_SPLICE;
    const bool is_read = is_splice ? sqe->off == UINT64_MAX : sqe->opcode == IORING_OP_READ;
    const int64_t offset = (int64_t)(is_splice && is_read ? sqe->splice_off_in : sqe->off);
    /* A send has no offset: its address tells how far it has come. */
    const bool is_send = sqe->opcode == IORING_OP_SEND;
    const size_t length = shortened(sqe->len, is_send ? (int64_t)sqe->addr : offset);
    tell(is_read ? 'r' : 'w', offset, sqe->len);
    if (is_splice && is_read)
        note_file(inode_of(sqe->splice_fd_in));
    else if (!is_splice)
        note_read(sqe->fd, (const void *)(uintptr_t)sqe->addr, sqe->len);
    asked_bytes += sqe->len;
    sqe->len = (unsigned)(is_direct(sqe->fd) ? whole_blocks(length) : length);
    reads_submitted += is_read ? 1 : 0;
}

/* Changes the requests that are about to be submitted, perhaps to ones that fail later, by their
 * completion. */
int __real_io_uring_submit(struct io_uring *ring);
int __wrap_io_uring_submit(struct io_uring *ring)
{
    const bool failed = fails(CALL_URING_SUBMIT);
    if (failed && calls[CALL_URING_SUBMIT].error != EBADF)
        return -calls[CALL_URING_SUBMIT].error;
    for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; i++) {
        struct io_uring_sqe *sqe = &ring->sq.sqes[i & *ring->sq.kring_mask];
        change_request(sqe);
        if (failed)
            sqe->fd = -1;
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

ssize_t __real_pwrite(int fd, const void *bytes, size_t length, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    note_touch(bytes, 0); /* perhaps a mapping */
    if (!fails(CALL_PWRITE))
        return __real_pwrite(fd, bytes, shortened(length, offset), offset);
    errno = calls[CALL_PWRITE].error;
    return -1;
}

int __real_ftruncate(int fd, off_t length);
int __wrap_ftruncate(int fd, off_t length)
{
    if (!fails(CALL_FTRUNCATE))
        return __real_ftruncate(fd, length);
    errno = calls[CALL_FTRUNCATE].error;
    return -1;
}

/* What the tests copy need not reach a disk; the files must, before they can be cold. */
int __real_fsync(int fd);
int __wrap_fsync(int fd)
{
    if (!fails(CALL_FSYNC))
        return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY ? __real_fsync(fd) : 0;
    errno = calls[CALL_FSYNC].error;
    return -1;
}

#ifdef __linux__
ssize_t __real_sendfile(int to, int from, off_t *offset, size_t length);
ssize_t __wrap_sendfile(int to, int from, off_t *offset, size_t length)
{
    if (is_source(from))
        note_file(inode_of(from));
    note_touch(NULL, length);
    if (!fails(CALL_SENDFILE))
        return __real_sendfile(to, from, offset, shortened(length, *offset));
    errno = calls[CALL_SENDFILE].error;
    return -1;
}

ssize_t __real_copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
                               size_t length, unsigned flags);
ssize_t __wrap_copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
                               size_t length, unsigned flags)
{
    if (is_source(from))
        note_file(inode_of(from));
    if (!fails(CALL_COPY_FILE_RANGE))
        return __real_copy_file_range(from, from_offset, to, to_offset,
                                      shortened(length, *from_offset), flags);
    errno = calls[CALL_COPY_FILE_RANGE].error;
    return -1;
}

/* Of a pipe no offset is known: its pieces differ by their number. */
ssize_t __real_splice(int from, off_t *from_offset, int to, off_t *to_offset, size_t length,
                      unsigned flags);
ssize_t __wrap_splice(int from, off_t *from_offset, int to, off_t *to_offset, size_t length,
                      unsigned flags)
{
    if (is_source(from) && from_offset != NULL)
        note_file(inode_of(from));
    if (!fails(CALL_SPLICE))
        return __real_splice(
            from, from_offset, to, to_offset,
            shortened(length, from_offset != NULL ? *from_offset : 37 * calls[CALL_SPLICE].count),
            flags);
    errno = calls[CALL_SPLICE].error;
    return -1;
}

int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags)
{
    if (!fails(CALL_PIPE))
        return __real_pipe2(ends, flags);
    errno = calls[CALL_PIPE].error;
    return -1;
}
#endif

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    note_touch(bytes, 0); /* perhaps a mapping */
    if (!fails(CALL_WRITE))
        return __real_write(fd, bytes, shortened(length, 37 * calls[CALL_WRITE].count));
    errno = calls[CALL_WRITE].error;
    return -1;
}

/* As uv_fs_read fails: at once, or with EBADF later. */
int __real_uv_fs_write(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                       unsigned count, int64_t offset, uv_fs_cb callback);
int __wrap_uv_fs_write(uv_loop_t *loop, uv_fs_t *request, uv_file fd, const uv_buf_t buffers[],
                       unsigned count, int64_t offset, uv_fs_cb callback)
{
    uv_buf_t buffer = buffers[0];
    tell('w', offset, buffer.len);
    assert_int_equal(count, 1);
    buffer.len = shortened(buffer.len, offset);
    note_touch(buffer.base, 0);
    if (fails(CALL_UV_FS_WRITE)) {
        if (calls[CALL_UV_FS_WRITE].error != EBADF)
            return -calls[CALL_UV_FS_WRITE].error;
        fd = -1;
    }
    return __real_uv_fs_write(loop, request, fd, &buffer, count, offset, callback);
}

int __real_uv_fs_fsync(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback);
int __wrap_uv_fs_fsync(uv_loop_t *loop, uv_fs_t *request, uv_file fd, uv_fs_cb callback)
{
    if (fails(CALL_UV_FS_FSYNC)) {
        if (calls[CALL_UV_FS_FSYNC].error != EBADF)
            return -calls[CALL_UV_FS_FSYNC].error;
        fd = -1;
    }
    return __real_uv_fs_fsync(loop, request, fd, callback);
}

int __real_uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from,
                          int64_t offset, size_t length, uv_fs_cb callback);
int __wrap_uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from,
                          int64_t offset, size_t length, uv_fs_cb callback)
{
    tell('s', offset, length);
    if (is_source(from))
        note_file(inode_of(from));
    if (fails(CALL_UV_FS_SENDFILE)) {
        if (calls[CALL_UV_FS_SENDFILE].error != EBADF)
            return -calls[CALL_UV_FS_SENDFILE].error;
        from = -1;
    }
    return __real_uv_fs_sendfile(loop, request, to, from, offset, shortened(length, offset),
                                 callback);
}

/* Perhaps from a mapping. */
int __real_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t buffers[],
                    unsigned count, uv_write_cb callback);
int __wrap_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t buffers[],
                    unsigned count, uv_write_cb callback)
{
    note_touch(buffers[0].base, 0);
    return fails(CALL_UV_WRITE) ? -calls[CALL_UV_WRITE].error
                                : __real_uv_write(request, stream, buffers, count, callback);
}

int __wrap_interrupt_signal(void)
{
    return at_work && interrupt_at >= 0 && atomic_fetch_add(&looks, 1) >= interrupt_at ? SIGTERM
                                                                                       : 0;
}

/* How a piece of work is to be made. */
struct setting {
    uint64_t stride;
    size_t chunk;
    bool fsync;
    bool reflink;
    void (*before_start)(const struct file_set *files);
    uv_prepare_cb before_wait; /* for events */
};

/* What the kind of work checks of it. */
static void check_work(const struct method *method, struct work *work)
{
    struct trial trial = trial_unknown();
    struct error error;
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    if (method_kind(method)->check(work, &trial, &error) != 0 || !trial_is_ok(&trial))
        fail_msg("%s, stride %" PRIu64 ", chunk %zu: %s", method->name,
                 work->settings->stride_bytes, work->chunk_bytes, error.text);
}

/* From prepare to finish. Returns 0 or the code of what failed. */
static int run_method(const struct method *method, struct work *work, const struct setting *setting)
{
    uv_prepare_t wait;
    uv_prepare_init(work->loop, &wait);
    if (setting->before_wait != NULL)
        uv_prepare_start(&wait, setting->before_wait);
    uv_unref((uv_handle_t *)&wait);
    loop_thread = pthread_self();
    touched_bytes = 0;
    asked_bytes = 0;
    is_whole = method->chunk_bytes == METHOD_WHOLE_FILE;
    at_work = true;
    int code = method->prepare(work);
    if (code == 0) {
        if (setting->before_start != NULL)
            setting->before_start(work->files);
        code = method->start(work);
        uv_run(work->loop, UV_RUN_DEFAULT);
        assert_int_equal(work->unfinished, 0);
    }
    uv_close((uv_handle_t *)&wait, NULL);
    method->finish(work);
    at_work = false;
    uv_run(work->loop, UV_RUN_NOWAIT); /* lets the handle close */
    return work_failed_task(work) != NULL ? work_failed_task(work)->error.code : code;
}

/* What is not to be left over, whatever became of it. */
static void check_undone(const struct work *work)
{
    for (size_t i = 0; i < work->count; i++)
        assert_true(work->tasks[i].map == NULL && work->tasks[i].direct_fd == -1);
    assert_null(work->buffers);
    assert_int_equal(unmapped, calls[CALL_MMAP].count);
    assert_int_equal(strange_reads, 0);
}

/* Does the method's work on the folder's file set as the protocol does. Returns 0 when all is done
 * and right, or the code of the first task that failed. */
static int work_on_folder(const struct method *method, const char *dir,
                          const struct setting *setting)
{
    struct file_set files;
    file_set_get(&files, dir, setting->stride);
    const struct work_kind *kind = method_kind(method);
    const bool copies = kind == &copy_kind;
    const bool sends = kind == &send_kind;
    char *destinations = files_join(dir, "copies");
    const struct work_settings settings = {
        .stride_bytes = setting->stride,
        .to = copies  ? destinations
              : sends ? "unix"
                      : NULL,
        .to_is_ours = true,
        .fsync = setting->fsync,
        .reflink = setting->reflink,
        .reader = sends ? reading_start(files.count, setting->stride) : NULL};
    struct work work;
    struct error error;
    uv_loop_t loop;
    assert_int_equal(file_set_open(&files, &error), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    work_init(&work, &settings, &files, &loop, method_chunk_bytes(method, setting->chunk));
    if (kind->take != NULL)
        assert_int_equal(kind->take(&settings, files.count, files.bytes, &error), 0);
    if (kind->open != NULL)
        assert_int_equal(kind->open(&work, &error), 0);
    const int code = run_method(method, &work, setting);
    check_undone(&work);
    depth = work.depth;
    inline_chunks = work.inline_chunks;
    offloaded_chunks = work.offloaded_chunks;
    if (code == 0)
        check_work(method, &work);
    if (kind->close != NULL)
        kind->close(&work);
    if (sends)
        reading_free(settings.reader);
    if (copies)
        assert_int_equal(rmdir(destinations), 0); /* nothing is left in it */
    assert_int_equal(uv_loop_close(&loop), 0);
    free(destinations);
    work_free(&work);
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
