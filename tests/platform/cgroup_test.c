// SPDX-License-Identifier: MIT
/* Limits of control groups, from made-up folders and the lines of /proc that lead to them. */
#ifdef __linux__
#include "platform/linux/cgroup.h"

#include "tests/support.h"

#include <math.h>

struct file {
    const char *path; /* below the folder of the test */
    const char *text;
};

static void make(const char *dir, const struct file *files, size_t count)
{
    for (size_t i = 0; i < count && files[i].path != NULL; i++)
        file_make(dir, files[i].path, files[i].text);
}

/* One process: its groups, the roots of their mounts, and the files of the folders. */
static const struct {
    const char *groups;
    const char *root; /* of the mounts */
    struct file files[5];
    double cpus;
    double bytes;
} rows[] = {
    /* No limit, of either version, or none that is seen. */
    {"", "/", {{"two/cpu.max", "100000 100000\n"}}, NAN, NAN},
    {"0::/a\n", "/", {{"two/a/cpu.max", "max 100000\n"}, {"two/a/memory.max", "max\n"}}, NAN, NAN},
    {"4:cpu,cpuacct:/a\n", "/", {{"cpu/a/cpu.cfs_quota_us", "-1\n"}}, NAN, NAN},
    {"0::/a\n", "/other", {{"two/a/cpu.max", "100000 100000\n"}}, NAN, NAN},
    /* Version 2: the group's own, that of one above, the root's. */
    {"0::/a\n",
     "/",
     {{"two/a/cpu.max", "150000 100000\n"}, {"two/a/memory.max", "4096\n"}},
     1.5,
     4096},
    {"0::/a/b/c\n",
     "/",
     {{"two/a/b/c/cpu.max", "400000 100000\n"},
      {"two/a/cpu.max", "50000 100000\n"},
      {"two/a/b/memory.max", "max\n"},
      {"two/a/b/memory.high", "8192\n"},
      {"two/a/memory.max", "9000\n"}},
     0.5,
     8192},
    {"0::/\n", "/", {{"two/cpu.max", "100000 50000\n"}, {"two/memory.max", "77\n"}}, 2, 77},
    /* Version 1: the controller among several, and each with a mount of its own. */
    {"9:memory:/a/b\n4:cpu,cpuacct:/a\n0::/a\n",
     "/",
     {{"cpu/a/cpu.cfs_quota_us", "25000\n"},
      {"cpu/a/cpu.cfs_period_us", "100000\n"},
      {"memory/a/memory.limit_in_bytes", "1000\n"},
      {"memory/a/b/memory.limit_in_bytes", "9223372036854771712\n"}},
     0.25,
     1000},
    {"4:cpuset:/a\n",
     "/",
     {{"cpu/a/cpu.cfs_quota_us", "25000\n"}, {"cpu/a/cpu.cfs_period_us", "100000\n"}},
     NAN,
     NAN},
    /* A container without a namespace of groups sees its own at the mount point. */
    {"0::/docker/x\n",
     "/docker/x",
     {{"two/cpu.max", "300000 100000\n"}, {"two/memory.max", "5\n"}},
     3,
     5},
};

static bool is_same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b;
}

static void the_least_limit_of_all_groups_counts(void **state)
{
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char name[24];
        char mounts_text[1024];
        snprintf(name, sizeof name, "row-%zu", i);
        char *dir = files_join(*state, name);
        assert_int_equal(mkdir(dir, 0777), 0);
        snprintf(mounts_text, sizeof mounts_text,
                 "21 1 254:0 / / rw - ext4 /dev/vda rw\n"
                 "30 21 0:1 %s %s/two rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
                 "31 21 0:2 %s %s/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
                 "32 21 0:3 %s %s/memory rw - cgroup cgroup rw,memory\n",
                 rows[i].root, dir, rows[i].root, dir, rows[i].root, dir);
        file_write(dir, "groups", rows[i].groups, strlen(rows[i].groups));
        file_write(dir, "mounts", mounts_text, strlen(mounts_text));
        make(dir, rows[i].files, LENGTH(rows[i].files));
        char *groups = files_join(dir, "groups");
        char *mounts = files_join(dir, "mounts");
        const struct cgroup_sources sources = {.groups = groups, .mounts = mounts};
        const double cpus = cgroup_least(&sources, "cpu", cgroup_cpu_quota);
        const double bytes = cgroup_least(&sources, "memory", cgroup_memory_bytes);
        if (!is_same(cpus, rows[i].cpus) || !is_same(bytes, rows[i].bytes))
            fail_msg("row %zu: %g CPUs, %g bytes", i, cpus, bytes);
        free(mounts);
        free(groups);
        free(dir);
    }
}

