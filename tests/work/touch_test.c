// SPDX-License-Identifier: MIT
#include "work/fault.h"
#include "work/touch.h"

#include "tests/support.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int interrupt_after = -1; /* this many looks; -1: never */

int __wrap_interrupt_signal(void)
{
    if (interrupt_after > 0)
        interrupt_after--;
    return interrupt_after == 0 ? SIGTERM : 0;
}

static const uint64_t strides[] = {1, 2, 7, 511, 512, 513, 4096, 5000, UINT64_C(1) << 50};

/* By the definition: the bytes whose position in the file is a multiple of the stride. */
static uint64_t sum_by_definition(const unsigned char *bytes, uint64_t offset, size_t length,
                                  uint64_t stride)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (offset + i) % stride == 0 ? bytes[i] : 0;
    return sum;
}

static void touch_counts_positions_from_the_beginning_of_the_file(void **state)
{
    static const uint64_t offsets[] = {0, 1, 511, 512, 4097, (UINT64_C(1) << 50) - 3};
    unsigned char bytes[10001];
    (void)state;
    content_fill(CONTENT_SEED, 0, 0, bytes, sizeof bytes);
    for (size_t i = 0; i < LENGTH(strides); i++) {
        for (size_t k = 0; k < LENGTH(offsets); k++) {
            for (size_t length = 0; length <= sizeof bytes; length = length * 3 + 1)
                assert_int_equal(touch(bytes, offsets[k], length, strides[i]),
                                 sum_by_definition(bytes, offsets[k], length, strides[i]));
        }
    }
}

static void it_does_not_matter_how_a_file_is_cut(void **state)
{
    static const size_t pieces[] = {1, 3, 511, 512, 513, 4096};
    unsigned char bytes[10001];
    (void)state;
    content_fill(CONTENT_SEED, 1, 0, bytes, sizeof bytes);
    for (size_t i = 0; i < LENGTH(strides); i++) {
        for (size_t k = 0; k < LENGTH(pieces); k++) {
            uint64_t sum = 0;
            for (size_t at = 0; at < sizeof bytes; at += pieces[k]) {
                const size_t left = sizeof bytes - at;
                sum += touch(bytes + at, at, left < pieces[k] ? left : pieces[k], strides[i]);
            }
            assert_int_equal(sum, touch(bytes, 0, sizeof bytes, strides[i]));
        }
    }
}

enum { BIG_BYTES = (9 << 20) + 77 };

/* Memory that is larger than a slice of touch_mapping. */
static unsigned char *big_bytes(void)
{
    unsigned char *bytes = malloc(BIG_BYTES);
    assert_non_null(bytes);
    content_fill(CONTENT_SEED, 2, 0, bytes, BIG_BYTES);
    return bytes;
}

static void a_mapping_gives_the_sum_of_its_bytes(void **state)
{
    unsigned char *bytes = big_bytes();
    (void)state;
    for (size_t i = 0; i < LENGTH(strides); i++) {
        uint64_t sum = 1000;
        assert_int_equal(touch_mapping(bytes, 0, BIG_BYTES, strides[i], &sum), 0);
        assert_int_equal(sum, 1000 + sum_by_definition(bytes, 0, BIG_BYTES, strides[i]));
    }
    free(bytes);
}

static void a_piece_of_a_mapping_gives_the_sum_of_that_piece(void **state)
{
    unsigned char *bytes = big_bytes();
    uint64_t sum = 0;
    (void)state;
    assert_int_equal(touch_mapping(bytes, 1000, BIG_BYTES - 2000, 7, &sum), 0);
    assert_int_equal(sum, sum_by_definition(bytes + 1000, 1000, BIG_BYTES - 2000, 7));
    free(bytes);
}

static void an_empty_mapping_gives_nothing(void **state)
{
    uint64_t sum = 5;
    (void)state;
    assert_int_equal(touch_mapping(NULL, 0, 0, 512, &sum), 0);
    assert_int_equal(sum, 5);
}

static void an_interrupt_ends_a_mapping_after_a_slice(void **state)
{
    unsigned char *bytes = big_bytes();
    uint64_t sum = 0;
    (void)state;
    interrupt_after = 2;
    assert_int_equal(touch_mapping(bytes, 0, BIG_BYTES, 1, &sum), -ECANCELED);
    interrupt_after = -1;
    assert_in_range(sum, 1, sum_by_definition(bytes, 0, BIG_BYTES, 1) - 1);
    free(bytes);
}

/* Maps a file of three pages that is then cut to one. */
static unsigned char *map_cut_file(const char *dir, size_t page)
{
    const uint64_t bytes = 3 * page;
    file_set_make(dir, &bytes, 1);
    char *path = files_join(dir, "scan-0000.bin");
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    unsigned char *map = mmap(NULL, 3 * page, PROT_READ, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(map, MAP_FAILED);
    assert_int_equal(ftruncate(fd, (off_t)page), 0);
    close(fd);
    free(path);
    return map;
}

static void a_page_that_cannot_be_read_is_an_error_each_time(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *map = map_cut_file(*state, page);
    fault_catch();
    for (int again = 0; again < 3; again++) {
        uint64_t sum = 0;
        assert_int_equal(touch_mapping(map, 0, 3 * page, 512, &sum), -EIO);
        assert_int_equal(touch_mapping(map, 0, page, 512, &sum), 0);
        assert_int_equal(sum, content_sum(CONTENT_SEED, 0, page, 512));
    }
    munmap(map, 3 * page);
}

static void a_fault_outside_of_a_scan_still_ends_the_program(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *map = map_cut_file(*state, page);
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {.rlim_cur = 0};
        setrlimit(RLIMIT_CORE, &no_core);
        uint64_t sum = 0;
        fault_catch();
        touch_mapping(map, 0, 3 * page, 512, &sum);
        _exit(*(volatile unsigned char *)(map + page));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGBUS);
    munmap(map, 3 * page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(touch_counts_positions_from_the_beginning_of_the_file),
        cmocka_unit_test(it_does_not_matter_how_a_file_is_cut),
        cmocka_unit_test(a_mapping_gives_the_sum_of_its_bytes),
        cmocka_unit_test(a_piece_of_a_mapping_gives_the_sum_of_that_piece),
        cmocka_unit_test(an_empty_mapping_gives_nothing),
        cmocka_unit_test(an_interrupt_ends_a_mapping_after_a_slice),
        FOLDER_TEST(a_page_that_cannot_be_read_is_an_error_each_time),
        FOLDER_TEST(a_fault_outside_of_a_scan_still_ends_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
