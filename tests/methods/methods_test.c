// SPDX-License-Identifier: MIT
/* Walks the list of methods: a method is tested the moment it is listed. */
#include "calls.h"

#include "work/fault.h"

static const uint64_t odd_sizes[] = {0, 1, 511, 512, 513, 4095, 4096, 4097, 65536, 70001};

static const struct setting settings[] = {
    {.stride = 512, .chunk = 65536},   {.stride = 512, .chunk = 512},
    {.stride = 512, .chunk = 511},     {.stride = 512, .chunk = 513},
    {.stride = 1, .chunk = 4096},      {.stride = 7, .chunk = 1000},
    {.stride = 513, .chunk = 512},     {.stride = 5000, .chunk = 4096},
    {.stride = 1 << 20, .chunk = 100}, {.stride = 4096, .chunk = 1 << 20},
};

/* Every method does its work right on these files in the first so many settings, whole and in
 * pieces that are shorter than what it asked for. */
static void check_every_method(const char *dir, const uint64_t *sizes, size_t count,
                               size_t setting_count)
{
    file_set_make(dir, sizes, count);
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; runnable(methods[i]) && k < setting_count * 2; k++) {
            reset();
            short_transfers = k % 2 == 1;
            assert_int_equal(work_on_folder(methods[i], dir, &settings[k / 2]), 0);
        }
    }
}

static void every_method_does_files_of_odd_sizes(void **state)
{
    check_every_method(*state, odd_sizes, LENGTH(odd_sizes), LENGTH(settings));
}

static void every_method_does_one_file(void **state)
{
    check_every_method(*state, &odd_sizes[LENGTH(odd_sizes) - 1], 1, LENGTH(settings));
}

static void every_method_does_one_empty_file(void **state)
{
    check_every_method(*state, &odd_sizes[0], 1, LENGTH(settings));
}

static void every_method_does_64_files(void **state)
{
    uint64_t sizes[64];
    for (size_t i = 0; i < LENGTH(sizes); i++)
        sizes[i] = i * 131;
    check_every_method(*state, sizes, LENGTH(sizes), 2);
}

/* Six files of a length that several reads are needed for. */
static const uint64_t six_sizes[] = {9000, 9001, 9002, 9003, 9004, 9005};
static const struct setting plain = {.stride = 512, .chunk = 4096};
static const struct setting synced = {.stride = 512, .chunk = 4096, .fsync = true};

/* The calls by which a method works, of those that are counted. */
struct own_calls {
    const char *name;
    enum call calls[4]; /* the last one repeated */
};

static void assert_own_calls(const char *dir, const struct own_calls *own,
                             const struct setting *setting)
{
    const struct method *method = method_find(own->name);
    if (!runnable(method))
        return;
    assert_int_equal(work_on_folder(method, dir, setting), 0);
    for (enum call call = 0; call < CALLS; call++) {
        bool expected = false;
        for (size_t i = 0; i < LENGTH(own->calls); i++)
            expected |= call == own->calls[i];
        if ((calls[call].count > 0) != expected)
            fail_msg("%s makes call %d %d times", own->name, (int)call, calls[call].count);
    }
}

static void each_of_the_six_scans_by_its_own_call(void **state)
{
    static const struct own_calls rows[METHOD_SIX] = {
        {"async-read", {CALL_UV_FS_READ, CALL_UV_FS_READ, CALL_UV_FS_READ, CALL_UV_FS_READ}},
        {"async-mmap", {CALL_MMAP, CALL_MMAP, CALL_MMAP, CALL_MMAP}},
        {"threads-read", {CALL_PREAD, CALL_PTHREAD_CREATE, CALL_PREAD, CALL_PREAD}},
        {"threads-mmap", {CALL_MMAP, CALL_PTHREAD_CREATE, CALL_MMAP, CALL_MMAP}},
        {"single-read", {CALL_PREAD, CALL_PREAD, CALL_PREAD, CALL_PREAD}},
        {"single-mmap", {CALL_MMAP, CALL_MMAP, CALL_MMAP, CALL_MMAP}},
    };
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_own_calls(*state, &rows[i], &plain);
}

/* The last call is the sync, where it is asked for. */
static const struct own_calls blocking_copies[] = {
    {"single-copy-whole", {CALL_PREAD, CALL_PWRITE, CALL_PWRITE, CALL_FSYNC}},
    {"single-copy-mmap", {CALL_MMAP, CALL_FTRUNCATE, CALL_MMAP, CALL_FSYNC}},
    {"single-copy-sendfile", {CALL_SENDFILE, CALL_SENDFILE, CALL_SENDFILE, CALL_FSYNC}},
    {"single-copy-read", {CALL_PREAD, CALL_PWRITE, CALL_PWRITE, CALL_FSYNC}},
    {"single-copy-mmap-write", {CALL_MMAP, CALL_PWRITE, CALL_PWRITE, CALL_FSYNC}},
    {"single-copy-range",
     {CALL_COPY_FILE_RANGE, CALL_COPY_FILE_RANGE, CALL_COPY_FILE_RANGE, CALL_FSYNC}},
    {"threads-copy-read", {CALL_PREAD, CALL_PWRITE, CALL_PTHREAD_CREATE, CALL_FSYNC}},
    {"threads-copy-mmap", {CALL_MMAP, CALL_FTRUNCATE, CALL_PTHREAD_CREATE, CALL_FSYNC}},
};

