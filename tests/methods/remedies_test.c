// SPDX-License-Identifier: MIT
/* The fast and the slow path of each remedy, and that it takes them by the call it is named for. */
#include "calls.h"

#include "platform/page_cache.h"

/* Three files of three chunks each, the last of them short. */
static const uint64_t three_sizes[] = {9000, 9001, 12288};
static const struct setting plain = {.stride = 512, .chunk = 4096};
enum { FILES = LENGTH(three_sizes), CHUNKS = 3 * FILES };

static bool begin(const char *dir, const char *name)
{
    file_set_make(dir, three_sizes, FILES);
    return runnable(method_find(name));
}

static int scan(const char *dir, const char *name)
{
    return work_on_folder(method_find(name), dir, &plain);
}

static void assert_chunks(int64_t on_the_loop, int64_t on_the_pool)
{
    assert_int_equal(inline_chunks, on_the_loop);
    assert_int_equal(offloaded_chunks, on_the_pool);
}

static void yield_touches_every_chunk_on_the_loop(void **state)
{
    assert_true(begin(*state, "async-mmap-yield"));
    assert_int_equal(scan(*state, "async-mmap-yield"), 0);
    assert_chunks(CHUNKS, -1);
    assert_int_equal(calls[CALL_UV_QUEUE_WORK].count, 0);
}

static void offload_touches_every_chunk_on_the_pool(void **state)
{
    assert_true(begin(*state, "async-mmap-offload"));
    assert_int_equal(scan(*state, "async-mmap-offload"), 0);
    assert_chunks(-1, CHUNKS);
    assert_int_equal(calls[CALL_UV_QUEUE_WORK].count, CHUNKS);
}

static void populate_populates_every_chunk_on_the_pool(void **state)
{
    if (!begin(*state, "async-mmap-populate"))
        skip();
    assert_int_equal(scan(*state, "async-mmap-populate"), 0);
    assert_chunks(-1, CHUNKS);
    assert_int_equal(calls[CALL_MADVISE].count, CHUNKS);
    assert_int_equal(calls[CALL_UV_QUEUE_WORK].count, CHUNKS);
    assert_int_equal(advised_bytes, 9000 + 9001 + 12288);
}

static void what_mincore_says_decides_where_a_chunk_is_touched(void **state)
{
    static const struct {
        const char *name;
        int residency;
        int64_t on_the_loop;
        int asked; /* trips to the pool that touch nothing */
    } rows[] = {
        {"async-mmap-resident", 0, 0, 0},       {"async-mmap-resident", 1, CHUNKS, 0},
        {"async-mmap-ahead", 0, 0, FILES},      {"async-mmap-ahead", 1, CHUNKS, FILES},
        {"async-mmap-ahead-hint", 0, 0, FILES}, {"async-mmap-ahead-hint", 1, CHUNKS, FILES}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (!begin(*state, rows[i].name))
            continue;
        pretended_residency = rows[i].residency;
        assert_int_equal(scan(*state, rows[i].name), 0);
        assert_chunks(rows[i].on_the_loop, CHUNKS - rows[i].on_the_loop);
        assert_int_equal(calls[CALL_UV_QUEUE_WORK].count,
                         CHUNKS - rows[i].on_the_loop + rows[i].asked);
    }
}

static bool is_cold;

/* Brings the files out of the page cache, as far as that can be done, and seen, here. Last before
 * the scan: a debugger reads new mappings. */
static void make_cold(const struct file_set *files)
{
    is_cold = true;
    for (size_t i = 0; i < files->count; i++) {
        const struct data_file *file = &files->files[i];
        uint64_t resident = 1;
        is_cold = is_cold && page_cache_evict(file->fd) == 0 &&
                  page_cache_resident(file->fd, file->bytes, &resident) == 0 && resident == 0;
    }
}

