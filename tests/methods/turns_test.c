// SPDX-License-Identifier: MIT
/* What must not depend on how many files there are: what one turn of the loop takes, the buffers,
 * and the reads asked for; and what must not depend on the method: the order of the files. */
#include "calls.h"

#include "platform/page_cache.h"
#include "work/scan.h"

enum { CHUNK_BYTES = 128 * 1024, CHUNKS = 2, FEW = 8, MANY = 256 };

/* The most that a method may take in one turn; a chunk more is what it began with before. */
enum { TURN_BYTES_MOST = 1024 * 1024 + CHUNK_BYTES };

static size_t most_touched;
static size_t most_asked;

static void before_wait(uv_prepare_t *wait)
{
    (void)wait;
    most_touched = touched_bytes > most_touched ? touched_bytes : most_touched;
    most_asked = asked_bytes > most_asked ? asked_bytes : most_asked;
    touched_bytes = 0;
    asked_bytes = 0;
}

static const struct setting watched = {
    .stride = 512, .chunk = CHUNK_BYTES, .before_wait = before_wait};

static void make_files(const char *dir, size_t count)
{
    uint64_t sizes[MANY];
    for (size_t i = 0; i < count; i++)
        sizes[i] = (uint64_t)CHUNKS * CHUNK_BYTES;
    file_set_make(dir, sizes, count);
}

/* The article's methods, and those that show the hazard, have all files under way at once. */
static bool is_remedy(const struct method *method)
{
    return method->concurrency == ASYNC && method_kind(method) == &scan_kind &&
           method->chunk_bytes != METHOD_WHOLE_FILE && method != method_find("async-read");
}

static void one_turn_takes_no_more_when_there_are_many_files(void **state)
{
    for (size_t count = FEW; count <= MANY; count *= MANY / FEW) {
        make_files(*state, count);
        for (size_t i = 0; methods[i] != NULL; i++) {
            if (!is_remedy(methods[i]) || !runnable(methods[i]))
                continue;
            reset();
            most_touched = 0;
            most_asked = 0;
            assert_int_equal(work_on_folder(methods[i], *state, &watched), 0);
            if (most_touched > TURN_BYTES_MOST || most_asked > TURN_BYTES_MOST)
                fail_msg("%s, %zu files: %zu bytes touched, %zu asked for in one turn",
                         methods[i]->name, count, most_touched, most_asked);
        }
    }
}

/* What does not care holds the loop for all that there is; so the test sees it. */
static void the_hazard_takes_everything_in_one_turn(void **state)
{
    make_files(*state, FEW);
    reset();
    most_touched = 0;
    assert_int_equal(work_on_folder(method_find("async-mmap"), *state, &watched), 0);
    assert_int_equal(most_touched, FEW * CHUNKS * CHUNK_BYTES);
}

/* A buffer for each file. */
static bool grows_with_the_files(const struct method *method)
{
    return method->concurrency == THREADS || method == method_find("async-read") ||
           method == method_find("async-copy-read") || method == method_find("async-send-read");
}

/* A buffer for each read that may be in flight, and no depth where nothing is read; one that a
 * method has in its timed part is not of these. */
static size_t expected_bytes(const struct method *method)
{
    return depth < 0 || method->chunk_bytes == METHOD_WHOLE_FILE ? 0 : (size_t)depth * CHUNK_BYTES;
}

static size_t allocated[64];

static void buffers_and_reads_in_flight_do_not_grow_with_the_files(void **state)
{
    for (size_t count = FEW; count <= MANY; count *= MANY / FEW) {
        make_files(*state, count);
        for (size_t i = 0; methods[i] != NULL; i++) {
            if (!runnable(methods[i]))
                continue;
            reset();
            assert_int_equal(work_on_folder(methods[i], *state, &watched), 0);
            if (methods[i]->io == READ)
                assert_true(depth > 0);
            assert_int_equal(allocated_bytes, expected_bytes(methods[i]));
            if (count == MANY && !grows_with_the_files(methods[i]))
                assert_int_equal(allocated_bytes, allocated[i]);
            allocated[i] = allocated_bytes;
        }
    }
}

static void depth_is_what_the_method_is_about(void **state)
{
    static const struct {
        const char *name;
        int64_t depth;
    } rows[] = {
        {"single-read", 1},       {"threads-read", FEW},    {"async-read", FEW},
        {"async-read-large", 8},  {"single-mmap", -1},      {"async-mmap-offload", -1},
        {"single-copy-read", 1},  {"single-copy-whole", 1}, {"threads-copy-read", FEW},
        {"single-copy-mmap", -1}, {"single-send-read", 1},  {"single-send-sendfile", -1},
    };
    make_files(*state, FEW);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        reset();
        assert_int_equal(work_on_folder(method_find(rows[i].name), *state, &watched), 0);
        assert_int_equal(depth, rows[i].depth);
    }
}

