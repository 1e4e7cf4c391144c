// SPDX-License-Identifier: MIT
/* The reasons why a call cannot be had, for every answer of a system that refuses it. */
#ifdef __linux__
#include "platform/ahead.h"

#include "tests/support.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>

static int refused; /* what every one of the calls fails with; 0: it is the system's own */

int __real_madvise(void *address, size_t length, int advice);
int __wrap_madvise(void *address, size_t length, int advice)
{
    errno = refused;
    return refused == 0 ? __real_madvise(address, length, advice) : -1;
}

ssize_t __real_readahead(int fd, off_t offset, size_t length);
ssize_t __wrap_readahead(int fd, off_t offset, size_t length)
{
    errno = refused;
    return refused == 0 ? __real_readahead(fd, offset, length) : -1;
}

ssize_t __real_preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags);
ssize_t __wrap_preadv2(int fd, const struct iovec *parts, int count, off_t offset, int flags)
{
    errno = refused;
    return refused == 0 ? __real_preadv2(fd, parts, count, offset, flags) : -1;
}

static const struct {
    const char *(*unsupported)(void);
    const char *name;
    const char *version;
} calls[] = {
    {ahead_advise_unsupported, "madvise", "Linux"},
    {ahead_read_unsupported, "readahead", "Linux"},
    {ahead_populate_unsupported, "MADV_POPULATE_READ", "Linux 5.14"},
    {ahead_read_nowait_unsupported, "preadv2", "Linux 4.14"},
};

static void a_call_that_is_refused_has_a_reason_whatever_the_answer(void **state)
{
    static const struct {
        int error;
        bool forbidden;
    } answers[] = {
        {EPERM, true}, {EACCES, true}, {ENOSYS, false}, {EINVAL, false}, {EOPNOTSUPP, false}};
    (void)state;
    for (size_t i = 0; i < LENGTH(calls); i++) {
        for (size_t k = 0; k < LENGTH(answers); k++) {
            refused = answers[k].error;
            const char *reason = calls[i].unsupported();
            refused = 0;
            assert_non_null(reason);
            assert_non_null(strstr(reason, calls[i].name));
            assert_non_null(strstr(reason, answers[k].forbidden ? "forbidden" : calls[i].version));
        }
    }
}

static void a_call_that_every_system_has_has_none(void **state)
{
    (void)state;
    assert_null(ahead_advise_unsupported());
    assert_null(ahead_read_unsupported());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_is_refused_has_a_reason_whatever_the_answer),
        cmocka_unit_test(a_call_that_every_system_has_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
