// SPDX-License-Identifier: MIT
#include "platform/memory.h"

#include "tests/support.h"

#include <sys/mman.h>

enum { HUGE_PAGE_BYTES = 1 << 21 };

static uintptr_t advised;
static size_t advised_bytes;
static int last_advice;

int __wrap_madvise(void *address, size_t length, int advice)
{
    advised = (uintptr_t)address;
    advised_bytes = length;
    last_advice = advice;
    return 0;
}

static const size_t sizes[] = {0,
                               1,
                               4096,
                               65536,
                               HUGE_PAGE_BYTES - 1,
                               HUGE_PAGE_BYTES,
                               HUGE_PAGE_BYTES + 1,
                               5 * HUGE_PAGE_BYTES};

static void memory_is_of_whole_huge_pages_however_small(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        advised_bytes = 0;
        void *memory = memory_allocate(sizes[i]);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % HUGE_PAGE_BYTES, 0);
#ifdef MADV_HUGEPAGE
        assert_int_equal(last_advice, MADV_HUGEPAGE);
        assert_int_equal(advised, (uintptr_t)memory);
        assert_int_equal(advised_bytes % HUGE_PAGE_BYTES, 0);
        assert_true(advised_bytes >= sizes[i] && advised_bytes > 0);
#endif
        free(memory);
    }
}

static void memory_was_touched(void **state)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char present[5 * HUGE_PAGE_BYTES / 4096];
    (void)state;
    for (size_t i = 2; i < LENGTH(sizes); i++) {
        void *memory = memory_allocate(sizes[i]);
        assert_non_null(memory);
        assert_int_equal(mincore(memory, sizes[i], (void *)present), 0);
        for (size_t page = 0; page < sizes[i] / page_bytes; page++)
            assert_int_equal(present[page] & 1, 1);
        free(memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_of_whole_huge_pages_however_small),
        cmocka_unit_test(memory_was_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