/* With true answers of the system: files just written stay on the loop, cold ones do not. */
static void warm_data_stay_on_the_loop_and_cold_data_do_not(void **state)
{
    static const char *const names[] = {"async-mmap-resident", "async-read-nowait"};
    const struct setting cold = {.stride = 512, .chunk = 4096, .before_start = make_cold};
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!begin(*state, names[i]))
            continue;
        assert_int_equal(scan(*state, names[i]), 0);
        assert_chunks(CHUNKS, 0);
        reset();
        assert_int_equal(work_on_folder(method_find(names[i]), *state, &cold), 0);
        if (!is_cold) {
            print_message("[  SKIPPED ] %s: the files cannot be made cold here\n", names[i]);
            continue;
        }
        assert_int_equal(inline_chunks + offloaded_chunks, CHUNKS);
        /* RWF_NOWAIT begins to read, and a fast device may be done before the kernel looks; else
         * the first chunk of each file is not there, and readahead may bring the rest. */
        if (calls[CALL_PREADV2].count == 0)
            assert_in_range(offloaded_chunks, FILES, CHUNKS);
    }
}

/* Past the cache nothing is read ahead: what was cold stays so, chunk by chunk. */
static void hybrid_touches_what_is_cached_and_reads_the_rest_past_the_cache(void **state)
{
    const struct setting cold = {.stride = 512, .chunk = 4096, .before_start = make_cold};
    if (!begin(*state, "async-mmap-hybrid"))
        skip();
    assert_int_equal(scan(*state, "async-mmap-hybrid"), 0);
    assert_chunks(-1, FILES); /* each is touched in one go */
    assert_int_equal(calls[CALL_PREAD].count, 0);
    reset();
    assert_int_equal(work_on_folder(method_find("async-mmap-hybrid"), *state, &cold), 0);
    assert_chunks(-1, CHUNKS);
    if (!is_cold)
        skip();
    assert_int_equal(calls[CALL_PREAD].count, CHUNKS);
    reset();
    short_transfers = true; /* of whole blocks, so that the first of a chunk is all of it */
    const struct setting large = {.stride = 512, .chunk = 16384, .before_start = make_cold};
    assert_int_equal(work_on_folder(method_find("async-mmap-hybrid"), *state, &large), 0);
    assert_int_equal(calls[CALL_PREAD].count, CHUNKS);
}

/* Of the only file of 256 pages 16 are missing, or one more. */
static uint64_t missing_pages;

static void make_nearly_warm(const struct file_set *files)
{
    const struct data_file *file = &files->files[0];
    char *bytes = malloc((size_t)file->bytes);
    const uint64_t wanted = file->bytes - missing_pages * 4096;
    make_cold(files);
    posix_fadvise(file->fd, 0, 0, POSIX_FADV_RANDOM); /* nothing ahead of what is read */
    assert_int_equal(read(file->fd, bytes, (size_t)wanted), wanted);
    free(bytes);
}

static void hybrid_does_not_mind_a_few_missing_pages(void **state)
{
    const uint64_t sizes[] = {1 << 20};
    const struct setting setting = {
        .stride = 512, .chunk = 1 << 20, .before_start = make_nearly_warm};
    if (!begin(*state, "async-mmap-hybrid") || sysconf(_SC_PAGESIZE) != 4096)
        skip();
    file_set_make(*state, sizes, LENGTH(sizes));
    for (missing_pages = 16; missing_pages <= 17; missing_pages++) {
        reset();
        assert_int_equal(work_on_folder(method_find("async-mmap-hybrid"), *state, &setting), 0);
        if (!is_cold)
            skip();
        assert_int_equal(calls[CALL_PREAD].count, missing_pages - 16);
    }
}

static void nowait_lets_the_pool_read_what_the_loop_may_not_have(void **state)
{
    static const int errors[] = {EAGAIN, EOPNOTSUPP, EINTR, 0};
    for (size_t i = 0; i < LENGTH(errors); i++) {
        if (!begin(*state, "async-read-nowait"))
            skip();
        calls[CALL_PREADV2].fail_at = 0;
        calls[CALL_PREADV2].always = true;
        calls[CALL_PREADV2].error = errors[i];
        assert_int_equal(scan(*state, "async-read-nowait"), 0);
        assert_chunks(0, CHUNKS);
        assert_int_equal(calls[CALL_UV_FS_READ].count, CHUNKS);
    }
}

