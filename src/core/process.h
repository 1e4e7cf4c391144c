// SPDX-License-Identifier: MIT
#ifndef PROCESS_H
#define PROCESS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* Other programs, run through libuv: no shell, no standard input, standard error ours, a session of
 * their own (so that neither Ctrl-C nor Ctrl-Z at the terminal reaches them behind our back and
 * none is stopped for looking at the terminal), all signals as at the beginning of a session. Each
 * ends with SIGTERM when this process ends in whatever way, where the system can do that (Linux).
 */

/* Where the standard output of a program goes when nobody wants it. */
#define PROCESS_NOWHERE (-1)

/* The first of the descriptors that a program is given beside its streams. */
#define PROCESS_FIRST_INHERITED 3

struct process_request {
    const char *const *arguments;   /* the program, found by PATH, and its words; ended by NULL */
    const char *const *environment; /* beside ours: "NAME=value" sets, "NAME" takes away; or NULL */
    const char *directory;          /* to run in, or NULL */
    int output_fd;                  /* a descriptor or PROCESS_NOWHERE; of no use with on_output */
    int error_fd;                   /* 0 for our own */
    const int *inherited;           /* become PROCESS_FIRST_INHERITED and so on in the program */
    size_t inherited_count;
    /* Takes what the program writes to its standard output, as it comes. */
    void (*on_output)(void *context, const char *bytes, size_t length);
    void *context;
};

/* How a program ended. */
struct process_end {
    int status;   /* what it exited with, when `signal` is 0 */
    int signal;   /* what ended it, or 0 */
    bool stopped; /* it did not go on and was killed for that */
};

/* A program that runs. It has a place of its own in memory until it is closed. */
struct process {
    uv_process_t handle;
    uv_signal_t child_changed;
    uv_pipe_t output;
    const struct process_request *request; /* lives as long as on_output may be called */
    void (*on_end)(struct process *process);
    void *data; /* the caller's own */
    bool exited;
    bool drained; /* all output came */
    bool told;    /* on_end was called */
    struct process_end end;
    char buffer[65536];
};

/* Starts a program on the loop, which calls `on_end` once, when the program has ended and all of
 * its output has come. Returns 0, or a negative errno with `error` saying what could not be
 * started; then the loop has to run once before the memory goes. */
int process_start(struct process *process, uv_loop_t *loop, const struct process_request *request,
                  void (*on_end)(struct process *process), struct error *error);

/* Sends a signal to a program and to whatever it started in its session; of none that has ended. */
void process_signal(struct process *process, int number);

/* Gives up the handles of a program that has ended; the loop has to run once after that. */
void process_close(struct process *process);

/* Runs a program to its end, after interrupt_catch. An interrupt (interrupt.h) is handed on as
 * SIGTERM, once. Returns 0 with `end` filled, or a negative errno with `error` filled. */
int process_run(const struct process_request *request, struct process_end *end,
                struct error *error);

/* The same for what an interrupt must not keep from being done, such as cleaning up after it. */
int process_run_anyway(const struct process_request *request, struct process_end *end,
                       struct error *error);

/* Whether a program of that name is found by PATH. */
bool process_is_found(const char *name);

/* The file of this very program, to run it once more; `argv0` is for systems that do not tell. */
void process_set_self(const char *argv0);
const char *process_self(void);

/* The first word of a command line that asks this program to become another one which ends with its
 * parent. What follows is for tie_and_become (platform/tie.h), and every program that starts others
 * has to do as it says. */
#define PROCESS_TIED "--tied"

#endif
