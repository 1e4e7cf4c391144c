// SPDX-License-Identifier: MIT
#include "keeper.h"

#include "core/exit_status.h"
#include "core/files.h"
#include "core/process.h"
#include "manifest.h"
#include "platform/fuse_mounts.h"
#include "platform/text_file.h"
#include "storage_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

enum { START_WITHIN_S = 60, END_WITHIN_S = 10, TURN_MS = 5, OWNER_FD = STDOUT_FILENO };

/* nbdkit or an nbdfuse. */
struct child {
    struct process process;
    struct process_request request;
    struct keeper *keeper;
    const char *name;
    bool started;
    bool ended;
};

/* A program that is asked what it calls itself. */
struct version {
    struct process process;
    struct process_request request;
    char text[96];
    size_t length;
    bool ended;
};

struct keeper {
    uv_loop_t loop;
    uv_timer_t turn; /* so that what is waited for is looked at again */
    uv_signal_t signals[3];
    uv_poll_t owner;
    struct emulated_storage_options options;
    char *data; /* absolute */
    const char *mount;
    struct manifest manifest;
    struct storage_folder folder;
    int messages; /* where the children write */
    struct child *server;
    struct child **files;
    struct version versions[2]; /* of nbdkit and nbdfuse */
    size_t served;              /* that many files, from the first, can be read */
    uv_fs_t look;               /* at the size of the next one */
    bool is_looking;
    bool told;         /* to end */
    struct error lost; /* why it ends without being told */
};

/* ---- Waiting -----------------------------------------------------------------------------------
 */

static void on_turn(uv_timer_t *turn)
{
    (void)turn; /* that the loop turns is all */
}

static bool is_late(uint64_t begin_ns, unsigned seconds)
{
    return uv_hrtime() - begin_ns > seconds * UINT64_C(1000000000);
}

static bool is_wanted(const struct keeper *keeper)
{
    return !keeper->told && keeper->lost.code == 0;
}

/* Waits until `is_done`. Gives up after a time and when there is no use in waiting. */
static bool await(struct keeper *keeper, bool (*is_done)(struct keeper *keeper), unsigned seconds)
{
    const uint64_t begin_ns = uv_hrtime();
    while (!is_done(keeper)) {
        if (!is_wanted(keeper) || is_late(begin_ns, seconds))
            return false;
        uv_run(&keeper->loop, UV_RUN_ONCE);
    }
    return true;
}

/* ---- What tells it to end ----------------------------------------------------------------------
 */

static void on_signal(uv_signal_t *handle, int number)
{
    struct keeper *keeper = handle->data;
    /* An owner that was killed is no more there to hear this. */
    if (is_wanted(keeper))
        error_set(&keeper->lost, -ECANCELED, "the process %ld was told to end by the signal %d",
                  (long)getpid(), number);
}

static void on_owner(uv_poll_t *owner, int status, int events)
{
    struct keeper *keeper = owner->data;
    (void)status;
    (void)events;
    keeper->told = true;
    uv_poll_stop(owner);
}

static void on_child_end(struct process *process)
{
    struct child *child = process->data;
    struct keeper *keeper = child->keeper;
    const char *name = child->name;
    const struct process_end *end = &process->end;
    child->ended = true;
    if (!is_wanted(keeper))
        return;
    if (end->stopped)
        error_set(&keeper->lost, -EIO, "%s was stopped", name);
    else if (end->signal != 0)
        error_set(&keeper->lost, -EIO, "%s was ended by the signal %d", name, end->signal);
    else
        error_set(&keeper->lost, -EIO, "%s ended with the status %d", name, end->status);
}

/* A signal never ends the keeper: it has to clean up first. */
static void watch(struct keeper *keeper)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&keeper->loop);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uv_signal_init(&keeper->loop, &keeper->signals[i]);
        keeper->signals[i].data = keeper;
        uv_signal_start(&keeper->signals[i], on_signal, numbers[i]);
    }
    uv_poll_init(&keeper->loop, &keeper->owner, OWNER_FD);
    keeper->owner.data = keeper;
    uv_poll_start(&keeper->owner, UV_READABLE | UV_DISCONNECT, on_owner);
    uv_timer_init(&keeper->loop, &keeper->turn);
    uv_timer_start(&keeper->turn, on_turn, TURN_MS, TURN_MS);
}