static void nowait_goes_on_behind_a_short_read(void **state)
{
    if (!begin(*state, "async-read-nowait"))
        skip();
    short_transfers = true;
    calls[CALL_PREADV2].fail_at = 1;
    calls[CALL_PREADV2].error = EAGAIN;
    assert_int_equal(scan(*state, "async-read-nowait"), 0);
    assert_int_equal(offloaded_chunks, 1);
    assert_in_range(inline_chunks, CHUNKS, 12288 * FILES);
}

static void each_advice_is_given_for_the_whole_of_every_file(void **state)
{
    static const struct {
        const char *name;
        int advice;
    } rows[] = {{"async-mmap-willneed", MADV_WILLNEED},
                {"async-mmap-sequential", MADV_SEQUENTIAL},
                {"async-mmap-random", MADV_RANDOM}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_true(begin(*state, rows[i].name));
        assert_int_equal(scan(*state, rows[i].name), 0);
        assert_int_equal(last_advice, rows[i].advice);
        assert_int_equal(calls[CALL_MADVISE].count, FILES);
        assert_int_equal(advised_bytes, 9000 + 9001 + 12288);
        assert_chunks(-1, -1);
    }
}

static void readahead_is_asked_for_the_whole_of_every_file(void **state)
{
    if (!begin(*state, "async-mmap-readahead"))
        skip();
    assert_int_equal(scan(*state, "async-mmap-readahead"), 0);
    assert_int_equal(calls[CALL_READAHEAD].count, FILES);
    assert_int_equal(readahead_bytes, 9000 + 9001 + 12288);
}

/* Every byte in large pieces, and once more in pieces that no kernel cuts short. */
static void windows_are_asked_for_ahead_piece_by_piece(void **state)
{
    static const struct {
        const char *name;
        enum call call;
    } rows[] = {{"async-mmap-ahead", CALL_READAHEAD}, {"async-mmap-ahead-hint", CALL_MADVISE}};
    const uint64_t sizes[] = {(20 << 20) + 1};
    const int pieces = 11 + 161; /* of 2 MiB and of 128 KiB */
    for (size_t i = 0; i < LENGTH(rows); i++) {
        file_set_make(*state, sizes, LENGTH(sizes));
        if (!runnable(method_find(rows[i].name)))
            continue;
        pretended_residency = 1;
        assert_int_equal(work_on_folder(method_find(rows[i].name), *state, &plain), 0);
        assert_int_equal(calls[rows[i].call].count, pieces);
        assert_int_equal(readahead_bytes + advised_bytes, 2 * sizes[0]);
        assert_int_equal(calls[CALL_UV_QUEUE_WORK].count, 3); /* windows of 8 MiB */
        assert_chunks((20 << 20) / 4096 + 1, 0);

        reset();
        calls[rows[i].call].fail_at = 8 + 128; /* the first piece of the third window */
        assert_int_equal(work_on_folder(method_find(rows[i].name), *state, &plain), -EIO);
        assert_int_equal(calls[CALL_UV_QUEUE_WORK].count - offloaded_chunks, 2);
    }
}

/* Every file has windows of its own; how many files are under way is for the walks to say. */
static void each_of_many_files_is_asked_for_once(void **state)
{
    uint64_t sizes[256] = {3 << 20};
    for (size_t i = 1; i < LENGTH(sizes); i++)
        sizes[i] = 1;
    file_set_make(*state, sizes, LENGTH(sizes));
    if (!runnable(method_find("async-mmap-ahead")))
        skip();
    pretended_residency = 1;
    assert_int_equal(work_on_folder(method_find("async-mmap-ahead"), *state, &plain), 0);
    assert_int_equal(calls[CALL_UV_QUEUE_WORK].count, 256);
    assert_int_equal(readahead_bytes, 2 * ((3 << 20) + 255));
}

static void a_ring_takes_the_reads_of_a_turn_at_once(void **state)
{
    static const char *const names[] = {"async-read-uring", "async-read-direct"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!begin(*state, names[i]))
            continue;
        assert_int_equal(scan(*state, names[i]), 0);
        assert_int_equal(reads_submitted, CHUNKS);
        assert_true(calls[CALL_URING_SUBMIT].count < CHUNKS);
        assert_int_equal(calls[CALL_OPEN_DIRECT].count, i == 0 ? 0 : FILES);
        assert_int_equal(calls[CALL_PREAD].count + calls[CALL_UV_FS_READ].count, 0);
    }
}

