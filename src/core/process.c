// SPDX-License-Identifier: MIT
#include "process.h"

#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- Who and where ----------------------------------------------------------------------------
 */

static const char *self = "scan_bench";

/* The link leads to this program even when its file was replaced since. Under an emulator, such as
 * that of valgrind, it leads to that; then the file that it says it leads to is another one. */
void process_set_self(const char *argv0)
{
    static const char link[] = "/proc/self/exe";
    static char path[4096];
    struct stat linked;
    struct stat named;
    const ssize_t length = readlink(link, path, sizeof path - 1);
    self = argv0;
    if (length <= 0 || stat(link, &linked) != 0)
        return;
    path[length] = '\0';
    const bool is_other =
        stat(path, &named) == 0 && (named.st_ino != linked.st_ino || named.st_dev != linked.st_dev);
    self = is_other ? path : link;
}

const char *process_self(void)
{
    return self;
}

/* A folder may be executable, too, and is no program. */
static bool is_program(const char *file)
{
    struct stat status;
    return stat(file, &status) == 0 && S_ISREG(status.st_mode) && access(file, X_OK) == 0;
}

/* As execvp looks for it: an empty place in PATH is the working folder. */
bool process_is_found(const char *name)
{
    if (strchr(name, '/') != NULL)
        return is_program(name);
    for (const char *folder = getenv("PATH"); folder != NULL && name[0] != '\0';) {
        char file[4096];
        const size_t length = strcspn(folder, ":");
        const int whole = length > 0
                              ? snprintf(file, sizeof file, "%.*s/%s", (int)length, folder, name)
                              : snprintf(file, sizeof file, "./%s", name);
        if ((size_t)whole < sizeof file && is_program(file))
            return true;
        folder = folder[length] == ':' ? folder + length + 1 : NULL;
    }
    return false;
}

/* Whether `setting`, "NAME=value" or "NAME", is about the variable "NAME=...". */
static bool is_about(const char *setting, const char *variable)
{
    const size_t length = strcspn(setting, "=");
    return strncmp(setting, variable, length) == 0 && variable[length] == '=';
}

/* Our own environment with the settings over it; the array is the caller's, its strings are not. */
static char **environment_with(const char *const *settings)
{
    size_t ours = 0;
    size_t more = 0;
    while (environ[ours] != NULL)
        ours++;
    while (settings != NULL && settings[more] != NULL)
        more++;
    char **made = calloc(ours + more + 1, sizeof *made);
    size_t count = 0;
    if (made == NULL)
        abort();
    for (size_t i = 0; i < ours; i++) {
        bool replaced = false;
        for (size_t k = 0; k < more; k++)
            replaced = replaced || is_about(settings[k], environ[i]);
        if (!replaced)
            made[count++] = environ[i];
    }
    for (size_t k = 0; k < more; k++) {
        if (strchr(settings[k], '=') != NULL)
            made[count++] = (char *)settings[k];
    }
    return made;
}

/* The words of the program after those that tie it to this process. */
static char **tied(const char *const *arguments, const char *parent)
{
    size_t count = 0;
    while (arguments[count] != NULL)
        count++;
    char **words = calloc(count + 4, sizeof *words);
    if (words == NULL)
        abort();
    words[0] = "scan_bench";
    words[1] = PROCESS_TIED;
    words[2] = (char *)parent;
    memcpy(&words[3], arguments, count * sizeof *words);
    return words;
}

/* ---- One program ------------------------------------------------------------------------------
 */

static void tell_if_over(struct process *process)
{
    if (!process->exited || !process->drained || process->told)
        return;
    process->told = true;
    uv_signal_stop(&process->child_changed);
    process->on_end(process);
}

static void on_exit_(uv_process_t *handle, int64_t status, int number)
{
    struct process *process = handle->data;
    process->exited = true;
    process->end.status = (int)status;
    process->end.signal = number;
    tell_if_over(process);
}

/* libuv hears of ends only. A program that is stopped would be waited for without an end, and what
 * it measured meanwhile would be wrong. */
static void on_child_changed(uv_signal_t *child_changed, int number)
{
    struct process *process = child_changed->data;
    siginfo_t info = {.si_pid = 0};
    (void)number;
    if (!process->exited &&
        waitid(P_PID, (id_t)process->handle.pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid != 0) {
        process->end.stopped = true;
        process_signal(process, SIGKILL);
    }
}

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    struct process *process = handle->data;
    (void)size;
    *buffer = uv_buf_init(process->buffer, sizeof process->buffer);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct process *process = stream->data;
    if (got > 0)
        process->request->on_output(process->request->context, buffer->base, (size_t)got);
    if (got >= 0)
        return;
    uv_read_stop(stream);
    process->drained = true;
    tell_if_over(process);
}

