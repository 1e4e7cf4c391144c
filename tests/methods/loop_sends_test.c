// SPDX-License-Identifier: MIT
/* Sends on the loop: what is handed over by which call and on which thread, that nothing waits for
 * its reader on the loop and a turn is bounded, and that they end well when something fails. The
 * readers are a thread of the test, at the far ends of connections with small buffers, which begins
 * only when the loop has gone around: a method that waits for a reader in a call of the loop would
 * wait for ever. */
#include "methods/method.h"
#include "platform/page_cache.h"
#include "work/connections.h"
#include "work/fault.h"
#include "work/send.h"

#include "tests/support.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#ifdef HAVE_LIBURING
#include <liburing.h>
#endif

enum { FILES_MOST = 40, CHUNK_BYTES = 64 * 1024, SOCKET_BYTES = 16 * 1024 };

/* ---- The calls that hand over -----------------------------------------------------------------
 */

enum call { SENDFILE_CALL, WRITE_CALL, POOL_SENDFILE_CALL, RING_CALL, TOUCH_CALL, CALLS };

static pthread_t loop_thread;
static bool at_work; /* a method */
static struct {
    atomic_int count;
    atomic_size_t bytes; /* asked for */
    atomic_int on_loop;
    atomic_size_t largest;
} calls[CALLS];
static size_t turn_bytes; /* sent by calls on the loop since its last wait */
static size_t turn_most;
static int fail_at;   /* of SENDFILE_CALL or WRITE_CALL or POOL_SENDFILE_CALL; -1: none */
static int fail_with; /* the negative errno, or 0 for the end of the file */
static bool short_sends;
static atomic_int looks;
static int interrupt_at;
static int pretended_missing; /* pages of every chunk; -1: the truth */
static int handles_refused;   /* the next so many */
static const void *written_from[FILES_MOST];
static size_t waits; /* of the loop */

/* Returns whether the call is to fail. */
static bool note(enum call call, size_t length)
{
    const bool on_loop = pthread_equal(pthread_self(), loop_thread);
    const int number = atomic_fetch_add(&calls[call].count, 1);
    atomic_fetch_add(&calls[call].bytes, length);
    if (length > calls[call].largest)
        calls[call].largest = length;
    if (on_loop) {
        calls[call].on_loop++;
        turn_bytes += length;
    }
    return number == fail_at;
}

ssize_t __real_transfer_sendfile(int to, int file, uint64_t offset, size_t length);
ssize_t __wrap_transfer_sendfile(int to, int file, uint64_t offset, size_t length)
{
    if (note(SENDFILE_CALL, length))
        return fail_with;
    return __real_transfer_sendfile(to, file, offset, short_sends ? (length + 2) / 3 : length);
}

int __real_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t buffers[],
                    unsigned count, uv_write_cb callback);
int __wrap_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t buffers[],
                    unsigned count, uv_write_cb callback)
{
    const int number = calls[WRITE_CALL].count;
    assert_int_equal(count, 1);
    if (number < FILES_MOST)
        written_from[number] = buffers[0].base;
    return note(WRITE_CALL, buffers[0].len)
               ? fail_with
               : __real_uv_write(request, stream, buffers, count, callback);
}

int __real_uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from,
                          int64_t offset, size_t length, uv_fs_cb callback);
int __wrap_uv_fs_sendfile(uv_loop_t *loop, uv_fs_t *request, uv_file to, uv_file from,
                          int64_t offset, size_t length, uv_fs_cb callback)
{
    return note(POOL_SENDFILE_CALL, length)
               ? fail_with
               : __real_uv_fs_sendfile(loop, request, to, from, offset,
                                       short_sends ? (length + 2) / 3 : length, callback);
}

int __real_touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length,
                         uint64_t stride, uint64_t *sum);
int __wrap_touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length,
                         uint64_t stride, uint64_t *sum)
{
    note(TOUCH_CALL, length);
    return __real_touch_mapping(map, offset, length, stride, sum);
}

int64_t __real_page_cache_mapped_missing(const unsigned char *address, size_t length);
int64_t __wrap_page_cache_mapped_missing(const unsigned char *address, size_t length)
{
    return pretended_missing < 0 ? __real_page_cache_mapped_missing(address, length)
                                 : pretended_missing;
}

