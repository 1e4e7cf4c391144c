// SPDX-License-Identifier: MIT
#include "progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <uv.h>

static struct {
    size_t number;
    size_t total;
    uint64_t begin_ns; /* of the first trial */
    char what[64];
} trial;

static bool relayed;

/* A terminal that is dumb, or does not say what it is, cannot take a line back. */
static bool on_terminal(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) != 0 && kind != NULL && strcmp(kind, "dumb") != 0;
}

/* How many characters fit into a line, so that it does not become two, which could not be taken
 * back.
 */
static size_t line_width(void)
{
    struct winsize size = {.ws_col = 0};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? (size_t)size.ws_col - 1 : 79;
}

void progress_relay(void)
{
    relayed = true;
}

/* The time that the trials before this one took, for as many as are left; when nobody knows how
 * many these are, the time so far. */
static void print_time(char *text, size_t size)
{
    text[0] = '\0';
    if (trial.number < 2)
        return;
    const bool is_open = trial.total == 0;
    const double before_s = (double)(uv_hrtime() - trial.begin_ns) / 1e9;
    const double each_s = before_s / (double)(trial.number - 1);
    const double time_s = is_open ? before_s : each_s * (double)(trial.total - trial.number + 1);
    snprintf(text, size, " (%s%.0f %s %s)", is_open ? "" : "about ",
             time_s < 90 ? time_s : time_s / 60, time_s < 90 ? "s" : "min",
             is_open ? "so far" : "left");
}

/* "trial 3 of 190: async-read cold: ", or "" before the first one. */
static void print_trial(char *text, size_t size)
{
    char total[32] = "";
    text[0] = '\0';
    if (trial.total > 0)
        snprintf(total, sizeof total, " of %zu", trial.total);
    if (trial.number > 0)
        snprintf(text, size, "trial %zu%s: %s: ", trial.number, total, trial.what);
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
    if (relayed) {
        printf("step %s\n", step);
        fflush(stdout);
        return;
    }
    char line[256];
    char prefix[160];
    char time[48];
    print_time(time, sizeof time);
    print_trial(prefix, sizeof prefix);
    snprintf(line, sizeof line, "%s%s%s", prefix, step, time);
    progress_clear();
    fprintf(stderr, "%.*s", (int)line_width(), line);
    fflush(stderr);
}

void progress_result(const char *result)
{
    char prefix[160];
    print_trial(prefix, sizeof prefix);
    if (!on_terminal())
        fprintf(stderr, "%s%s\n", prefix, result);
}

void progress_clear(void)
{
    if (on_terminal() && !relayed)
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
