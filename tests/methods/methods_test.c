// SPDX-License-Identifier: MIT
/* Walks the list of methods: a method is tested the moment it is listed. */
#include "calls.h"

#include "work/touch.h"

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
            /* The pool, or the device, has what the page cache does not give. */
            const bool goes_on =
                (call == CALL_PREADV2 && calls[call].error == EAGAIN) ||
                (call == CALL_MINCORE && methods[i] == method_find("async-read-hybrid"));
            const bool failed = calls[call].count > calls[call].fail_at && !goes_on;
            const int expected = failed ? -calls[call].error : 0;
            if (code != expected)
                fail_msg("%s, call %d failing with %d: %d and not %d", methods[i]->name, (int)call,
                         calls[call].error, code, expected);
        }
    }
}

static void a_read_that_a_signal_interrupts_is_repeated(void **state)
{
    file_set_make(*state, six_sizes, LENGTH(six_sizes));
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (!runnable(methods[i]))
            continue;
        reset();
        calls[CALL_PREAD].fail_at = 1;
        calls[CALL_PREAD].error = EINTR;
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
        file_set_make(*state, sizes, LENGTH(sizes));
        if (!runnable(methods[i]))
            continue;
        reset();
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