/* Of groups a/b and a, and of that which holds all. */
static const struct {
    struct file files[7];
    double throttled_s;
    double pressure_s;
} waits[] = {
    {{{"two/cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9000000\n"}}, NAN, NAN},
    /* Without a quota nothing is throttled; the kernel counts all the same. */
    {{{"two/a/b/cpu.stat", "usage_usec 9\nthrottled_usec 5000000\n"},
      {"two/a/b/cpu.max", "max 100000\n"}},
     NAN,
     NAN},
    {{{"two/a/b/cpu.stat", "usage_usec 9\nnr_throttled 3\nthrottled_usec 2500000\n"},
      {"two/a/b/cpu.max", "50000 100000\n"},
      {"two/a/b/cgroup.type", "domain\n"},
      {"two/a/b/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=2000000\n"
                               "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"},
      {"two/a/cgroup.type", "domain\n"},
      {"two/a/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=3000000\n"},
      {"two/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=500000\n"}},
     2.5,
     2},
    /* The quota of one above, and of version 1. */
    {{{"two/a/b/cpu.stat", "throttled_usec 1000000\n"},
      {"two/a/b/cpu.max", "400000 100000\n"},
      {"two/a/cpu.stat", "throttled_usec 4000000\n"},
      {"two/a/cpu.max", "100000 100000\n"}},
     4,
     NAN},
    {{{"cpu/a/b/cpu.stat", "nr_periods 8\nnr_throttled 2\nthrottled_time 1500000000\n"},
      {"cpu/a/b/cpu.cfs_quota_us", "25000\n"},
      {"cpu/a/b/cpu.cfs_period_us", "100000\n"}},
     1.5,
     NAN},
};

static void waits_of_a_group_are_told(void **state)
{
    for (size_t i = 0; i < LENGTH(waits); i++) {
        char name[24];
        char mounts_text[1024];
        snprintf(name, sizeof name, "row-%zu", i);
        char *dir = files_join(*state, name);
        assert_int_equal(mkdir(dir, 0777), 0);
        snprintf(mounts_text, sizeof mounts_text,
                 "30 21 0:1 / %s/two rw - cgroup2 cgroup2 rw\n"
                 "31 21 0:2 / %s/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
                 dir, dir);
        file_make(dir, "groups", "4:cpu,cpuacct:/a/b\n0::/a/b\n");
        file_make(dir, "mounts", mounts_text);
        make(dir, waits[i].files, LENGTH(waits[i].files));
        char *groups = files_join(dir, "groups");
        char *mounts = files_join(dir, "mounts");
        const struct cgroup_sources sources = {.groups = groups, .mounts = mounts};
        const double throttled_s = cgroup_most(&sources, "cpu", cgroup_throttled_s);
        const double pressure_s = cgroup_least(&sources, "cpu", cgroup_pressure_cpu_s);
        if (!is_same(throttled_s, waits[i].throttled_s) ||
            !is_same(pressure_s, waits[i].pressure_s))
            fail_msg("row %zu: throttled %g s, pressure %g s", i, throttled_s, pressure_s);
        free(mounts);
        free(groups);
        free(dir);
    }
}

static void pressure_is_that_of_what_is_asked_for(void **state)
{
    file_make(*state, "cgroup.type", "domain\n");
    file_make(*state, "cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n");
    file_make(*state, "io.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n");
    file_make(*state, "memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n");
    assert_true(cgroup_pressure_cpu_s(*state) == 1);
    assert_true(cgroup_pressure_io_s(*state) == 2);
    assert_true(cgroup_pressure_memory_s(*state) == 3);
}

static void without_proc_nothing_is_known(void **state)
{
    char *missing = files_join(*state, "no");
    const struct cgroup_sources sources = {.groups = missing, .mounts = missing};
    assert_true(isnan(cgroup_least(&sources, "cpu", cgroup_cpu_quota)));
    file_write(*state, "groups", "0::/\n", 5);
    char *groups = files_join(*state, "groups");
    const struct cgroup_sources no_mounts = {.groups = groups, .mounts = missing};
    assert_true(isnan(cgroup_least(&no_mounts, "cpu", cgroup_cpu_quota)));
    free(groups);
    free(missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_least_limit_of_all_groups_counts),
        FOLDER_TEST(waits_of_a_group_are_told),
        FOLDER_TEST(pressure_is_that_of_what_is_asked_for),
        FOLDER_TEST(without_proc_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
