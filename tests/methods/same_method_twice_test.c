// SPDX-License-Identifier: MIT
/* A/A runs: one method under two names must not differ from itself on a machine that becomes slower
 * all the time, from the plan to the interval. The clock is a fake that each read moves on, so a
 * run is the same each time; what is measured of it are many runs, each with an order of its own.
 */
#include "measure/protocol.h"
#include "methods/methods.h"
#include "platform/page_cache.h"
#include "record/plan.h"
#include "report/summary.h"

#include "core/random.h"
#include "tests/support.h"

enum { REPEATS = 10, RUNS = 40 };

static double clock_s;
static double slowness; /* of this trial */
static bool is_warm;

uint64_t __wrap_uv_hrtime(void)
{
    return (uint64_t)(clock_s * 1e9);
}

ssize_t __real_pread(int fd, void *buffer, size_t length, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t length, off_t offset)
{
    clock_s += slowness;
    return __real_pread(fd, buffer, length, offset);
}

int __wrap_page_cache_evict(int fd)
{
    (void)fd;
    is_warm = false;
    return 0;
}

int __wrap_prime_by_read(int fd, uint64_t bytes)
{
    (void)fd;
    (void)bytes;
    is_warm = true;
    return 0;
}

int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    (void)fd;
    *resident_bytes = is_warm ? bytes : 0;
    return 0;
}

/* A trial takes 5 % longer than the one before it, and a little more or less by chance. */
static void set_pace(size_t number, uint64_t *random)
{
    slowness = 0.001 * (1 + 0.05 * (double)number) * (1 + (double)random_below(random, 1000) / 5e4);
}

/* One run of both methods as the plan has it. Returns whether its interval tells them apart. */
static bool run_tells_apart(const struct file_set *files, const struct method *a,
                            const struct method *b, uint64_t seed)
{
    const char *const names[] = {a->name, b->name};
    const struct protocol protocol = {.files = (struct file_set *)files,
                                      .settings.stride_bytes = 512};
    struct trial rows[2 * REPEATS];
    struct trials trials = {.rows = rows};
    struct plan plan;
    struct summary summary;
    struct error error;
    uint64_t random = seed;
    plan_make(&plan, names, LENGTH(names), MODE_WARM, REPEATS, seed);
    for (size_t i = 0; i < plan.count; i++) {
        const struct method *method = strcmp(plan.entries[i].method, a->name) == 0 ? a : b;
        set_pace(i, &random);
        assert_int_equal(protocol_trial(&protocol, method, CACHE_WARM, &rows[i], &error), 0);
        rows[i].repeat = (int64_t)plan.entries[i].repeat;
        assert_string_equal(rows[i].status, STATUS_OK);
        trials.count++;
    }
    summary_make(&summary, &trials);
    const struct ratio ratio = summary_ratio(summary_find(&summary, a->name, "warm"),
                                             summary_find(&summary, b->name, "warm"));
    assert_int_equal(ratio.count, REPEATS);
    summary_free(&summary);
    plan_free(&plan);
    return ratio.estimate.low > 1 || ratio.estimate.high < 1;
}

/* In how many of the runs the two are told apart. */
static int count_told_apart(const char *dir, size_t chunk_a, size_t chunk_b)
{
    const uint64_t sizes[] = {32 * 4096};
    struct method a = single_read;
    struct method b = single_read;
    struct file_set files;
    int count = 0;
    a.name = "single-read-a";
    b.name = "single-read-b";
    a.chunk_bytes = chunk_a;
    b.chunk_bytes = chunk_b;
    file_set_make(dir, sizes, LENGTH(sizes));
    file_set_get(&files, dir, 512);
    for (uint64_t seed = 1; seed <= RUNS; seed++)
        count += run_tells_apart(&files, &a, &b, seed);
    file_set_free(&files);
    print_message("told apart in %d of %d runs\n", count, RUNS);
    return count;
}

/* A 95 % interval misses 1 once in twenty runs. */
static void a_method_does_not_differ_from_itself(void **state)
{
    assert_in_range(count_told_apart(*state, 4096, 4096), 0, RUNS / 10);
}

/* A quarter more reads. */
static void a_method_that_takes_longer_is_told_apart(void **state)
{
    assert_in_range(count_told_apart(*state, 5 * 1024, 4096), RUNS * 9 / 10, RUNS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_method_does_not_differ_from_itself),
        FOLDER_TEST(a_method_that_takes_longer_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