/* The owner may be gone, which is no error. */
static void answer(int code, const char *text)
{
    dprintf(OWNER_FD, KEEPER_ANSWER "%d %s\n", code, text);
}

/* ---- Children ----------------------------------------------------------------------------------
 */

/* The standard output is no use to them; they have it so that the owner sees when all have ended.
 */
static struct child *start_child(struct keeper *keeper, const struct storage_words *words)
{
    struct child *child = calloc(1, sizeof *child);
    if (child == NULL)
        abort();
    child->keeper = keeper;
    child->name = words->list[0];
    child->request = (struct process_request){
        .arguments = words->list,
        .directory = keeper->folder.state,
        .output_fd = OWNER_FD,
        .error_fd = keeper->messages,
    };
    child->process.data = child;
    child->started = process_start(&child->process, &keeper->loop, &child->request, on_child_end,
                                   &keeper->lost) == 0;
    return child;
}

static bool has_ended(const struct child *child)
{
    return child == NULL || !child->started || child->ended;
}

static bool all_ended(struct child *const *children, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!has_ended(children[i]))
            return false;
    }
    return true;
}

/* Ends children, and those that do not heed it with force. One that even that does not end, because
 * the kernel holds it, is left. */
static void end_children(struct keeper *keeper, struct child *const *children, size_t count)
{
    static const int numbers[] = {SIGTERM, SIGKILL};
    for (size_t k = 0; k < 2 && !all_ended(children, count); k++) {
        const uint64_t begin_ns = uv_hrtime();
        for (size_t i = 0; i < count; i++) {
            if (!has_ended(children[i]))
                process_signal(&children[i]->process, numbers[k]);
        }
        while (!all_ended(children, count) && !is_late(begin_ns, END_WITHIN_S))
            uv_run(&keeper->loop, UV_RUN_ONCE);
    }
}

/* ---- What the programs call themselves ---------------------------------------------------------
 */

static void on_version(void *context, const char *bytes, size_t length)
{
    struct version *version = context;
    for (size_t i = 0; i < length && version->length + 1 < sizeof version->text; i++)
        version->text[version->length++] = bytes[i];
}

static void on_version_end(struct process *process)
{
    struct version *version = process->data;
    version->text[strcspn(version->text, "\n")] = '\0';
    version->ended = true;
}

static void ask_versions(struct keeper *keeper)
{
    static const char *const arguments[2][3] = {{"nbdkit", "--version", NULL},
                                                {"nbdfuse", "--version", NULL}};
    for (size_t i = 0; i < 2; i++) {
        struct version *version = &keeper->versions[i];
        version->request = (struct process_request){
            .arguments = arguments[i],
            .error_fd = keeper->messages,
            .on_output = on_version,
            .context = version,
        };
        version->process.data = version;
        process_start(&version->process, &keeper->loop, &version->request, on_version_end,
                      &keeper->lost);
    }
}

/* ---- Serving -----------------------------------------------------------------------------------
 */

/* All files are checked before anything is made. */
static int read_data(struct keeper *keeper, struct error *error)
{
    int code = manifest_read(&keeper->manifest, keeper->data, error);
    if (code == 0 && keeper->manifest.count == 0)
        code = -ENOENT;
    if (code != 0)
        return error_set(error, -ENOENT, "there is no file set in %s: ./run_bench.sh makes one",
                         keeper->data);
    for (size_t i = 0; code == 0 && i < keeper->manifest.count; i++) {
        struct stat status;
        char *path = files_join(keeper->data, keeper->manifest.files[i].name);
        if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || access(path, R_OK) != 0 ||
            (uint64_t)status.st_size != keeper->manifest.files[i].bytes)
            code = error_set(error, -ENOENT,
                             "%s is missing or not what %s says: ./run_bench.sh makes it anew",
                             path, MANIFEST_NAME);
        free(path);
    }
    return code;
}