int __wrap_interrupt_signal(void)
{
    return at_work && interrupt_at >= 0 && looks++ >= interrupt_at ? SIGTERM : 0;
}

static bool is_refused(void)
{
    return handles_refused > 0 && --handles_refused == 0;
}

int __real_uv_tcp_open(uv_tcp_t *handle, uv_os_sock_t fd);
int __wrap_uv_tcp_open(uv_tcp_t *handle, uv_os_sock_t fd)
{
    return is_refused() ? UV_EMFILE : __real_uv_tcp_open(handle, fd);
}

int __real_uv_pipe_open(uv_pipe_t *handle, uv_file fd);
int __wrap_uv_pipe_open(uv_pipe_t *handle, uv_file fd)
{
    return is_refused() ? UV_EMFILE : __real_uv_pipe_open(handle, fd);
}

/* That of an eventfd passes by. */
int __real_uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd);
int __wrap_uv_poll_init(uv_loop_t *loop, uv_poll_t *handle, int fd)
{
    return uv_guess_handle(fd) != UV_UNKNOWN_HANDLE && is_refused()
               ? UV_EMFILE
               : __real_uv_poll_init(loop, handle, fd);
}

#ifdef HAVE_LIBURING
int __real_io_uring_submit(struct io_uring *ring);
int __wrap_io_uring_submit(struct io_uring *ring)
{
    for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; i++) {
        const struct io_uring_sqe *sqe = &ring->sq.sqes[i & *ring->sq.kring_mask];
        note(RING_CALL, sqe->len);
    }
    return __real_io_uring_submit(ring);
}
#endif

/* ---- The readers ------------------------------------------------------------------------------
 */

static struct {
    int ours[FILES_MOST];
    int theirs[FILES_MOST];
    unsigned char *bytes[FILES_MOST];
    size_t got[FILES_MOST];
    size_t room[FILES_MOST];
    size_t count;
    size_t most; /* the bytes after which a reader goes away */
    uv_sem_t may_begin;
    uv_thread_t thread;
} readers;

/* Returns whether there is more to come. */
static bool take(size_t i)
{
    const size_t left = readers.room[i] - readers.got[i];
    const ssize_t got = recv(readers.theirs[i], readers.bytes[i] + readers.got[i], left, 0);
    readers.got[i] += got > 0 ? (size_t)got : 0;
    return got > 0 && readers.got[i] < readers.most;
}

static void read_all(void *context)
{
    (void)context;
    struct pollfd polls[FILES_MOST];
    size_t open = readers.count;
    for (size_t i = 0; i < readers.count; i++)
        polls[i] = (struct pollfd){.fd = readers.theirs[i], .events = POLLIN};
    uv_sem_wait(&readers.may_begin);
    while (open > 0 && poll(polls, (nfds_t)readers.count, -1) > 0) {
        for (size_t i = 0; i < readers.count; i++) {
            if (polls[i].fd < 0 || polls[i].revents == 0 || take(i))
                continue;
            dup2(0, polls[i].fd); /* so that its number is not another's */
            polls[i].fd = -1;
            open--;
        }
    }
}

static void start_readers(struct work *work, const char *to)
{
    const int small = SOCKET_BYTES;
    struct error error;
    readers.count = work->count;
    if (connections_make(to, readers.ours, readers.theirs, work->count, &error) != 0)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < work->count; i++) {
        setsockopt(readers.ours[i], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
        work->tasks[i].to_fd = readers.ours[i];
        readers.got[i] = 0;
        readers.room[i] = (size_t)work->tasks[i].file->bytes + 1; /* for one that is too much */
        readers.bytes[i] = malloc(readers.room[i]);
    }
    assert_int_equal(uv_sem_init(&readers.may_begin, 0), 0);
    assert_int_equal(uv_thread_create(&readers.thread, read_all, NULL), 0);
}

/* Nothing more comes. Whether all came, and came right, is asked with `is_whole`. */
static void stop_readers(const struct work *work, bool is_whole)
{
    for (size_t i = 0; i < readers.count; i++)
        assert_int_equal(close(readers.ours[i]), 0); /* a method has not */
    uv_sem_post(&readers.may_begin);
    uv_thread_join(&readers.thread);
    uv_sem_destroy(&readers.may_begin);
    for (size_t i = 0; i < readers.count; i++) {
        close(readers.theirs[i]);
        const size_t bytes = (size_t)work->tasks[i].file->bytes;
        unsigned char *expected = malloc(bytes + 1);
        content_fill(CONTENT_SEED, i, 0, expected, bytes);
        if (is_whole) {
            assert_int_equal(readers.got[i], bytes);
            assert_memory_equal(readers.bytes[i], expected, bytes);
        }
        free(expected);
        free(readers.bytes[i]);
    }
}