enum { CPUS = 3 };

int __wrap_host_cpu_count(void)
{
    return CPUS;
}

static uv_sem_t held;
static int let_go;
static int most_under_way;

static void find_turns(uv_handle_t *handle, void *has_turns)
{
    *(bool *)has_turns |= handle->type == UV_IDLE && uv_is_active(handle);
}

/* Nothing more is asked of the pool when the loop is about to wait: then one touch may go on. */
static void let_one_go(uv_prepare_t *wait)
{
    const int under_way = calls[CALL_UV_QUEUE_WORK].count - let_go;
    bool has_turns = false;
    uv_walk(wait->loop, find_turns, &has_turns);
    if (has_turns)
        return;
    most_under_way = under_way > most_under_way ? under_way : most_under_way;
    let_go++;
    uv_sem_post(&held);
}

/* More would wait for a CPU, and the loop with them. */
static void hybrid_has_the_pool_touch_as_many_chunks_as_there_are_cpus(void **state)
{
    const struct setting holding = {.stride = 512, .chunk = CHUNK_BYTES, .before_wait = let_one_go};
    const struct method *hybrid = method_find("async-mmap-hybrid");
    make_files(*state, FEW);
    if (!runnable(hybrid))
        skip();
    assert_int_equal(uv_sem_init(&held, 0), 0);
    hold_touches = &held;
    assert_int_equal(work_on_folder(hybrid, *state, &holding), 0);
    hold_touches = NULL;
    uv_sem_destroy(&held);
    if (calls[CALL_PREAD].count > 0)
        skip(); /* the files are not known to be cached */
    assert_int_equal(most_under_way, CPUS);
}

static ino_t inode_of_path(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_ino;
}

/* Threads begin when the system lets them. */
static void every_method_takes_the_files_in_their_order(void **state)
{
    enum { COUNT = 20 };
    struct file_set files;
    make_files(*state, COUNT);
    file_set_get(&files, *state, 512);
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (methods[i]->concurrency == THREADS || !runnable(methods[i]))
            continue;
        reset();
        assert_int_equal(work_on_folder(methods[i], *state, &watched), 0);
        assert_int_equal(begun.count, COUNT);
        for (size_t k = 0; k < COUNT; k++) {
            if (begun.files[k] != inode_of_path(files.files[k].path))
                fail_msg("%s begins with another file as number %zu", methods[i]->name, k);
        }
    }
    file_set_free(&files);
}

static uint64_t resident_bytes;

static void look(const struct file_set *files)
{
    resident_bytes = 0;
    for (size_t i = 0; i < files->count; i++) {
        uint64_t resident = 0;
        page_cache_resident(files->files[i].fd, files->files[i].bytes, &resident);
        resident_bytes += resident;
    }
}

/* Whether the files of the folder can be made cold here, and stay so when they are mapped: a
 * debugger reads new mappings. */
static bool make_cold(const char *dir)
{
    struct file_set files;
    struct work scan;
    struct error error;
    file_set_get(&files, dir, 512);
    assert_int_equal(file_set_open(&files, &error), 0);
    for (size_t i = 0; i < files.count; i++)
        page_cache_evict(files.files[i].fd);
    work_init(&scan, &(struct work_settings){.stride_bytes = 512}, &files, NULL, CHUNK_BYTES);
    assert_int_equal(work_map_files(&scan), 0);
    look(&files);
    work_release(&scan);
    work_free(&scan);
    file_set_free(&files);
    return resident_bytes == 0;
}

static void to_prepare_brings_nothing_into_the_cache(void **state)
{
    const struct setting looked = {.stride = 512, .chunk = CHUNK_BYTES, .before_start = look};
    make_files(*state, FEW);
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (!runnable(methods[i]))
            continue;
        if (!make_cold(*state))
            skip();
        reset();
        assert_int_equal(work_on_folder(methods[i], *state, &looked), 0);
        assert_int_equal(resident_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(one_turn_takes_no_more_when_there_are_many_files),
        FOLDER_TEST(the_hazard_takes_everything_in_one_turn),
        FOLDER_TEST(buffers_and_reads_in_flight_do_not_grow_with_the_files),
        FOLDER_TEST(depth_is_what_the_method_is_about),
        FOLDER_TEST(hybrid_has_the_pool_touch_as_many_chunks_as_there_are_cpus),
        FOLDER_TEST(every_method_takes_the_files_in_their_order),
        FOLDER_TEST(to_prepare_brings_nothing_into_the_cache),
    };
    setenv("UV_THREADPOOL_SIZE", "1",
           1); /* so that the pool does things in the order it is asked */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
