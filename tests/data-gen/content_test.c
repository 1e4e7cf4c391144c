// SPDX-License-Identifier: MIT
#include "data-gen/content.h"

#include "tests/support.h"

/* Computed by another program, whose SplitMix64 gives the published numbers. */
static void the_content_is_known(void **state)
{
    static const struct {
        uint64_t file;
        unsigned char bytes[20];
    } known[] = {
        {0, {0xa1, 0x0f, 0xc7, 0x0e, 0x30, 0x1a, 0xc6, 0x85, 0x78, 0x0b,
             0xef, 0xe1, 0xa6, 0xc2, 0x52, 0x49, 0x4b, 0x88, 0x59, 0x83}},
        {1, {0xc7, 0x4c, 0xdc, 0x31, 0x54, 0x71, 0xa5, 0x21, 0x52, 0x87,
             0xc3, 0x1c, 0x10, 0x6c, 0xa2, 0xe1, 0xc8, 0x12, 0x24, 0x85}},
        {7, {0x87, 0x37, 0xea, 0x6e, 0xc9, 0x24, 0xc3, 0x57, 0x67, 0xcd,
             0xda, 0x45, 0xce, 0xc0, 0xa3, 0x45, 0x7a, 0xae, 0x0e, 0x1d}},
    };
    unsigned char bytes[20];
    (void)state;
    for (size_t i = 0; i < LENGTH(known); i++) {
        content_fill(1, known[i].file, 0, bytes, sizeof bytes);
        assert_memory_equal(bytes, known[i].bytes, sizeof bytes);
    }
    assert_int_equal(content_sum(1, 3, 100003, 512), 26406);
    assert_int_equal(content_sum(1, 3, 100003, 1), 12747050);
}

static void a_smaller_file_is_the_beginning_of_a_larger_one(void **state)
{
    unsigned char whole[5000];
    unsigned char piece[5000];
    (void)state;
    content_fill(CONTENT_SEED, 3, 0, whole, sizeof whole);
    for (size_t length = 0; length < 40; length++) {
        for (size_t offset = 0; offset < sizeof whole - 40; offset += 8) {
            content_fill(CONTENT_SEED, 3, offset, piece, length);
            assert_memory_equal(piece, whole + offset, length);
        }
    }
}

static void files_and_seeds_differ(void **state)
{
    unsigned char a[64];
    unsigned char b[64];
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        content_fill(i / 10, i % 10, 0, a, sizeof a);
        for (uint64_t k = 0; k < i; k++) {
            content_fill(k / 10, k % 10, 0, b, sizeof b);
            assert_memory_not_equal(a, b, sizeof a);
        }
    }
}

/* Each byte of each length decides, and none beyond it. */
static void any_other_byte_is_noticed(void **state)
{
    unsigned char bytes[41];
    (void)state;
    content_fill(CONTENT_SEED, 3, 16, bytes, sizeof bytes);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        assert_true(content_is(CONTENT_SEED, 3, 16, bytes, length));
        for (size_t at = 0; at < sizeof bytes; at++) {
            bytes[at] ^= 0x10;
            assert_int_equal(content_is(CONTENT_SEED, 3, 16, bytes, length), at >= length);
            bytes[at] ^= 0x10;
        }
    }
    assert_false(content_is(CONTENT_SEED, 3, 8, bytes, sizeof bytes));
    assert_false(content_is(CONTENT_SEED, 2, 16, bytes, sizeof bytes));
    assert_false(content_is(CONTENT_SEED + 1, 3, 16, bytes, sizeof bytes));
}

static void the_sum_is_that_of_the_bytes(void **state)
{
    static const uint64_t strides[] = {1,   2,   3,    7,    8,    9,     64,    511,
                                       512, 513, 4096, 5000, 9999, 10000, 10001, UINT64_C(1) << 50};
    unsigned char bytes[10001];
    (void)state;
    content_fill(CONTENT_SEED, 5, 0, bytes, sizeof bytes);
    for (size_t i = 0; i < LENGTH(strides); i++) {
        for (size_t length = 0; length <= sizeof bytes; length = length * 2 + 1) {
            uint64_t sum = 0;
            for (uint64_t at = 0; at < length; at += strides[i])
                sum += bytes[at];
            assert_int_equal(content_sum(CONTENT_SEED, 5, length, strides[i]), sum);
        }
    }
}

/* With 4096 of each of the 256 bytes expected, seven standard deviations are 448. Pairs of bytes
 * a page and a word apart must differ as often as chance has it, or they would compress. */
static void the_content_cannot_be_compressed(void **state)
{
    enum { BYTES = 1 << 20 };
    size_t counts[256] = {0};
    size_t equal_in_page = 0;
    size_t equal_in_word = 0;
    unsigned char *bytes = malloc(BYTES);
    (void)state;
    assert_non_null(bytes);
    content_fill(CONTENT_SEED, 0, 0, bytes, BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        counts[bytes[i]]++;
        equal_in_page += i >= 4096 && bytes[i] == bytes[i - 4096];
        equal_in_word += i >= 8 && bytes[i] == bytes[i - 8];
    }
    free(bytes);
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_in_range(counts[i], 4096 - 448, 4096 + 448);
    assert_in_range(equal_in_page, 4096 - 448, 4096 + 448);
    assert_in_range(equal_in_word, 4096 - 448, 4096 + 448);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_is_known),
        cmocka_unit_test(a_smaller_file_is_the_beginning_of_a_larger_one),
        cmocka_unit_test(files_and_seeds_differ),
        cmocka_unit_test(any_other_byte_is_noticed),
        cmocka_unit_test(the_sum_is_that_of_the_bytes),
        cmocka_unit_test(the_content_cannot_be_compressed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