/* The rest of a short read is read, by O_DIRECT from the last whole block on. */
static void a_ring_reads_on_behind_a_short_read(void **state)
{
    static const char *const names[] = {"async-read-uring", "async-read-direct"};
    static const struct setting large = {.stride = 512, .chunk = 65536};
    static const uint64_t sizes[] = {300000};
    for (size_t i = 0; i < LENGTH(names); i++) {
        file_set_make(*state, sizes, LENGTH(sizes));
        if (!runnable(method_find(names[i])))
            continue;
        short_transfers = true;
        assert_int_equal(work_on_folder(method_find(names[i]), *state, &large), 0);
        assert_in_range(reads_submitted, 6, 300000);
    }
}

/* With chunks so large that not every file gets a buffer, an empty file among them. */
static void a_ring_serves_more_files_than_it_has_buffers_for(void **state)
{
    static const struct setting huge = {.stride = 512, .chunk = 16 << 20};
    uint64_t sizes[20];
    for (size_t i = 0; i < LENGTH(sizes); i++)
        sizes[i] = i % 7 == 1 ? 0 : 5000 + i;
    file_set_make(*state, sizes, LENGTH(sizes));
    if (!runnable(method_find("async-read-uring")))
        skip();
    assert_int_equal(work_on_folder(method_find("async-read-uring"), *state, &huge), 0);
    assert_int_equal(reads_submitted, 17);
    reset();
    calls[CALL_URING_SUBMIT].fail_at = 0;
    assert_int_equal(work_on_folder(method_find("async-read-uring"), *state, &huge), -EIO);
}

static void a_ring_that_is_refused_is_left_out_with_the_reason(void **state)
{
#ifdef HAVE_LIBURING
    static const struct {
        enum call call;
        int error;
        const char *reason;
    } rows[] = {
        {CALL_URING_INIT, EPERM, "forbidden here"},    {CALL_URING_INIT, EACCES, "forbidden here"},
        {CALL_URING_INIT, ENOSYS, "Linux 5.6"},        {CALL_URING_INIT, ENOMEM, "ulimit -l"},
        {CALL_URING_INIT, EINVAL, "cannot be set up"}, {CALL_URING_SUBMIT, EPERM, "forbidden here"},
        {CALL_EVENTFD, ENOSYS, "Linux 5.6"},
    };
    (void)state;
    if (!runnable(method_find("async-read-uring")))
        skip();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        reset();
        calls[rows[i].call].fail_at = 0;
        calls[rows[i].call].error = rows[i].error;
        at_work = true; /* the probe, too, meets what the test wants */
        const char *reason = method_unsupported(method_find("async-read-uring"), "build");
        at_work = false;
        assert_non_null(reason);
        assert_non_null(strstr(reason, rows[i].reason));
    }
#else
    (void)state;
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(yield_touches_every_chunk_on_the_loop),
        FOLDER_TEST(offload_touches_every_chunk_on_the_pool),
        FOLDER_TEST(populate_populates_every_chunk_on_the_pool),
        FOLDER_TEST(what_mincore_says_decides_where_a_chunk_is_touched),
        FOLDER_TEST(warm_data_stay_on_the_loop_and_cold_data_do_not),
        FOLDER_TEST(hybrid_touches_what_is_cached_and_reads_the_rest_past_the_cache),
        FOLDER_TEST(hybrid_does_not_mind_a_few_missing_pages),
        FOLDER_TEST(nowait_lets_the_pool_read_what_the_loop_may_not_have),
        FOLDER_TEST(nowait_goes_on_behind_a_short_read),
        FOLDER_TEST(each_advice_is_given_for_the_whole_of_every_file),
        FOLDER_TEST(readahead_is_asked_for_the_whole_of_every_file),
        FOLDER_TEST(windows_are_asked_for_ahead_piece_by_piece),
        FOLDER_TEST(each_of_many_files_is_asked_for_once),
        FOLDER_TEST(a_ring_takes_the_reads_of_a_turn_at_once),
        FOLDER_TEST(a_ring_reads_on_behind_a_short_read),
        FOLDER_TEST(a_ring_serves_more_files_than_it_has_buffers_for),
        cmocka_unit_test(a_ring_that_is_refused_is_left_out_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