static bool owner_is_gone(int within_ms)
{
    struct pollfd owner = {.fd = OWNER_FD, .events = POLLIN};
    return poll(&owner, 1, within_ms) != 0;
}

/* Takes the folder. One who is about to leave it is waited for; so is, for a moment, anybody else:
 * an owner may have been killed just now, which its keeper has yet to hear of. */
static int take_folder(struct keeper *keeper, struct error *error)
{
    const uint64_t begin_ns = uv_hrtime();
    int code;
    do
        code = storage_folder_take(&keeper->folder, keeper->mount, keeper->data, error);
    while ((code == -EALREADY || code == -EBUSY) &&
           !is_late(begin_ns, code == -EALREADY ? 3 * END_WITHIN_S : 1) && !owner_is_gone(TURN_MS));
    return code;
}

static int open_messages(struct keeper *keeper, struct error *error)
{
    char *path = files_join(keeper->folder.state, "messages");
    keeper->messages = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const int code = keeper->messages < 0 ? error_set_call(error, -errno, "write", path) : 0;
    free(path);
    return code;
}

/* Whether the file `name``end` in .storage has something in it. */
static bool is_filled(const struct keeper *keeper, const char *name, const char *end)
{
    struct stat status;
    char file[64];
    snprintf(file, sizeof file, "%s%s", name, end);
    char *path = files_join(keeper->folder.state, file);
    const bool filled = stat(path, &status) == 0 && status.st_size > 0;
    free(path);
    return filled;
}

static bool server_is_ready(struct keeper *keeper)
{
    return keeper->versions[0].ended && keeper->versions[1].ended &&
           is_filled(keeper, STORAGE_SERVER_READY, "");
}

static int write_settings(struct keeper *keeper, struct error *error)
{
    char *text =
        storage_settings(&keeper->options, keeper->versions[0].text, keeper->versions[1].text);
    const int code = storage_folder_write(&keeper->folder, "settings", text, error);
    free(text);
    return code;
}

/* The manifest is the same one. */
static int link_manifest(struct keeper *keeper, struct error *error)
{
    char *from = files_join(keeper->folder.path, MANIFEST_NAME);
    char *to = files_join(keeper->data, MANIFEST_NAME);
    const int code = symlink(to, from) != 0 ? error_set_call(error, -errno, "make", from) : 0;
    free(to);
    free(from);
    return code;
}