/* ---- One send ---------------------------------------------------------------------------------
 */

static int64_t inline_chunks;
static int64_t offloaded_chunks;
static const unsigned char *maps[FILES_MOST];
static void (*before_start)(const struct file_set *files);

static void reset(void)
{
    memset(calls, 0, sizeof calls);
    turn_bytes = turn_most = 0;
    fail_at = -1;
    short_sends = false;
    looks = 0;
    interrupt_at = -1;
    pretended_missing = -1;
    handles_refused = 0;
    waits = 0;
    before_start = NULL;
    readers.most = SIZE_MAX;
}

static void before_wait(uv_prepare_t *wait)
{
    (void)wait;
    turn_most = turn_bytes > turn_most ? turn_bytes : turn_most;
    turn_bytes = 0;
    if (waits++ == 0)
        uv_sem_post(&readers.may_begin);
}

static int first_free_fd(void)
{
    const int fd = dup(0);
    close(fd);
    return fd;
}

static int run(const struct method *method, struct work *work)
{
    uv_prepare_t wait;
    uv_prepare_init(work->loop, &wait);
    uv_prepare_start(&wait, before_wait);
    uv_unref((uv_handle_t *)&wait);
    const int free_fd = first_free_fd();
    at_work = true;
    int code = method->prepare(work);
    for (size_t i = 0; i < work->count; i++)
        maps[i] = work->tasks[i].map;
    if (code == 0) {
        if (before_start != NULL)
            before_start(work->files);
        code = method->start(work);
        uv_run(work->loop, UV_RUN_DEFAULT);
        assert_int_equal(work->unfinished, 0);
    }
    method->finish(work);
    at_work = false;
    assert_int_equal(first_free_fd(), free_fd);
    uv_close((uv_handle_t *)&wait, NULL);
    uv_run(work->loop, UV_RUN_NOWAIT);
    return work_failed_task(work) != NULL ? work_failed_task(work)->error.code : code;
}

/* Sends the files of the folder. Returns 0 when all came whole, or the code of the first task that
 * failed; whatever became of it, nothing is left over. */
static int send_folder(const struct method *method, const char *dir, const char *to)
{
    static const struct work_settings settings = {.stride_bytes = 512};
    struct file_set files;
    struct work work;
    struct error error;
    uv_loop_t loop;
    file_set_get(&files, dir, 512);
    assert_int_equal(file_set_open(&files, &error), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    work_init(&work, &settings, &files, &loop, method_chunk_bytes(method, CHUNK_BYTES));
    start_readers(&work, to);
    loop_thread = pthread_self();
    const int code = run(method, &work);
    stop_readers(&work, code == 0);
    inline_chunks = work.inline_chunks;
    offloaded_chunks = work.offloaded_chunks;
    assert_int_equal(uv_loop_close(&loop), 0);
    work_free(&work);
    file_set_free(&files);
    return code;
}

static const char *const ways[] = {CONNECTIONS_TCP, CONNECTIONS_UNIX};

static bool is_tested(const struct method *method)
{
    return method_kind(method) == &send_kind && method->concurrency == ASYNC &&
           method_unsupported(method, "build") == NULL;
}

/* Does it with every method of this kind on the loop, over each kind of connection. */
static void with_each(const char *dir, void (*check)(const struct method *method, int code),
                      void (*set)(void))
{
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; is_tested(methods[i]) && k < LENGTH(ways); k++) {
            reset();
            if (set != NULL)
                set();
            check(methods[i], send_folder(methods[i], dir, ways[k]));
        }
    }
}

static void assert_all_came(const struct method *method, int code)
{
    if (code != 0)
        fail_msg("%s: %d", method->name, code);
}

/* Several times what a connection holds, and no multiple of anything; and little, and nothing. */
static const uint64_t sizes[] = {700001, 0, 1, 300000};
#define ALL_BYTES ((size_t)1000002)

/* -----------------------------------------------------------------------------------------------
 */

