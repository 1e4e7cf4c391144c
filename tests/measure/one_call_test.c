// SPDX-License-Identifier: MIT
/* What one call brings in, with a page cache that a test makes up. */
#include "measure/one_call.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/mman.h>

static const uint64_t file_bytes[] = {1 << 20};
static uint64_t comes[8]; /* bytes more at each look, after the call; the last one comes for ever */
static uint64_t there;
static int looks; /* since the call */
static int evictions;
static int refused_look; /* a negative errno of every look */
static int refused_call;
static uint64_t asked[2]; /* by readahead, by madvise */
static bool never_cold;
static unsigned slept_ms;

static void reset(void)
{
    memset(comes, 0, sizeof comes);
    memset(asked, 0, sizeof asked);
    there = file_bytes[0];
    evictions = refused_look = refused_call = 0;
    never_cold = false;
    slept_ms = 0;
}

int __wrap_page_cache_evict(int fd);
int __wrap_page_cache_evict(int fd)
{
    (void)fd;
    evictions++;
    looks = -1;
    there = never_cold ? 4096 : 0;
    return 0;
}

int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes);
int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    (void)fd;
    assert_int_equal(bytes, file_bytes[0]);
    if (looks >= 0)
        there += comes[looks < 7 ? looks++ : 7];
    *resident_bytes = there;
    return refused_look;
}

int __wrap_ahead_read(int fd, uint64_t offset, size_t length);
int __wrap_ahead_read(int fd, uint64_t offset, size_t length)
{
    (void)fd;
    assert_int_equal(offset, 0);
    asked[0] += length;
    looks = 0;
    return refused_call;
}

int __wrap_madvise(void *address, size_t length, int advice);
int __wrap_madvise(void *address, size_t length, int advice)
{
    (void)address;
    if (advice != MADV_WILLNEED)
        return 0;
    asked[1] += length;
    looks = 0;
    errno = -refused_call;
    return refused_call == 0 ? 0 : -1;
}

void __wrap_uv_sleep(unsigned milliseconds);
void __wrap_uv_sleep(unsigned milliseconds)
{
    slept_ms += milliseconds;
}

static struct one_call measure(const char *dir)
{
    struct file_set files;
    file_set_make(dir, file_bytes, LENGTH(file_bytes));
    file_set_get(&files, dir, 512);
    const struct one_call found = one_call_measure(&files);
    file_set_free(&files);
    return found;
}

/* It comes in parts, with a pause between them. */
static void all_that_comes_after_one_call_is_counted(void **state)
{
    static const uint64_t parts[8] = {0, 4096, 0, 0, 65536, 0, 0, 0};
    reset();
    memcpy(comes, parts, sizeof comes);
    const struct one_call found = measure(*state);
    assert_int_equal(found.readahead_bytes, 69632);
    assert_int_equal(found.willneed_bytes, 69632);
    assert_int_equal(asked[0], file_bytes[0]);
    assert_int_equal(asked[1], file_bytes[0]);
    assert_int_equal(evictions, 2);
    assert_int_equal(slept_ms, 2 * (5 + 25) * 2); /* until nothing has come for 50 ms */
}

static void what_cannot_be_seen_or_asked_is_unknown(void **state)
{
    for (int i = 0; i < 3; i++) {
        reset();
        refused_look = i == 0 ? -ENOTSUP : 0;
        refused_call = i == 1 ? -ENOSYS : 0;
        never_cold = i == 2;
        const struct one_call found = measure(*state);
        assert_int_equal(found.readahead_bytes, -1);
        assert_int_equal(found.willneed_bytes, -1);
    }
}

/* A cache that fills for ever (somebody else reads the file) does not hold the run up. */
static void the_wait_has_an_end(void **state)
{
    reset();
    comes[7] = 4096;
    assert_int_equal(measure(*state).readahead_bytes, INT64_C(993) * 4096);
    assert_int_equal(slept_ms, 2 * 1000 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(all_that_comes_after_one_call_is_counted),
        FOLDER_TEST(what_cannot_be_seen_or_asked_is_unknown),
        FOLDER_TEST(the_wait_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