static uv_stdio_container_t inherit(int fd)
{
    return (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fd};
}

/* The three streams and what is inherited beside them; the caller frees. */
static uv_stdio_container_t *streams_of(struct process *process,
                                        const struct process_request *request)
{
    uv_stdio_container_t *streams =
        calloc(PROCESS_FIRST_INHERITED + request->inherited_count, sizeof *streams);
    if (streams == NULL)
        abort();
    streams[0].flags = UV_IGNORE;
    if (request->on_output != NULL) {
        streams[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
        streams[1].data.stream = (uv_stream_t *)&process->output;
    } else if (request->output_fd >= 0) {
        streams[1] = inherit(request->output_fd);
    }
    streams[2] = inherit(request->error_fd > 0 ? request->error_fd : STDERR_FILENO);
    for (size_t i = 0; i < request->inherited_count; i++)
        streams[PROCESS_FIRST_INHERITED + i] = inherit(request->inherited[i]);
    return streams;
}

static int spawn(struct process *process, uv_loop_t *loop, const struct process_request *request)
{
    char parent[24];
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    uv_stdio_container_t *streams = streams_of(process, request);
    uv_process_options_t options = {
        .file = process_self(),
        .args = tied(request->arguments, parent),
        .env = environment_with(request->environment),
        .cwd = request->directory,
        .exit_cb = on_exit_,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = PROCESS_FIRST_INHERITED + (int)request->inherited_count,
        .stdio = streams,
    };
    const int code = uv_spawn(loop, &process->handle, &options);
    free(streams);
    free(options.args);
    free(options.env);
    return code;
}

int process_start(struct process *process, uv_loop_t *loop, const struct process_request *request,
                  void (*on_end)(struct process *process), struct error *error)
{
    *process = (struct process){
        .request = request,
        .on_end = on_end,
        .data = process->data,
        .drained = request->on_output == NULL,
    };
    process->handle.data = process;
    process->output.data = process;
    uv_signal_init(loop, &process->child_changed);
    uv_pipe_init(loop, &process->output, 0);
    process->child_changed.data = process;
    if (!process_is_found(request->arguments[0])) {
        process_close(process);
        return error_set(error, -ENOENT, "%s is missing: run ./setup.sh, which installs it",
                         request->arguments[0]);
    }
    int code = uv_signal_start(&process->child_changed, on_child_changed, SIGCHLD);
    if (code == 0)
        code = spawn(process, loop, request);
    if (code == 0 && request->on_output != NULL)
        code = uv_read_start((uv_stream_t *)&process->output, give_buffer, on_read);
    if (code == 0)
        return 0;
    process_close(process);
    return error_set(error, code, "start %s: %s", request->arguments[0], uv_strerror(code));
}

void process_signal(struct process *process, int number)
{
    if (!process->exited && process->handle.pid > 0)
        kill(-process->handle.pid, number);
}

void process_close(struct process *process)
{
    if (process->handle.type == UV_PROCESS) /* not when it was not even found */
        uv_close((uv_handle_t *)&process->handle, NULL);
    uv_close((uv_handle_t *)&process->child_changed, NULL);
    uv_close((uv_handle_t *)&process->output, NULL);
}

/* ---- To the end -------------------------------------------------------------------------------
 */

static void on_end(struct process *process)
{
    uv_poll_t *interrupted = process->data;
    if (interrupted != NULL)
        uv_poll_stop(interrupted);
}

static void on_interrupt(uv_poll_t *interrupted, int status, int events)
{
    (void)status;
    (void)events;
    process_signal(interrupted->data, SIGTERM);
    uv_poll_stop(interrupted);
}

static int run(const struct process_request *request, bool heed, struct process_end *end,
               struct error *error)
{
    uv_loop_t loop;
    uv_poll_t interrupted;
    struct process *process = malloc(sizeof *process);
    if (process == NULL || uv_loop_init(&loop) != 0)
        abort();
    if (heed)
        uv_poll_init(&loop, &interrupted, interrupt_fd());
    interrupted.data = process;
    process->data = heed ? &interrupted : NULL;
    const int code = process_start(process, &loop, request, on_end, error);
    if (code == 0) {
        if (heed)
            uv_poll_start(&interrupted, UV_READABLE, on_interrupt);
        uv_run(&loop, UV_RUN_DEFAULT);
        *end = process->end;
        process_close(process);
    }
    if (heed)
        uv_close((uv_handle_t *)&interrupted, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(process);
    return code;
}

int process_run(const struct process_request *request, struct process_end *end, struct error *error)
{
    return run(request, true, end, error);
}

int process_run_anyway(const struct process_request *request, struct process_end *end,
                       struct error *error)
{
    return run(request, false, end, error);
}
