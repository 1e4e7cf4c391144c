// SPDX-License-Identifier: MIT
/* Copies on the loop: in what order they read and write, what they do on the loop itself and how
 * much of it in one turn, and where they are synced. */
#include "calls.h"

enum { CHUNK_BYTES = 64 * 1024, FILES = 3, CHUNKS = 24 };
#define FILE_BYTES ((uint64_t)CHUNKS * CHUNK_BYTES)

static size_t most_touched;
static size_t most_asked;
static size_t first_asked; /* in the first turn that asked for anything */

static void before_wait(uv_prepare_t *wait)
{
    (void)wait;
    most_touched = touched_bytes > most_touched ? touched_bytes : most_touched;
    most_asked = asked_bytes > most_asked ? asked_bytes : most_asked;
    first_asked = first_asked == 0 ? asked_bytes : first_asked;
    touched_bytes = 0;
    asked_bytes = 0;
}

static const struct setting watched = {
    .stride = 512, .chunk = CHUNK_BYTES, .before_wait = before_wait};

/* All that was asked for, in its order. */
static struct step {
    char what;
    int64_t offset;
    size_t length;
} steps[1024];
static size_t step_count;

static void note_step(char what, int64_t offset, size_t length)
{
    assert_in_range(step_count, 0, LENGTH(steps) - 1);
    steps[step_count++] = (struct step){what, offset, length};
}

/* Makes so many files; whether the method can copy them here. Its steps are noted. */
static bool begin(const char *dir, const char *name, uint64_t bytes, size_t count)
{
    uint64_t sizes[FILES];
    for (size_t i = 0; i < count; i++)
        sizes[i] = bytes;
    file_set_make(dir, sizes, count);
    step_count = 0;
    most_touched = 0;
    most_asked = 0;
    first_asked = 0;
    on_transfer = note_step;
    return runnable(method_find(name));
}

static int copy(const char *dir, const char *name, const struct setting *setting)
{
    const int code = work_on_folder(method_find(name), dir, setting);
    on_transfer = NULL;
    return code;
}

static void assert_steps(const struct step *expected, size_t count)
{
    assert_int_equal(step_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(steps[i].what, expected[i].what);
        assert_int_equal(steps[i].offset, expected[i].offset);
        assert_int_equal(steps[i].length, expected[i].length);
    }
}

static void read_writes_a_chunk_before_it_reads_the_next(void **state)
{
    static const struct setting plain = {.stride = 512, .chunk = 4096};
    static const struct step expected[] = {{'r', 0, 4096},    {'w', 0, 4096},   {'r', 4096, 4096},
                                           {'w', 4096, 4096}, {'r', 8192, 808}, {'w', 8192, 808}};
    assert_true(begin(*state, "async-copy-read", 9000, 1));
    assert_int_equal(copy(*state, "async-copy-read", &plain), 0);
    assert_steps(expected, LENGTH(expected));
}

/* So no block of the source begins with a chunk, and none can be shared instead of copied. */
static void offload_begins_no_chunk_at_a_block_unless_blocks_may_be_shared(void **state)
{
    struct setting plain = {.stride = 512, .chunk = 4096};
    static const struct step moved[] = {
        {'s', 0, 1}, {'s', 1, 4096}, {'s', 4097, 4096}, {'s', 8193, 807}};
    static const struct step shared[] = {{'s', 0, 4096}, {'s', 4096, 4096}, {'s', 8192, 808}};
    assert_true(begin(*state, "async-copy-offload", 9000, 1));
    assert_int_equal(copy(*state, "async-copy-offload", &plain), 0);
    assert_steps(moved, LENGTH(moved));
    plain.reflink = true;
    assert_true(begin(*state, "async-copy-offload", 9000, 1));
    assert_int_equal(copy(*state, "async-copy-offload", &plain), 0);
    assert_steps(shared, LENGTH(shared));
}

/* The number of a step that reads or writes the chunk, or that of all steps. */
static size_t find_step(char what, size_t chunk)
{
    size_t i = 0;
    while (i < step_count &&
           (steps[i].what != what || steps[i].offset != (int64_t)(chunk * CHUNK_BYTES)))
        i++;
    return i;
}

static void a_ring_has_several_pieces_in_flight_each_read_before_it_is_written(void **state)
{
    static const char *const names[] = {"async-copy-uring", "async-copy-splice"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!begin(*state, names[i], FILE_BYTES, 1))
            continue;
        assert_int_equal(copy(*state, names[i], &watched), 0);
        assert_in_range(step_count, 2 * CHUNKS, LENGTH(steps) - 1);
        for (size_t k = 0; k < CHUNKS; k++) {
            assert_in_range(find_step('w', k), find_step('r', k) + 1, step_count - 1);
            if (k > 0)
                assert_in_range(find_step('r', k), find_step('r', k - 1) + 1, step_count - 1);
        }
        /* As many as one turn may begin with, by one system call. */
        assert_int_equal(find_step('w', 0) >= 8, true);
        assert_in_range(calls[CALL_URING_SUBMIT].count, 1, 2 * CHUNKS - 7);
        assert_int_equal(calls[CALL_UV_FS_READ].count + calls[CALL_UV_FS_WRITE].count, 0);
    }
}

