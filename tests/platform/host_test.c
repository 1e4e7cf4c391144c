// SPDX-License-Identifier: MIT
/* Facts of the host, from made-up trees of files and, where that can be known, from this one. */
#ifdef __linux__
#include "platform/linux/host_tree.h"

#include "tests/support.h"

#include <math.h>
#include <sched.h>

struct file {
    const char *path;
    const char *text;
};

/* Makes the files in a folder of their own, whose path the caller frees. */
static char *make(const char *dir, size_t number, const struct file *files, size_t count)
{
    char name[24];
    snprintf(name, sizeof name, "row-%zu", number);
    char *root = files_join(dir, name);
    assert_int_equal(mkdir(root, 0777), 0);
    for (size_t i = 0; i < count && files[i].path != NULL; i++)
        file_make(root, files[i].path, files[i].text);
    return root;
}

static void virtualization_is_told_in_words(void **state)
{
    static const char product[] = "sys/class/dmi/id/product_name";
    static const struct {
        struct file files[3];
        const char *words;
    } rows[] = {
        {{{"proc/cpuinfo", "flags\t\t: fpu vme\n"}}, "none seen"},
        {{{"proc/cpuinfo", "flags\t\t: fpu vme\n"}, {product, "X1\n"}}, "none seen"},
        {{{"proc/cpuinfo", "flags\t\t: fpu hypervisor vme\n"}}, "virtual machine"},
        {{{"proc/cpuinfo", "flags\t\t: fpu hypervisor vme\n"}, {product, "KVM\n"}},
         "virtual machine (KVM)"},
        {{{"proc/cpuinfo", "flags\t\t: fpu vme\n"}, {".dockerenv", ""}}, "container"},
        {{{"run/.containerenv", ""}}, "container"},
        {{{"proc/cpuinfo", "flags\t\t: fpu hypervisor\n"}, {product, "KVM\n"}, {".dockerenv", ""}},
         "virtual machine (KVM), container"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[256] = "";
        char little[8] = "";
        char *root = make(*state, i, rows[i].files, LENGTH(rows[i].files));
        host_tree_virtualization(root, text, sizeof text);
        host_tree_virtualization(root, little, sizeof little);
        assert_string_equal(text, rows[i].words);
        assert_int_equal(strncmp(rows[i].words, little, sizeof little - 1), 0);
        free(root);
    }
}

static void libuv_reads_by_a_ring_when_there_is_a_thread_of_one(void **state)
{
    static const struct {
        struct file files[3];
        const char *how;
    } rows[] = {
        {{{"proc/self/status", ""}}, ""},
        {{{"proc/self/task/7/comm", "scan_bench\n"}, {"proc/self/task/8/comm", "libuv-worker\n"}},
         "thread pool"},
        {{{"proc/self/task/7/comm", "scan_bench\n"}, {"proc/self/task/8/comm", "iou-sqp-7\n"}},
         "io_uring"},
        {{{"proc/self/task/7/comm", "iou-wrk-7\n"}}, "thread pool"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *root = make(*state, i, rows[i].files, LENGTH(rows[i].files));
        assert_string_equal(host_tree_libuv_reads(root), rows[i].how);
        free(root);
    }
}

/* Not counted are what was idle, waits for the device, and interrupts. */
static void cpu_times_are_those_of_processes(void **state)
{
    const double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
    file_make(*state, "proc/stat",
              "cpu  100 20 3 4000 50 600 70 8 1 1\ncpu0 9 9 9 9 9 9 9 9 9 9\n");
    const struct host_cpu_times times = host_tree_cpu_times(*state);
    assert_true(fabs(times.busy_s - 123 * tick_s) < 1e-9);
    assert_true(fabs(times.steal_s - 8 * tick_s) < 1e-9);
    char *nowhere = files_join(*state, "no");
    assert_true(isnan(host_tree_cpu_times(nowhere).busy_s));
    assert_true(isnan(host_tree_cpu_times(nowhere).steal_s));
    free(nowhere);
}

#define CPUFREQ "sys/devices/system/cpu/cpu0/cpufreq/"

static void the_frequency_is_told_with_what_governs_it(void **state)
{
    char text[32];
    host_tree_governor(*state, text, sizeof text);
    assert_string_equal(text, "");
    host_tree_frequency_driver(*state, text, sizeof text);
    assert_string_equal(text, "");
    file_make(*state, CPUFREQ "scaling_governor", "powersave\n");
    file_make(*state, CPUFREQ "scaling_driver", "intel_pstate\n");
    host_tree_governor(*state, text, sizeof text);
    assert_string_equal(text, "powersave");
    host_tree_frequency_driver(*state, text, sizeof text);
    assert_string_equal(text, "intel_pstate");
}

static void pressure_is_how_long_some_task_waited(void **state)
{
    static const char *const names[] = {
        [PRESSURE_CPU] = "cpu", [PRESSURE_IO] = "io", [PRESSURE_MEMORY] = "memory"};
    for (enum pressure what = 0; what < PRESSURES; what++) {
        char name[32];
        char text[128];
        assert_true(isnan(host_tree_pressure_s(*state, what)));
        snprintf(name, sizeof name, "proc/pressure/%s", names[what]);
        snprintf(text, sizeof text,
                 "some avg10=9.00 avg60=9.00 avg300=9.00 total=%d500000\n"
                 "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
                 (int)what + 1);
        file_make(*state, name, text);
        assert_true(host_tree_pressure_s(*state, what) == (int)what + 1.5);
    }
}

#define NODE "sys/devices/system/node/"

static void numa_nodes_are_counted_and_those_that_may_be_used(void **state)
{
    static const struct {
        struct file files[6];
        int nodes;
        int used;
    } rows[] = {
        {{{"proc/self/status", "Cpus_allowed_list:\t0-3\n"}}, -1, -1},
        {{{NODE "online", "0\n"},
          {NODE "node0/cpulist", "0-3\n"},
          {"proc/self/status", "Cpus_allowed_list:\t0-3\n"}},
         1,
         1},
        {{{NODE "online", "0-1,3\n"},
          {NODE "node0/cpulist", "0-3,16\n"},
          {NODE "node1/cpulist", "4-7,17-18\n"},
          {NODE "node3/cpulist", "\n"}, /* memory without CPUs */
          {"proc/self/status", "Name:\tx\nCpus_allowed_list:\t0-18\n"}},
         3,
         2},
        {{{NODE "online", "0-1\n"},
          {NODE "node0/cpulist", "0-3,16\n"},
          {NODE "node1/cpulist", "4-7,17-18\n"},
          {"proc/self/status", "Cpus_allowed_list:\t5,18\n"}},
         2,
         1},
        {{{NODE "online", "0-1\n"},
          {NODE "node0/cpulist", "0,2\n"},
          {NODE "node1/cpulist", "1,3\n"},
          {"proc/self/status", "Cpus_allowed_list:\t2-3\n"}},
         2,
         2},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *root = make(*state, i, rows[i].files, LENGTH(rows[i].files));
        if (host_tree_numa_nodes(root) != rows[i].nodes ||
            host_tree_numa_nodes_used(root) != rows[i].used)
            fail_msg("row %zu: %d nodes, %d used", i, host_tree_numa_nodes(root),
                     host_tree_numa_nodes_used(root));
        free(root);
    }
}

/* This process itself, bound to a single CPU and then as it was. */
static void the_cpus_that_may_be_used_are_counted(void **state)
{
    cpu_set_t all;
    cpu_set_t one;
    (void)state;
    if (sched_getaffinity(0, sizeof all, &all) != 0)
        skip(); /* more CPUs than the set has room for */
    assert_int_equal(host_cpu_count(), CPU_COUNT(&all));
    CPU_ZERO(&one);
    for (size_t i = 0; CPU_COUNT(&one) == 0; i++) {
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    }
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    const int counted = host_cpu_count();
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
    assert_int_equal(counted, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(virtualization_is_told_in_words),
        FOLDER_TEST(libuv_reads_by_a_ring_when_there_is_a_thread_of_one),
        FOLDER_TEST(cpu_times_are_those_of_processes),
        FOLDER_TEST(the_frequency_is_told_with_what_governs_it),
        FOLDER_TEST(pressure_is_how_long_some_task_waited),
        FOLDER_TEST(numa_nodes_are_counted_and_those_that_may_be_used),
        cmocka_unit_test(the_cpus_that_may_be_used_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