static void nothing_waits_for_its_reader_on_the_loop_and_every_byte_comes(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    with_each(*state, assert_all_came, NULL);
}

static void send_short(void)
{
    short_sends = true;
}

static void a_short_count_goes_on_at_the_right_byte(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    with_each(*state, assert_all_came, send_short);
}

static void each_hands_over_by_its_own_call_on_its_own_thread(void **state)
{
    static const struct {
        const char *name;
        enum call call;
        size_t largest;
    } rows[] = {
        {"async-send-read", WRITE_CALL, CHUNK_BYTES},
        {"async-send-mmap", WRITE_CALL, 700001},
        {"async-send-sendfile", SENDFILE_CALL, CHUNK_BYTES},
        {"async-send-offload", POOL_SENDFILE_CALL, CHUNK_BYTES},
        {"async-send-resident", SENDFILE_CALL, CHUNK_BYTES},
        {"async-send-uring", RING_CALL, CHUNK_BYTES},
    };
    file_set_make(*state, sizes, LENGTH(sizes));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (method_find(rows[i].name) == NULL || !is_tested(method_find(rows[i].name)))
            continue;
        reset();
        pretended_missing = 0;
        assert_int_equal(send_folder(method_find(rows[i].name), *state, CONNECTIONS_TCP), 0);
        for (enum call call = 0; call < CALLS; call++) {
            assert_int_equal(calls[call].count > 0, call == rows[i].call);
            assert_int_equal(calls[call].on_loop, calls[call].count);
        }
        assert_in_range(calls[rows[i].call].bytes, ALL_BYTES, SIZE_MAX);
        assert_int_equal(calls[rows[i].call].largest, rows[i].largest);
    }
}

static void mmap_writes_each_mapping_in_one_request(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    reset();
    assert_int_equal(send_folder(method_find("async-send-mmap"), *state, CONNECTIONS_TCP), 0);
    assert_int_equal(calls[WRITE_CALL].count, 3);
    assert_int_equal(calls[WRITE_CALL].bytes, ALL_BYTES);
    assert_ptr_equal(written_from[0], maps[0]);
    assert_ptr_equal(written_from[1], maps[2]);
    assert_ptr_equal(written_from[2], maps[3]);
}

static void what_is_not_cached_comes_on_the_pool_before_it_is_sent_on_the_loop(void **state)
{
    const struct method *resident = method_find("async-send-resident");
    const uint64_t three[] = {3 * CHUNK_BYTES, CHUNK_BYTES + 1, 5};
    file_set_make(*state, three, LENGTH(three));
    if (!is_tested(resident))
        skip();
    reset();
    pretended_missing = 0;
    assert_int_equal(send_folder(resident, *state, CONNECTIONS_TCP), 0);
    assert_int_equal(calls[TOUCH_CALL].count, 0);
    assert_in_range(inline_chunks, 6, calls[SENDFILE_CALL].count);
    assert_int_equal(offloaded_chunks, 0);
    reset();
    pretended_missing = 1;
    assert_int_equal(send_folder(resident, *state, CONNECTIONS_TCP), 0);
    assert_int_equal(calls[TOUCH_CALL].on_loop, 0);
    assert_int_equal(calls[TOUCH_CALL].count, calls[SENDFILE_CALL].count);
    assert_int_equal(inline_chunks, 0);
    assert_int_equal(offloaded_chunks, calls[TOUCH_CALL].count);
}

/* What the pool does, and what a program that does not care does, is not counted here. */
static void one_turn_sends_no_more_when_there_are_many_files(void **state)
{
    static const char *const names[] = {"async-send-sendfile", "async-send-resident",
                                        "async-send-uring"};
    uint64_t many[FILES_MOST];
    for (size_t i = 0; i < FILES_MOST; i++)
        many[i] = 3 * CHUNK_BYTES;
    file_set_make(*state, many, FILES_MOST);
    for (size_t i = 0; i < LENGTH(names); i++) {
        const struct method *method = method_find(names[i]);
        if (method == NULL || !is_tested(method))
            continue;
        reset();
        assert_int_equal(send_folder(method, *state, CONNECTIONS_TCP), 0);
        assert_in_range(turn_most, CHUNK_BYTES, 1024 * 1024 + CHUNK_BYTES);
    }
}

static void go_away(void)
{
    readers.most = 5000;
}