/* What the ring copies while it is asked is copied on the loop: half of it is read, half written.
 */
static void a_turn_asks_a_ring_for_no_more_than_a_mebibyte(void **state)
{
    static const char *const names[] = {"async-copy-uring", "async-copy-splice"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!begin(*state, names[i], FILE_BYTES, FILES))
            continue;
        assert_int_equal(copy(*state, names[i], &watched), 0);
        assert_int_equal(first_asked, 512 * 1024); /* there is nothing to write yet */
        assert_in_range(most_asked, 512 * 1024, 1024 * 1024);
        assert_int_equal(most_touched, 0);
    }
}

static void what_copies_on_the_loop_copies_everything_in_one_turn(void **state)
{
    static const char *const names[] = {"async-copy-mmap", "async-copy-sendfile"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (!begin(*state, names[i], FILE_BYTES, FILES))
            continue;
        assert_int_equal(copy(*state, names[i], &watched), 0);
        assert_int_equal(most_touched, FILES * FILE_BYTES);
    }
}

static void what_copies_on_the_pool_copies_nothing_on_the_loop(void **state)
{
    static const char *const names[] = {"async-copy-read", "async-copy-offload"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        assert_true(begin(*state, names[i], FILE_BYTES, FILES));
        assert_int_equal(copy(*state, names[i], &watched), 0);
        assert_int_equal(most_touched, 0);
        assert_in_range(step_count, FILES * CHUNKS, LENGTH(steps) - 1);
    }
}

/* The loop is free meanwhile: fsync is the longest wait of all. */
static void every_copy_on_the_loop_is_synced_on_the_pool_once_when_asked(void **state)
{
    static const struct setting synced = {.stride = 512, .chunk = CHUNK_BYTES, .fsync = true};
    for (size_t i = 0; methods[i] != NULL; i++) {
        const char *name = methods[i]->name;
        if (method_kind(methods[i]) != &copy_kind || methods[i]->concurrency != ASYNC ||
            !begin(*state, name, 100000, FILES))
            continue;
        assert_int_equal(copy(*state, name, &watched), 0);
        assert_int_equal(calls[CALL_UV_FS_FSYNC].count, 0);
        assert_true(begin(*state, name, 100000, FILES));
        assert_int_equal(copy(*state, name, &synced), 0);
        assert_int_equal(calls[CALL_UV_FS_FSYNC].count, FILES);
        assert_int_equal(calls[CALL_FSYNC].count, 0);
    }
}

/* All is cached: under an emulator nobody would tell, and a thread of the ring would read. */
int64_t __wrap_page_cache_part_missing(int fd, const unsigned char *map, uint64_t offset,
                                       size_t length)
{
    (void)fd;
    (void)map;
    (void)offset;
    (void)length;
    return 0;
}

/* What a piece that failed has left would come into another file. A turn begins with one piece of
 * that size, and the first of all fails at once; one that is spliced fails when a thread of the
 * ring comes to it, so that nobody knows how many others have begun. */
static void a_ring_that_fails_for_one_file_begins_with_no_other(void **state)
{
    static const struct setting large = {.stride = 512, .chunk = 512 * 1024};
    if (!begin(*state, "async-copy-uring", FILE_BYTES, FILES))
        skip();
    calls[CALL_URING_SUBMIT].fail_at = 0;
    calls[CALL_URING_SUBMIT].error = EBADF;
    assert_int_equal(copy(*state, "async-copy-uring", &large), -EBADF);
    assert_int_equal(step_count, 1);
}

#ifdef HAVE_LIBURING

static bool knows_nothing;

struct io_uring_probe *__real_io_uring_get_probe_ring(struct io_uring *ring);
struct io_uring_probe *__wrap_io_uring_get_probe_ring(struct io_uring *ring)
{
    return knows_nothing ? NULL : __real_io_uring_get_probe_ring(ring);
}

static void a_ring_that_does_not_splice_is_left_out_with_the_reason(void **state)
{
    (void)state;
    if (!runnable(method_find("async-copy-splice")))
        skip();
    knows_nothing = true;
    const char *reason = method_unsupported(method_find("async-copy-splice"), "build");
    knows_nothing = false;
    assert_non_null(reason);
    assert_non_null(strstr(reason, "Linux 5.7"));
}

#else

static void a_ring_that_does_not_splice_is_left_out_with_the_reason(void **state)
{
    (void)state;
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(read_writes_a_chunk_before_it_reads_the_next),
        FOLDER_TEST(offload_begins_no_chunk_at_a_block_unless_blocks_may_be_shared),
        FOLDER_TEST(a_ring_has_several_pieces_in_flight_each_read_before_it_is_written),
        FOLDER_TEST(a_turn_asks_a_ring_for_no_more_than_a_mebibyte),
        FOLDER_TEST(what_copies_on_the_loop_copies_everything_in_one_turn),
        FOLDER_TEST(what_copies_on_the_pool_copies_nothing_on_the_loop),
        FOLDER_TEST(every_copy_on_the_loop_is_synced_on_the_pool_once_when_asked),
        FOLDER_TEST(a_ring_that_fails_for_one_file_begins_with_no_other),
        cmocka_unit_test(a_ring_that_does_not_splice_is_left_out_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
