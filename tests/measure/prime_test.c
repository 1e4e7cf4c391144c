// SPDX-License-Identifier: MIT
/* A cache is filled with every byte, or every page, of a file. */
#include "measure/prime.h"

#include "tests/support.h"
#include "work/touch.h"

#include <errno.h>
#include <sys/mman.h>

enum { MIB = 1 << 20 };

static const struct script *script;
static char told[512];

/* What the fakes answer, read by read; 0 where nothing more is asked. */
struct script {
    long reads[6]; /* bytes, or a negative errno */
    size_t interrupted_after;
    int mapping;
    int advice;
    int touch;
};

static size_t reads;

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

ssize_t __wrap_pread(int fd, void *buffer, size_t bytes, off_t offset)
{
    (void)buffer;
    const long answer = script->reads[reads++];
    tell("%d:%zu@%lld ", fd, bytes, (long long)offset);
    errno = answer < 0 ? (int)-answer : 0;
    return answer < 0 ? -1 : answer;
}

int __wrap_interrupt_signal(void)
{
    return script->interrupted_after != 0 && reads >= script->interrupted_after ? 2 : 0;
}

static char memory[1];

void *__wrap_mmap(void *address, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    assert_true(address == NULL && protection == PROT_READ && flags == MAP_SHARED && offset == 0);
    tell("map %d:%zu ", fd, bytes);
    errno = script->mapping;
    return script->mapping != 0 ? MAP_FAILED : memory;
}

int __wrap_madvise(void *address, size_t bytes, int advice)
{
    tell("advise %d:%zu:%d ", address == memory, bytes, advice == MADV_RANDOM);
    errno = script->advice;
    return script->advice != 0 ? -1 : 0;
}

int __wrap_munmap(void *address, size_t bytes)
{
    tell("unmap %d:%zu ", address == memory, bytes);
    return 0;
}

int __wrap_touch_mapping(const unsigned char *map, uint64_t offset, uint64_t bytes,
                         uint64_t stride_bytes, uint64_t *sum)
{
    tell("touch %d:%llu+%llu:%d ", map == (const unsigned char *)memory, (unsigned long long)offset,
         (unsigned long long)bytes, stride_bytes == (uint64_t)sysconf(_SC_PAGESIZE) && *sum == 0);
    return script->touch;
}

struct expectation {
    uint64_t bytes;
    struct script script;
    int code;
    const char *told;
};

static void expect(int (*fill)(int fd, uint64_t bytes), const struct expectation *cases,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        script = &cases[i].script;
        told[0] = '\0';
        reads = 0;
        assert_int_equal(fill(7, cases[i].bytes), cases[i].code);
        assert_string_equal(told, cases[i].told);
    }
}

static void plain_reads_go_from_the_beginning_to_the_end(void **state)
{
    static const struct expectation cases[] = {
        {0, {.reads = {0}}, 0, ""},
        {1, {.reads = {1}}, 0, "7:1048576@0 "},
        {MIB, {.reads = {MIB}}, 0, "7:1048576@0 "},
        {MIB + 5, {.reads = {MIB, 5}}, 0, "7:1048576@0 7:1048576@1048576 "},
        {10, {.reads = {3, -EINTR, 7}}, 0, "7:1048576@0 7:1048576@3 7:1048576@3 "},
        {10, {.reads = {3, -EIO}}, -EIO, "7:1048576@0 7:1048576@3 "},
        {10, {.reads = {3, 0}}, -ENODATA, "7:1048576@0 7:1048576@3 "},
        {10, {.reads = {3, 7}, .interrupted_after = 1}, -ECANCELED, "7:1048576@0 "},
        {10, {.reads = {-EINTR}, .interrupted_after = 1}, -ECANCELED, "7:1048576@0 "},
    };
    (void)state;
    expect(prime_by_read, cases, LENGTH(cases));
}

static void every_page_is_touched_without_readahead(void **state)
{
    static const struct expectation cases[] = {
        {0, {.reads = {0}}, 0, ""},
        {1, {.reads = {0}}, 0, "map 7:1 advise 1:1:1 touch 1:0+1:1 unmap 1:1 "},
        {9000, {.reads = {0}}, 0, "map 7:9000 advise 1:9000:1 touch 1:0+9000:1 unmap 1:9000 "},
        {9000, {.mapping = ENODEV}, -ENODEV, "map 7:9000 "},
        {9000, {.advice = EINVAL}, -EINVAL, "map 7:9000 advise 1:9000:1 unmap 1:9000 "},
        {9000,
         {.touch = -EFAULT},
         -EFAULT,
         "map 7:9000 advise 1:9000:1 touch 1:0+9000:1 unmap 1:9000 "},
    };
    (void)state;
    expect(prime_by_page, cases, LENGTH(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_reads_go_from_the_beginning_to_the_end),
        cmocka_unit_test(every_page_is_touched_without_readahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