static void assert_reader_is_gone(const struct method *method, int code)
{
    if (code != -EPIPE && code != -ECONNRESET)
        fail_msg("%s: %d", method->name, code);
}

static void a_reader_that_goes_away_is_an_error_and_no_hang(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    with_each(*state, assert_reader_is_gone, go_away);
}

static void a_call_that_fails_is_the_error_of_its_task_or_is_repeated(void **state)
{
    static const struct {
        const char *name;
        int fail_with;
        int code;
    } rows[] = {
        {"async-send-read", -ENOBUFS, -ENOBUFS},  {"async-send-mmap", -ENOBUFS, -ENOBUFS},
        {"async-send-offload", -ENOMEM, -ENOMEM}, {"async-send-sendfile", -EIO, -EIO},
        {"async-send-sendfile", -EAGAIN, 0},      {"async-send-sendfile", -EINTR, 0},
        {"async-send-sendfile", 0, -ENODATA},     {"async-send-resident", -EIO, -EIO},
        {"async-send-resident", -EAGAIN, 0},      {"async-send-resident", -EINTR, 0},
    };
    file_set_make(*state, sizes, LENGTH(sizes));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (int at = 0; is_tested(method_find(rows[i].name)) && at < 3; at++) {
            reset();
            fail_at = at;
            fail_with = rows[i].fail_with;
            const int code = send_folder(method_find(rows[i].name), *state, CONNECTIONS_TCP);
            if (code != rows[i].code)
                fail_msg("%s, call %d failing with %d: %d", rows[i].name, at, fail_with, code);
        }
    }
}

static void refuse_second(void)
{
    handles_refused = 2;
}

static void assert_refused_if_asked(const struct method *method, int code)
{
    if (code != (handles_refused == 0 ? UV_EMFILE : 0))
        fail_msg("%s: %d", method->name, code);
}

static void a_connection_that_the_loop_does_not_take_leaves_nothing_open(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    with_each(*state, assert_refused_if_asked, refuse_second);
}

static void interrupt_at_once(void)
{
    interrupt_at = 0;
}

static void interrupt_later(void)
{
    interrupt_at = 2;
}

static void assert_interrupted(const struct method *method, int code)
{
    if (code != -ECANCELED)
        fail_msg("%s: %d", method->name, code);
}

static void an_interrupt_ends_a_send(void **state)
{
    file_set_make(*state, sizes, LENGTH(sizes));
    with_each(*state, assert_interrupted, interrupt_at_once);
    with_each(*state, assert_interrupted, interrupt_later);
}

static void cut(const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        assert_int_equal(truncate(files->files[i].path, sysconf(_SC_PAGESIZE)), 0);
}

static void cut_short(void)
{
    before_start = cut;
}

static void assert_cut_short(const struct method *method, int code)
{
    const bool maps_it = method->io == MMAP || method == method_find("async-send-resident");
    if (code != (maps_it ? -EIO : -ENODATA))
        fail_msg("%s: %d", method->name, code);
}

static void a_file_that_is_cut_short_is_an_error(void **state)
{
    fault_catch();
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (!is_tested(methods[i]))
            continue;
        file_set_make(*state, sizes, LENGTH(sizes));
        reset();
        cut_short();
        assert_cut_short(methods[i], send_folder(methods[i], *state, CONNECTIONS_TCP));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(nothing_waits_for_its_reader_on_the_loop_and_every_byte_comes),
        FOLDER_TEST(a_short_count_goes_on_at_the_right_byte),
        FOLDER_TEST(each_hands_over_by_its_own_call_on_its_own_thread),
        FOLDER_TEST(mmap_writes_each_mapping_in_one_request),
        FOLDER_TEST(what_is_not_cached_comes_on_the_pool_before_it_is_sent_on_the_loop),
        FOLDER_TEST(one_turn_sends_no_more_when_there_are_many_files),
        FOLDER_TEST(a_reader_that_goes_away_is_an_error_and_no_hang),
        FOLDER_TEST(a_call_that_fails_is_the_error_of_its_task_or_is_repeated),
        FOLDER_TEST(a_connection_that_the_loop_does_not_take_leaves_nothing_open),
        FOLDER_TEST(an_interrupt_ends_a_send),
        FOLDER_TEST(a_file_that_is_cut_short_is_an_error),
    };
    signal(SIGPIPE, SIG_IGN);
    alarm(50); /* what waits for ever */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