static void a_copy_that_blocks_is_made_by_its_own_calls_and_synced_when_asked(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; i < LENGTH(blocking_copies); i++) {
        struct own_calls unsynced = blocking_copies[i];
        unsynced.calls[3] = unsynced.calls[2];
        assert_own_calls(*state, &blocking_copies[i], &synced);
        assert_own_calls(*state, &unsynced, &plain);
    }
}

static const struct own_calls blocking_sends[] = {
    {"single-send-read", {CALL_PREAD, CALL_WRITE, CALL_WRITE, CALL_WRITE}},
    {"single-send-mmap", {CALL_MMAP, CALL_WRITE, CALL_WRITE, CALL_WRITE}},
    {"single-send-sendfile", {CALL_SENDFILE, CALL_SENDFILE, CALL_SENDFILE, CALL_SENDFILE}},
    {"single-send-splice", {CALL_PIPE, CALL_SPLICE, CALL_SPLICE, CALL_SPLICE}},
    {"threads-send-sendfile", {CALL_SENDFILE, CALL_PTHREAD_CREATE, CALL_SENDFILE, CALL_SENDFILE}},
};

static void a_send_that_blocks_is_made_by_its_own_calls(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; i < LENGTH(blocking_sends); i++)
        assert_own_calls(*state, &blocking_sends[i], &plain);
}

/* Whether a call that fails so is a failure of the method: the pool, or the device, has what the
 * page cache does not give, and a connection has room later. */
static bool goes_on(const struct method *method, enum call call, int error)
{
    const bool is_nonblocking = method_kind(method) == &send_kind && method->concurrency == ASYNC;
    return (call == CALL_PREADV2 && error == EAGAIN) ||
           (call == CALL_SENDFILE && error == EAGAIN && is_nonblocking) ||
           (call == CALL_MINCORE && method == method_find("async-mmap-hybrid"));
}

static void a_call_that_fails_ends_the_work_with_its_error(void **state)
{
    static const struct {
        int fail_at;
        int error;
    } failures[] = {{0, EIO}, {1, ENOSPC}, {5, EAGAIN}, {0, EBADF}, {5, EBADF}, {7, EIO}};
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; runnable(methods[i]) && k < CALLS * LENGTH(failures); k++) {
            const enum call call = (enum call)(k % CALLS);
            const int error = failures[k / CALLS].error;
            reset();
            calls[call].fail_at = failures[k / CALLS].fail_at;
            calls[call].error = error;
            const int code = work_on_folder(methods[i], *state, &synced);
            const bool failed =
                calls[call].count > calls[call].fail_at && !goes_on(methods[i], call, error);
            const int expected = failed ? -error : 0;
            if (code != expected)
                fail_msg("%s, call %d failing with %d: %d and not %d", methods[i]->name, (int)call,
                         error, code, expected);
        }
    }
}

static void a_call_that_a_signal_interrupts_is_repeated(void **state)
{
    static const enum call repeated[] = {CALL_PREAD,           CALL_PWRITE, CALL_SENDFILE,
                                         CALL_COPY_FILE_RANGE, CALL_WRITE,  CALL_SPLICE};
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (size_t k = 0; runnable(methods[i]) && k < LENGTH(repeated); k++) {
            reset();
            calls[repeated[k]].fail_at = 1;
            calls[repeated[k]].error = EINTR;
            assert_int_equal(work_on_folder(methods[i], *state, &plain), 0);
        }
    }
}

static void cut_to_a_page(const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        assert_int_equal(truncate(files->files[i].path, sysconf(_SC_PAGESIZE)), 0);
}

static void a_file_cut_short_under_a_method_is_an_error(void **state)
{
    const struct setting cut = {.stride = 512, .chunk = 4096, .before_start = cut_to_a_page};
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t sizes[] = {3 * page, 3 * page, 3 * page};
    fault_catch();
    for (size_t i = 0; methods[i] != NULL; i++) {
        file_set_make(*state, sizes, LENGTH(sizes));
        if (!runnable(methods[i]))
            continue;
        reset();
        const int code = work_on_folder(methods[i], *state, &cut);
        /* Which of the two a method finds that maps and reads, is no matter. */
        const bool maps_and_reads = methods[i] == method_find("async-mmap-hybrid");
        const bool maps =
            methods[i]->io == MMAP || methods[i] == method_find("async-send-resident");
        if (code != (maps ? -EIO : -ENODATA) && !(maps_and_reads && code == -ENODATA))
            fail_msg("%s: %d", methods[i]->name, code);
    }
}

static void an_interrupt_ends_a_method_at_once_or_on_its_way(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        for (int at = 0; runnable(methods[i]) && at < 6; at += 3) {
            reset();
            interrupt_at = at;
            assert_int_equal(work_on_folder(methods[i], *state, &plain), -ECANCELED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_method_does_files_of_odd_sizes),
        FOLDER_TEST(every_method_does_one_file),
        FOLDER_TEST(every_method_does_one_empty_file),
        FOLDER_TEST(every_method_does_64_files),
        FOLDER_TEST(each_of_the_six_scans_by_its_own_call),
        FOLDER_TEST(a_copy_that_blocks_is_made_by_its_own_calls_and_synced_when_asked),
        FOLDER_TEST(a_send_that_blocks_is_made_by_its_own_calls),
        FOLDER_TEST(a_call_that_fails_ends_the_work_with_its_error),
        FOLDER_TEST(a_call_that_a_signal_interrupts_is_repeated),
        FOLDER_TEST(a_file_cut_short_under_a_method_is_an_error),
        FOLDER_TEST(an_interrupt_ends_a_method_at_once_or_on_its_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
