// SPDX-License-Identifier: MIT
#include "progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

static struct {
    size_t number;
    size_t total;
    uint64_t begin_ns; /* of the first trial */
    char what[64];
} trial;

static bool on_terminal(void)
{
    return isatty(STDERR_FILENO) != 0;
}

/* The time that the trials before this one took, for as many as are left. */
static void print_time_left(void)
{
    if (trial.number < 2)
        return;
    const double each_s = (double)(uv_hrtime() - trial.begin_ns) / 1e9 / (double)(trial.number - 1);
    const double left_s = each_s * (double)(trial.total - trial.number + 1);
    if (left_s < 90)
        fprintf(stderr, " (about %.0f s left)", left_s);
    else
        fprintf(stderr, " (about %.0f min left)", left_s / 60);
}

void progress_trial(size_t number, size_t total, const char *what)
{
    if (number == 1)
        trial.begin_ns = uv_hrtime();
    trial.number = number;
    trial.total = total;
    snprintf(trial.what, sizeof trial.what, "%s", what);
}

void progress_step(const char *step)
{
    if (!on_terminal())
        return;
    progress_clear();
    if (trial.total > 0)
        fprintf(stderr, "trial %zu of %zu: %s: ", trial.number, trial.total, trial.what);
    fprintf(stderr, "%s", step);
    print_time_left();
    fflush(stderr);
}

void progress_result(const char *result)
{
    if (!on_terminal())
        fprintf(stderr, "trial %zu of %zu: %s: %s\n", trial.number, trial.total, trial.what,
                result);
}

void progress_clear(void)
{
    if (on_terminal())
        fprintf(stderr, "\r\033[K");
}

void progress_message(const char *format, ...)
{
    va_list arguments;
    progress_clear();
    fprintf(stderr, "scan_bench: ");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
}
