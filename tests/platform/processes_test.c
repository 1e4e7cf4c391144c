// SPDX-License-Identifier: MIT
/* Whose CPU time is whose, from a made-up /proc. */
#ifdef __linux__
#include "platform/linux/processes.h"

#include "tests/support.h"

#include <math.h>

enum { KERNEL_THREAD = 0x00200000 };

struct process {
    int pid;
    int parent;
    const char *name;
    unsigned flags;
    int times[4]; /* user, system, and those of the children that were waited for */
};

static void make(const char *proc, const struct process *process)
{
    char name[32];
    char text[256];
    snprintf(name, sizeof name, "%d/stat", process->pid);
    snprintf(text, sizeof text,
             "%d (%s) S %d 5 5 0 -1 %u 901 902 903 904 %d %d %d %d 20 0 1 0 77 1000 10 999\n",
             process->pid, process->name, process->parent, process->flags, process->times[0],
             process->times[1], process->times[2], process->times[3]);
    file_make(proc, name, text);
}

/* Ticks, one decimal place to a process so that a sum tells who is in it. */
static const struct process processes[] = {
    {1, 0, "init", 0, {500000, 0, 900000, 0}},
    {2, 0, "kthreadd", KERNEL_THREAD, {0, 3, 0, 0}},
    {9, 2, "kworker/0:1H-k) S 1", KERNEL_THREAD | 0x40, {1, 20, 0, 0}},
    {40, 1, "bash", 0x400000, {70000, 0, 80000, 0}},
    {50, 40, "scan_bench", 0x400000, {1, 2, 10, 20}}, /* serves storage to the next */
    {51, 50, "scan_bench", 0, {100, 0, 200, 0}},      /* the run */
    {52, 51, "scan_bench", 0, {1000, 0, 0, 0}},       /* a trial */
    {60, 50, "nbd (a) b", 0, {2000, 1000, 0, 0}},     /* the storage */
    {70, 1, "scan_bench", 0, {40000, 0, 0, 0}},       /* somebody else's */
};

static void own_is_what_this_program_started_and_the_kernel_s_is_nobody_s(void **state)
{
    static const struct {
        long self;
        double own;
        double kernel;
    } rows[] = {
        {51, 1 + 2 + 10 + 20 + 100 + 200 + 1000 + 2000 + 1000, 24},
        {50, 1 + 2 + 10 + 20 + 100 + 200 + 1000 + 2000 + 1000, 24},
        {60, 3000, 24},
        {70, 40000, 24},
        {99, NAN, NAN}, /* not there: hidden, perhaps */
    };
    const double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
    for (size_t i = 0; i < LENGTH(processes); i++)
        make(*state, &processes[i]);
    file_make(*state, "1000/stat", "cut short");
    file_make(*state, "self/stat", "1 (not a number's folder) S 51 5 5 0 -1 0 0 0 0 0 9 9 9 9\n");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct processes found = processes_read(*state, rows[i].self);
        if (isnan(rows[i].own))
            assert_true(isnan(found.own_s) && isnan(found.kernel_s));
        else if (fabs(found.own_s * ticks_per_s - rows[i].own) > 1e-6 ||
                 fabs(found.kernel_s * ticks_per_s - rows[i].kernel) > 1e-6)
            fail_msg("of %ld: own %g, kernel %g", rows[i].self, found.own_s * ticks_per_s,
                     found.kernel_s * ticks_per_s);
    }
    assert_true(isnan(processes_read("build/no-such-folder", 1).own_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(own_is_what_this_program_started_and_the_kernel_s_is_nobody_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