/* The file is mounted on an empty one. */
static int start_file(struct keeper *keeper, size_t number, struct error *error)
{
    const char *name = keeper->manifest.files[number].name;
    char *path = files_join(keeper->folder.path, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    const int code = fd < 0 ? error_set_call(error, -errno, "make", path) : 0;
    struct storage_words words;
    free(path);
    if (code != 0)
        return code;
    close(fd);
    storage_file_words(&words, name, &keeper->options);
    keeper->files[number] = start_child(keeper, &words);
    return keeper->lost.code;
}

/* Reads the file below once: from the page cache, it adds nothing to the latency. An
 * error is for nbdkit to find and to tell. */
static void prime(struct keeper *keeper, const char *name)
{
    enum { CHUNK_BYTES = 1 << 20 };
    static char chunk[CHUNK_BYTES];
    char *path = files_join(keeper->data, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    while (fd >= 0 && is_wanted(keeper) && read(fd, chunk, sizeof chunk) > 0)
        uv_run(&keeper->loop, UV_RUN_NOWAIT);
    if (fd >= 0)
        close(fd);
}

static void on_look(uv_fs_t *look)
{
    struct keeper *keeper = look->data;
    keeper->is_looking = false;
    if (look->result == 0 && look->statbuf.st_size == keeper->manifest.files[keeper->served].bytes)
        keeper->served++;
    uv_fs_req_cleanup(look);
}

/* nbdfuse says that it is ready when it is mounted; the right size shows that it answers, too. That
 * is asked for on another thread, which may have to wait for an nbdfuse that was stopped. */
static bool all_are_served(struct keeper *keeper)
{
    if (keeper->is_looking)
        return false;
    if (keeper->served == keeper->manifest.count)
        return true;
    const char *name = keeper->manifest.files[keeper->served].name;
    if (is_filled(keeper, name, STORAGE_FILE_READY)) {
        char *path = files_join(keeper->folder.path, name);
        keeper->look.data = keeper;
        keeper->is_looking = uv_fs_stat(&keeper->loop, &keeper->look, path, on_look) == 0;
        free(path);
    }
    return false;
}

/* What nbdkit and nbdfuse have said, in one line. */
static void read_messages(const struct keeper *keeper, char *text, size_t size)
{
    char *path = files_join(keeper->folder.state, "messages");
    FILE *file = fopen(path, "r");
    size_t length = file != NULL ? fread(text, 1, size - 1, file) : 0;
    while (length > 0 && text[length - 1] == '\n')
        length--;
    text[length] = '\0';
    for (char *end = text; (end = strchr(end, '\n')) != NULL;)
        *end = ';';
    if (file != NULL)
        fclose(file);
    free(path);
}

/* Says why the files could not be served: what the programs say, or that the time has passed. */
static int explain(const struct keeper *keeper, struct error *error)
{
    char messages[300];
    read_messages(keeper, messages, sizeof messages);
    if (strstr(messages, "fuse_mount:") != NULL)
        return error_set(error, -ENOENT,
                         "mounting is not permitted here (%s): run this as root; give a container "
                         "--device /dev/fuse --cap-add SYS_ADMIN",
                         messages);
    if (keeper->lost.code == 0)
        return error_set(error, -ETIMEDOUT, "the files were not served within %d s%s%s",
                         START_WITHIN_S, messages[0] != '\0' ? ": " : "", messages);
    return error_set(error, keeper->lost.code, "the files could not be served: %s%s%s",
                     keeper->lost.text, messages[0] != '\0' ? ": " : "", messages);
}

/* Returns 0 when all files are served, a negative errno with `error` filled when they cannot be, or
 * -ECANCELED when nobody wants them any more. */
static int serve(struct keeper *keeper, struct error *error)
{
    struct storage_words words;
    storage_server_words(&words, keeper->data, &keeper->options);
    keeper->server = start_child(keeper, &words);
    ask_versions(keeper);
    int code = link_manifest(keeper, error);
    if (code == 0 && !await(keeper, server_is_ready, START_WITHIN_S))
        code = explain(keeper, error);
    if (code == 0)
        code = write_settings(keeper, error);
    for (size_t i = 0; code == 0 && i < keeper->manifest.count; i++)
        code = start_file(keeper, i, error);
    for (size_t i = 0; code == 0 && i < keeper->manifest.count; i++)
        prime(keeper, keeper->manifest.files[i].name);
    if (code == 0 && !await(keeper, all_are_served, START_WITHIN_S))
        code = explain(keeper, error);
    return keeper->told ? error_set(error, -ECANCELED, "interrupted") : code;
}

/* ---- From the beginning to the end -------------------------------------------------------------
 */

/* Unmounting first lets those that mount end by themselves. */
static int take_down(struct keeper *keeper, struct error *error)
{
    struct error ignored;
    uv_timer_start(&keeper->turn, on_turn, TURN_MS, TURN_MS);
    storage_folder_write(&keeper->folder, "ending", "", &ignored);
    fuse_mounts_end(keeper->folder.path, &ignored);
    end_children(keeper, keeper->files, keeper->manifest.count);
    end_children(keeper, &keeper->server, 1);
    return storage_folder_leave(&keeper->folder, error);
}

/* Files that came along from the owner would be kept open as long as the storage is served. */
static void close_inherited(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int fds[256];
    size_t count = 0;
    if (dir == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL && count < 256;) {
        const int fd = (int)strtol(entry->d_name, NULL, 10);
        if (fd > STDERR_FILENO && fd != dirfd(dir))
            fds[count++] = fd;
    }
    closedir(dir);
    while (count > 0)
        close(fds[--count]);
}

/* nbdkit opens a file and a socket for each connection, and its log grows as long as it serves.
 * What it says when it may not is hard to understand. */
static int raise_limits(const struct keeper *keeper, struct error *error)
{
    enum { MORE_FILES = 32 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    const uint64_t connections =
        (uint64_t)keeper->manifest.count * storage_connections(&keeper->options);
    if (limit.rlim_max == RLIM_INFINITY || 2 * connections + MORE_FILES <= limit.rlim_max)
        return 0;
    return error_set(error, -EMFILE,
                     "%zu files with %u requests in flight each need %" PRIu64
                     " open files, and ulimit -Hn allows %" PRIu64
                     ": take fewer files, or fewer requests in flight",
                     keeper->manifest.count, keeper->options.in_flight,
                     2 * connections + MORE_FILES, (uint64_t)limit.rlim_max);
}

/* Serves until there is a reason to end, then undoes all. The loop sleeps meanwhile: nothing of
 * this process disturbs what is measured. */
static int keep(struct keeper *keeper, struct error *error)
{
    int code = read_data(keeper, error);
    if (code == 0)
        code = raise_limits(keeper, error);
    if (code == 0)
        code = take_folder(keeper, error);
    if (code != 0)
        return code;
    struct error later;
    keeper->files = calloc(keeper->manifest.count, sizeof *keeper->files);
    if (keeper->files == NULL)
        abort();
    code = open_messages(keeper, error);
    if (code == 0)
        code = serve(keeper, error);
    if (code == 0) {
        answer(0, "serves");
        uv_timer_stop(&keeper->turn);
        while (is_wanted(keeper))
            uv_run(&keeper->loop, UV_RUN_ONCE);
        if (!keeper->told) {
            *error = keeper->lost;
            code = error->code;
            answer(code, error->text); /* now, and not when all is taken down */
        }
    }
    if (take_down(keeper, &later) != 0 && (code == 0 || code == -ECANCELED)) {
        *error = later;
        code = later.code;
    }
    return code;
}

int keeper_main(int count, char *const *words)
{
    struct emulated_storage_options options;
    struct error error;
    if (count != 2 + KEEPER_OPTION_WORDS || keeper_read_options(&options, &words[2]) != 0)
        return EXIT_WRONG_USAGE;
    struct keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        abort();
    keeper->options = options;
    umask(022);
    close_inherited();
    watch(keeper);
    keeper->data = realpath(words[0], NULL);
    keeper->mount = words[1];
    const int code = keeper->data == NULL ? error_set_call(&error, -ENOENT, "enter", words[0])
                                          : keep(keeper, &error);
    if (code != 0)
        answer(code, error.text);
    return code != 0 ? EXIT_TRIAL_FAILED : EXIT_OK;
}

/* ---- Options as words --------------------------------------------------------------------------
 */

void keeper_write_options(char text[KEEPER_OPTION_WORDS][32],
                          const struct emulated_storage_options *options)
{
    snprintf(text[0], 32, "%u", options->latency_ms);
    snprintf(text[1], 32, "%u", options->in_flight);
    snprintf(text[2], 32, "%" PRIu64, options->rate_bytes_per_s);
    snprintf(text[3], 32, "%.17g", options->error_rate);
}

int keeper_read_options(struct emulated_storage_options *options, char *const *words)
{
    char after;
    if (sscanf(words[0], "%u%c", &options->latency_ms, &after) == 1 &&
        sscanf(words[1], "%u%c", &options->in_flight, &after) == 1 &&
        sscanf(words[2], "%" SCNu64 "%c", &options->rate_bytes_per_s, &after) == 1 &&
        sscanf(words[3], "%lf%c", &options->error_rate, &after) == 1)
        return 0;
    return -EINVAL;
}
