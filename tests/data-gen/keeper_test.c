// SPDX-License-Identifier: MIT
/* The keeper as a process of its own, which is this test once more, with scripts of the shell for
 * nbdkit and nbdfuse: a file is "mounted" as a copy, and its end leaves it empty. */
#include "data-gen/keeper.h"

#include "core/process.h"
#include "data-gen/storage_folder.h"
#include "platform/fuse_mounts.h"
#include "platform/tie.h"
#include "tests/support.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <uv.h>

#ifdef __linux__

/* ---- In the keeper: what is faked, as the environment says -------------------------------------
 */

static long setting(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtol(text, NULL, 10) : 0;
}

/* Adds a line to the file "calls". */
__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    char *path = files_join(getenv("HERE"), "calls");
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    free(path);
    if (fd < 0 || write(fd, line, (size_t)length) != length)
        abort();
    close(fd);
}

uint64_t __real_uv_hrtime(void);
uint64_t __wrap_uv_hrtime(void);
int __wrap_fuse_mounts_end(const char *folder, struct error *error);
int __real_storage_folder_take(struct storage_folder *folder, const char *path, const char *data,
                               struct error *error);
int __wrap_storage_folder_take(struct storage_folder *folder, const char *path, const char *data,
                               struct error *error);
void __real_process_signal(struct process *process, int number);
void __wrap_process_signal(struct process *process, int number);
ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
int __real_symlink(const char *to, const char *from);
int __wrap_symlink(const char *to, const char *from);
int __real_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);
int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);

/* With STEP_MS the clock stands still until there is a file "hurry"; then each look at it is that
 * much later than the one before. */
uint64_t __wrap_uv_hrtime(void)
{
    static uint64_t now_ns;
    if (setting("STEP_MS") == 0)
        return __real_uv_hrtime();
    if (file_exists(getenv("HERE"), "hurry"))
        now_ns += (uint64_t)setting("STEP_MS") * 1000000;
    return now_ns;
}

int __wrap_fuse_mounts_end(const char *folder, struct error *error)
{
    (void)error;
    note("unmount%s\n", file_exists(folder, ".storage/ending") ? ", ending" : "");
    return 0;
}

/* Refuses the folder REFUSED times with REFUSED_CODE, and is in a hurry from then on. */
int __wrap_storage_folder_take(struct storage_folder *folder, const char *path, const char *data,
                               struct error *error)
{
    static long refused;
    note("take\n");
    if (refused++ < setting("REFUSED")) {
        file_make(getenv("HERE"), "hurry", "");
        return error_set(error, (int)setting("REFUSED_CODE"), "it is taken");
    }
    const int code = __real_storage_folder_take(folder, path, data, error);
    if (code == 0 && getenv("IN_THE_WAY") != NULL) {
        char *thing = files_join(folder->state, getenv("IN_THE_WAY"));
        mkdir(thing, 0700);
        free(thing);
    }
    return code;
}

/* SIGNALS_LOST: the kernel holds whom it is for. */
void __wrap_process_signal(struct process *process, int number)
{
    note("signal %d to %s\n", number, process->request->arguments[0]);
    if (setting("SIGNALS_LOST") == 0)
        __real_process_signal(process, number);
}

/* Only the reads of the files that are served have that size. */
ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    if (size != 1 << 20)
        return __real_read(fd, bytes, size);
    const ssize_t got = __real_read(fd, bytes, size);
    note("read %zd\n", got);
    return got;
}

int __wrap_symlink(const char *to, const char *from)
{
    errno = (int)setting("SYMLINK_FAILS");
    return errno != 0 ? -1 : __real_symlink(to, from);
}

/* LIMIT_FAILS: no limit is known. FILES_MAX: that many open files, -1: without end. */
int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
    if (setting("LIMIT_FAILS") != 0)
        return -1;
    const int code = __real_getrlimit(resource, limit);
    if (resource == RLIMIT_NOFILE && setting("FILES_MAX") != 0)
        limit->rlim_max = (rlim_t)setting("FILES_MAX");
    return code;
}

/* ---- The programs ------------------------------------------------------------------------------
 */

/* What both begin with. They wait by reading what nobody writes, as a sleep would be one more
 * process to end. */
#define SCRIPT                                                                                     \
    "#!/bin/sh\n"                                                                                  \
    "PATH=/usr/bin:/bin\n"                                                                         \
    "hurry() { : >\"$HERE/hurry\"; }\n"                                                            \
    "forever() { while :; do read nothing <>\"$HERE/never\"; done; }\n"                            \
    "trap 'exit 3' USR1\n"                                                                         \
    "trap 'exit 0' TERM\n"

static const char nbdkit[] = SCRIPT
    "if [ \"$1\" = --version ]; then eval \"$VERSION\"; printf 'nbdkit 1.2\\nmore\\n'; exit 7; fi\n"
    "eval \"$NBDKIT\"\n"
    "echo \"${PWD#$HERE/} $(ulimit -Sn) $(ulimit -Sf) $*\" >\"$HERE/nbdkit\"\n"
    "echo $$ >server_is_ready\n"
    "forever\n";

static const char nbdfuse[] =
    SCRIPT "[ \"$1\" != --version ] || { printf 'nbdfuse '; sleep 0.01; printf 3.4; exit; }\n"
           "for word; do case $word in ../*) name=${word#../} ;; esac; done\n"
           "trap ': >../$name; exit 0' TERM\n"
           "[ -f ../$name ] || echo 'nothing to mount on' >&2\n"
           "eval \"$NBDFUSE\"\n"
           "case $name in *0.bin) printf %4096s ;; *) printf %9999s ;; esac >../$name\n"
           "echo $$ >$name.is_ready\n"
           "forever\n";

static void make_program(const char *dir, const char *name, const char *text)
{
    char *path = files_join(dir, name);
    file_make(dir, name, text);
    assert_int_equal(chmod(path, 0755), 0);
    free(path);
}

/* ---- Its owner ---------------------------------------------------------------------------------
 */

/* An environment of at most that many settings "NAME=value", ended by NULL. */
enum { MOST_SETTINGS = 6 };

static struct {
    pid_t process;
    int socket;
    bool is_told_before; /* it begins */
    char here[PATH_MAX]; /* the folder of the test, without links */
    char answers[2048];
} keeper;

/* What it takes: the folder `data` with files of these sizes, and both programs. */
static void prepare(const char *dir, const uint64_t *sizes, size_t count)
{
    char *data = files_join(dir, "data");
    assert_non_null(realpath(dir, keeper.here));
    assert_int_equal(mkdir(data, 0700), 0);
    file_set_make(data, sizes, count);
    free(data);
    char *never = files_join(dir, "never");
    assert_int_equal(mkfifo(never, 0600), 0);
    free(never);
    make_program(dir, "bin/nbdkit", nbdkit);
    make_program(dir, "bin/nbdfuse", nbdfuse);
}

static void prepare_one(const char *dir)
{
    prepare(dir, (const uint64_t[]){4096}, 1);
}

/* In the process that becomes the keeper, with one descriptor more than it needs. */
static _Noreturn void become(const char *const *settings, const char *const *words, int more)
{
    const char *line[12] = {"keeper_test", KEEPER_WORD};
    char path[PATH_MAX + 32];
    for (size_t i = 0; words[i] != NULL; i++)
        line[2 + i] = words[i];
    snprintf(path, sizeof path, "%s/bin", keeper.here);
    setenv("PATH", path, 1);
    setenv("HERE", keeper.here, 1);
    for (size_t i = 0; i < MOST_SETTINGS && settings != NULL && settings[i] != NULL; i++)
        putenv((char *)settings[i]);
    if (getenv("FILES_SOFT") != NULL) {
        struct rlimit limit = {.rlim_cur = 20, .rlim_max = (rlim_t)setting("FILES_SOFT")};
        setrlimit(RLIMIT_NOFILE, &limit);
        limit = (struct rlimit){.rlim_cur = 1 << 19, .rlim_max = 1 << 20};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    umask(077);
    dup2(keeper.socket, STDOUT_FILENO);
    if (more >= 0) {
        dup2(more, 10);
        dup2(more, 11);
    }
    execv(process_self(), (char *const *)line);
    _exit(99);
}

static void start_words(const char *const *settings, const char *const *words, int more)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    keeper.socket = ends[1];
    keeper.answers[0] = '\0';
    if (keeper.is_told_before)
        shutdown(ends[0], SHUT_WR);
    keeper.process = fork();
    if (keeper.process == 0)
        become(settings, words, more);
    assert_true(keeper.process > 0);
    close(ends[1]);
    keeper.socket = ends[0];
}

/* Lets it serve `dir`/data in `dir`/m, one request in flight. */
static void start(const char *dir, const char *const *settings)
{
    char *data = files_join(dir, "data");
    char *mount = files_join(dir, "m");
    char *hurry = files_join(dir, "hurry");
    unlink(hurry);
    free(hurry);
    start_words(settings, (const char *const[]){data, mount, "5", "1", "0", "0", NULL}, -1);
    free(mount);
    free(data);
}

static void tell_to_end(void)
{
    shutdown(keeper.socket, SHUT_WR);
}

/* Waits for more of its answers; returns whether there is more. */
static bool hear(void)
{
    enum { PATIENCE_MS = 30000 };
    const size_t length = strlen(keeper.answers);
    struct pollfd heard = {.fd = keeper.socket, .events = POLLIN};
    if (poll(&heard, 1, PATIENCE_MS) != 1) {
        kill(keeper.process, SIGKILL);
        fail_msg("the keeper does not go on after \"%s\"", keeper.answers);
    }
    const ssize_t got =
        read(keeper.socket, &keeper.answers[length], sizeof keeper.answers - 1 - length);
    if (got <= 0)
        return false;
    keeper.answers[length + (size_t)got] = '\0';
    return true;
}

/* Waits for its first answer. */
static const char *answered(void)
{
    while (strchr(keeper.answers, '\n') == NULL && hear())
        continue;
    return keeper.answers;
}

/* Waits until it and all of its children have ended; returns its exit status. */
static int ended(void)
{
    int status;
    while (hear())
        continue;
    close(keeper.socket);
    assert_int_equal(waitpid(keeper.process, &status, 0), keeper.process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Its first answer is this one, in which %s stands for the folder of the test. */
static void expect_answer(const char *expected)
{
    char whole[1024];
    char line[2 * PATH_MAX];
    const char *here = strstr(expected, "%s");
    if (here == NULL)
        snprintf(line, sizeof line, "keeper %s\n", expected);
    else
        snprintf(line, sizeof line, "keeper %.*s%s%s\n", (int)(here - expected), expected,
                 keeper.here, here + 2);
    snprintf(whole, sizeof whole, "%.*s", (int)(strcspn(answered(), "\n") + 1), answered());
    assert_string_equal(whole, line);
}

static long pid_in(const char *dir, const char *name)
{
    size_t length;
    char *text = file_read(dir, name, &length);
    const long pid = strtol(text, NULL, 10);
    free(text);
    return pid;
}

static void forget_calls(const char *dir)
{
    file_write(dir, "calls", "", 0);
}

static void expect_served_and_undone(const char *dir)
{
    expect_answer("0 serves");
    tell_to_end();
    assert_int_equal(ended(), 0);
    assert_string_equal(keeper.answers, "keeper 0 serves\n");
    assert_false(file_exists(dir, "m"));
}

/* ---- Serving -----------------------------------------------------------------------------------
 */

static void files_are_served_until_it_is_told_to_end(void **state)
{
    const char *dir = *state;
    char line[PATH_MAX + 512];
    struct stat status;
    char *mount = files_join(dir, "m");
    prepare(dir, (const uint64_t[]){4096, 9999}, 2);
    start(dir, NULL);
    expect_answer("0 serves");
    snprintf(line, sizeof line,
             "m/.storage %ld unlimited --foreground --readonly --threads 1 --unix "
             "/proc/self/cwd/socket --pidfile server_is_ready --filter=log --filter=delay file "
             "dir=%s/data logfile=requests.log rdelay=5ms\n",
             sysconf(_SC_OPEN_MAX), keeper.here);
    assert_int_equal(pid_in(mount, ".storage/keeper"), keeper.process);
    assert_true(file_holds(mount, ".storage/settings",
                           "storage,emulated\nstorage_latency_s,0.005\n"
                           "storage_in_flight_per_file,1\nstorage_rate_bytes_per_s,\n"
                           "storage_error_rate,\nstorage_server,nbdkit 1.2\n"
                           "storage_client,nbdfuse 3.4\n"));
    assert_true(file_holds(mount, ".storage/messages", ""));
    assert_false(file_exists(mount, ".storage/ending"));
    static const struct {
        const char *name;
        off_t bytes;
    } files[] = {{"m/scan-0000.bin", 4096}, {"m/scan-0001.bin", 9999}};
    for (size_t i = 0; i < LENGTH(files); i++) {
        char *path = files_join(dir, files[i].name);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_size, files[i].bytes);
        assert_int_equal(status.st_mode & 0777,
                         0644); /* for all who read, whatever umask we have */
        free(path);
    }
    char *link = files_join(mount, MANIFEST_NAME);
    char target[PATH_MAX];
    const ssize_t length = readlink(link, target, sizeof target - 1);
    assert_true(length > 0);
    target[length] = '\0';
    char *manifest = files_join(keeper.here, "data/" MANIFEST_NAME);
    assert_string_equal(target, manifest);
    free(manifest);
    free(link);
    expect_served_and_undone(dir);
    /* All bytes of each file once, in pieces of 1 MiB; the files go before what serves them. */
    assert_true(file_holds(dir, "calls",
                           "take\nread 4096\nread 0\nread 9999\nread 0\nunmount, ending\n"
                           "signal 15 to nbdfuse\nsignal 15 to nbdfuse\nsignal 15 to nbdkit\n"
                           "unmount, ending\n"));
    size_t bytes;
    char *found = file_read(dir, "nbdkit", &bytes);
    assert_string_equal(found, line);
    free(found);
    free(mount);
}

static void a_long_version_is_cut(void **state)
{
    static const char *const settings[] = {"VERSION=printf %0200d 0; exit", NULL};
    size_t length;
    char expected[128];
    prepare_one(*state);
    start(*state, settings);
    expect_answer("0 serves");
    char *text = file_read(*state, "m/.storage/settings", &length);
    snprintf(expected, sizeof expected, "storage_server,%095d\n", 0);
    assert_non_null(strstr(text, expected));
    free(text);
    expect_served_and_undone(*state);
}

static void nothing_that_it_inherits_stays_open(void **state)
{
    int ends[2];
    char byte;
    char *data = files_join(*state, "data");
    char *mount = files_join(*state, "m");
    prepare_one(*state);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    start_words(NULL, (const char *const[]){data, mount, "5", "1", "0", "0", NULL}, ends[1]);
    close(ends[1]);
    expect_answer("0 serves");
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
    expect_served_and_undone(*state);
    free(mount);
    free(data);
}

/* ---- Ends that nobody asked for ----------------------------------------------------------------
 */

static void what_ends_it_is_told(void **state)
{
    static const struct {
        const char *who; /* gets the signal: NULL for the keeper, else the file with its number */
        int number;
        const char *answer; /* %ld: the number of the keeper */
        const char *calls;  /* after the files were read */
    } rows[] = {
        {NULL, SIGTERM, "-125 the process %ld was told to end by the signal 15",
         "signal 15 to nbdfuse\nsignal 15 to nbdkit\n"},
        {NULL, SIGINT, "-125 the process %ld was told to end by the signal 2",
         "signal 15 to nbdfuse\nsignal 15 to nbdkit\n"},
        {NULL, SIGHUP, "-125 the process %ld was told to end by the signal 1",
         "signal 15 to nbdfuse\nsignal 15 to nbdkit\n"},
        {"m/.storage/server_is_ready", SIGUSR1, "-5 nbdkit ended with the status 3",
         "signal 15 to nbdfuse\n"},
        {"m/.storage/server_is_ready", SIGTERM, "-5 nbdkit ended with the status 0",
         "signal 15 to nbdfuse\n"},
        {"m/.storage/server_is_ready", SIGKILL, "-5 nbdkit was ended by the signal 9",
         "signal 15 to nbdfuse\n"},
        {"m/.storage/scan-0000.bin.is_ready", SIGTERM, "-5 nbdfuse ended with the status 0",
         "signal 15 to nbdkit\n"},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char answer[128];
        char calls[256];
        forget_calls(*state);
        start(*state, NULL);
        expect_answer("0 serves");
        keeper.answers[0] = '\0';
        const long pid = rows[i].who != NULL ? -pid_in(*state, rows[i].who) : keeper.process;
        snprintf(answer, sizeof answer, rows[i].answer, (long)keeper.process);
        snprintf(calls, sizeof calls,
                 "take\nread 4096\nread 0\nunmount, ending\n%sunmount, ending\n", rows[i].calls);
        assert_int_equal(kill((pid_t)pid, rows[i].number), 0);
        expect_answer(answer);
        assert_int_equal(ended(), 1);
        assert_false(file_exists(*state, "m"));
        assert_true(file_holds(*state, "calls", calls));
    }
}

static void a_program_that_is_stopped_ends_it(void **state)
{
    prepare_one(*state);
    start(*state, NULL);
    expect_answer("0 serves");
    keeper.answers[0] = '\0';
    kill((pid_t)-pid_in(*state, "m/.storage/server_is_ready"), SIGSTOP);
    expect_answer("-5 nbdkit was stopped");
    assert_int_equal(ended(), 1);
    assert_false(file_exists(*state, "m"));
}

static void the_end_is_told_before_all_is_taken_down(void **state)
{
    static const char *const settings[] = {"NBDFUSE=trap 'until [ -e \"$HERE/heard\" ]; do sleep "
                                           "0.01; done; : >../$name; exit 0' TERM",
                                           NULL};
    prepare_one(*state);
    start(*state, settings);
    expect_answer("0 serves");
    keeper.answers[0] = '\0';
    kill((pid_t)-pid_in(*state, "m/.storage/server_is_ready"), SIGUSR1);
    expect_answer("-5 nbdkit ended with the status 3");
    assert_true(file_exists(*state, "m/.storage"));
    file_write(*state, "heard", "", 0);
    assert_int_equal(ended(), 1);
    assert_false(file_exists(*state, "m"));
}

/* A signal that comes while it ends, and the ends that it brings about, are no reasons. */
static void what_happens_while_it_ends_is_no_failure(void **state)
{
    static const char *const settings[] = {
        "NBDFUSE=trap 'kill -HUP $PPID; : >../$name; exit 5' TERM", NULL};
    prepare_one(*state);
    start(*state, settings);
    expect_served_and_undone(*state);
}

static void who_does_not_end_is_ended_by_force(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *calls;
    } rows[] = {
        {{"STEP_MS=1000", "NBDFUSE=trap 'hurry; : >../$name' TERM", NULL},
         "signal 15 to nbdfuse\nsignal 9 to nbdfuse\nsignal 15 to nbdkit\n"},
        {{"STEP_MS=1000", "NBDKIT=trap hurry TERM", NULL},
         "signal 15 to nbdfuse\nsignal 15 to nbdkit\nsignal 9 to nbdkit\n"},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char calls[256];
        forget_calls(*state);
        snprintf(calls, sizeof calls,
                 "take\nread 4096\nread 0\nunmount, ending\n%sunmount, ending\n", rows[i].calls);
        start(*state, rows[i].settings);
        expect_served_and_undone(*state);
        assert_true(file_holds(*state, "calls", calls));
    }
}

/* One that the kernel holds is not waited for without an end; here it ends when the keeper has. */
static void who_cannot_be_ended_is_left(void **state)
{
    static const char *const settings[] = {"STEP_MS=2000", "SIGNALS_LOST=1", NULL};
    prepare_one(*state);
    start(*state, settings);
    expect_answer("0 serves");
    file_make(*state, "hurry", "");
    tell_to_end();
    assert_int_equal(ended(), 0);
    assert_true(file_holds(*state, "calls",
                           "take\nread 4096\nread 0\nunmount, ending\nsignal 15 to nbdfuse\n"
                           "signal 9 to nbdfuse\nsignal 15 to nbdkit\nsignal 9 to nbdkit\n"
                           "unmount, ending\n"));
}

/* ---- What cannot be served ---------------------------------------------------------------------
 */

static void a_start_that_fails_is_explained_and_undone(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *answer;
    } rows[] = {
        {{"NBDKIT=exit 4", NULL},
         "-5 the files could not be served: nbdkit ended with the status 4"},
        {{"NBDKIT=printf 'no\\nway\\n\\n' >&2; exit 4", NULL},
         "-5 the files could not be served: nbdkit ended with the status 4: no;way"},
        {{"NBDFUSE=echo cannot >&2; exit 1", NULL},
         "-5 the files could not be served: nbdfuse ended with the status 1: cannot"},
        {{"NBDFUSE=echo 'nbdfuse: fuse_mount: failed' >&2; exit 1", NULL},
         "-2 mounting is not permitted here (nbdfuse: fuse_mount: failed): run this as root; give "
         "a container --device /dev/fuse --cap-add SYS_ADMIN"},
        /* What is waited for does not come: */
        {{"STEP_MS=20000", "NBDKIT=hurry; forever", NULL},
         "-110 the files were not served within 60 s"},
        {{"STEP_MS=20000", "NBDKIT=:>server_is_ready; hurry; forever", NULL},
         "-110 the files were not served within 60 s"},
        {{"STEP_MS=20000", "VERSION=hurry; forever", NULL},
         "-110 the files were not served within 60 s"},
        {{"STEP_MS=1000", "NBDFUSE=echo hm >&2; hurry; forever", NULL},
         "-110 the files were not served within 60 s: hm"},
        {{"STEP_MS=1000", "NBDFUSE=printf 12345 >../$name; echo $$ >$name.is_ready; hurry; forever",
          NULL},
         "-110 the files were not served within 60 s"},
        /* Something is in the way: */
        {{"NBDKIT=:>../scan-0000.bin", NULL}, "-17 make %s/m/scan-0000.bin: File exists"},
        {{"SYMLINK_FAILS=1", NULL}, "-1 make %s/m/manifest.csv: Operation not permitted"},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        start(*state, rows[i].settings);
        expect_answer(rows[i].answer);
        assert_int_equal(ended(), 1);
        assert_false(file_exists(*state, "m"));
    }
}

/* What cannot be removed stays, and the first error is the one that is told. */
static void a_start_that_fails_and_leaves_something_tells_why_it_failed(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *answer;
    } rows[] = {
        {{"IN_THE_WAY=messages", NULL}, "-21 write %s/m/.storage/messages: Is a directory"},
        {{"IN_THE_WAY=settings", NULL}, "-21 write %s/m/.storage/settings: Is a directory"},
        {{"IN_THE_WAY=other", "NBDKIT=exit 4", NULL},
         "-5 the files could not be served: nbdkit ended with the status 4"},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char thing[64];
        start(*state, rows[i].settings);
        expect_answer(rows[i].answer);
        assert_int_equal(ended(), 1);
        snprintf(thing, sizeof thing, "m/.storage/%s", strchr(rows[i].settings[0], '=') + 1);
        assert_true(file_exists(*state, thing));
        char *path = files_join(*state, thing);
        assert_int_equal(rmdir(path), 0); /* the next one removes all else */
        free(path);
    }
}

static void what_stays_after_serving_is_told(void **state)
{
    static const char *const settings[] = {"IN_THE_WAY=other", NULL};
    prepare_one(*state);
    start(*state, settings);
    expect_answer("0 serves");
    keeper.answers[0] = '\0';
    tell_to_end();
    expect_answer("-21 remove %s/m/.storage/other: Is a directory");
    assert_int_equal(ended(), 1);
}

static void an_owner_that_goes_while_it_starts_is_heeded(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *answer;
    } rows[] = {
        {{"NBDKIT=forever", NULL}, "-125 interrupted"},
        {{"NBDFUSE=forever", NULL}, "-125 interrupted"},
        {{"NBDKIT=forever", "IN_THE_WAY=other", NULL},
         "-21 remove %s/m/.storage/other: Is a directory"},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        start(*state, rows[i].settings);
        tell_to_end();
        expect_answer(rows[i].answer);
        assert_int_equal(ended(), 1);
    }
}

static void a_program_that_is_missing_is_named(void **state)
{
    prepare_one(*state);
    char *path = files_join(*state, "bin/nbdfuse");
    assert_int_equal(unlink(path), 0);
    free(path);
    start(*state, NULL);
    expect_answer("-2 the files could not be served: nbdfuse is missing: run ./setup.sh, which "
                  "installs it");
    assert_int_equal(ended(), 1);
    assert_false(file_exists(*state, "m"));
}

static void a_folder_without_what_its_manifest_says_is_refused(void **state)
{
    static const struct {
        const char *name; /* goes */
        const char *text; /* comes instead; NULL: nothing; "/": a folder */
        const char *answer;
    } rows[] = {
        {"scan-0001.bin", NULL,
         "-2 %s/data/scan-0001.bin is missing or not what manifest.csv says: ./run_bench.sh makes "
         "it anew"},
        {"scan-0001.bin", "123",
         "-2 %s/data/scan-0001.bin is missing or not what manifest.csv says: ./run_bench.sh makes "
         "it anew"},
        {"scan-0001.bin", "/",
         "-2 %s/data/scan-0001.bin is missing or not what manifest.csv says: ./run_bench.sh makes "
         "it anew"},
        {"manifest.csv", NULL, "-2 there is no file set in %s/data: ./run_bench.sh makes one"},
        {"manifest.csv", "nonsense",
         "-2 there is no file set in %s/data: ./run_bench.sh makes one"},
        {"manifest.csv", "file,bytes,seed,changed_ns\n",
         "-2 there is no file set in %s/data: ./run_bench.sh makes one"},
    };
    prepare(*state, (const uint64_t[]){4096, 9999}, 2);
    char *data = files_join(*state, "data");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *path = files_join(data, rows[i].name);
        assert_int_equal(remove(path), 0);
        if (rows[i].text != NULL && rows[i].text[0] == '/')
            assert_int_equal(mkdir(path, 0700), 0);
        else if (rows[i].text != NULL)
            file_write(data, rows[i].name, rows[i].text, strlen(rows[i].text));
        start(*state, NULL);
        expect_answer(rows[i].answer);
        assert_int_equal(ended(), 1);
        assert_false(file_exists(*state, "m"));
        remove(path);
        file_write(data, rows[i].name, "", 0);
        free(path);
    }
    free(data);
}

static void more_open_files_than_are_allowed_are_refused(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *in_flight;
        const char *answer;
    } rows[] = {
        /* 2 files, each with a connection, which is a file and a socket, and 32 for all else. */
        {{"FILES_SOFT=36", NULL}, "1", "0 serves"},
        {{"FILES_SOFT=35", NULL},
         "1",
         "-24 2 files with 1 requests in flight each need 36 open files, and ulimit -Hn allows 35: "
         "take fewer files, or fewer requests in flight"},
        {{"FILES_SOFT=99", NULL},
         "16",
         "-24 2 files with 16 requests in flight each need 100 open files, and ulimit -Hn allows "
         "99: take fewer files, or fewer requests in flight"},
        {{"FILES_MAX=-1", NULL}, "16", "0 serves"},
        {{"LIMIT_FAILS=1", NULL}, "16", "0 serves"},
    };
    prepare(*state, (const uint64_t[]){4096, 9999}, 2);
    char *data = files_join(*state, "data");
    char *mount = files_join(*state, "m");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        start_words(rows[i].settings,
                    (const char *const[]){data, mount, "5", rows[i].in_flight, "0", "0", NULL}, -1);
        expect_answer(rows[i].answer);
        tell_to_end();
        ended();
        assert_false(file_exists(*state, "m"));
        if (i == 0) { /* as much as may be, and the log of requests may grow: in blocks of 512 */
            size_t length;
            char *said = file_read(*state, "nbdkit", &length);
            assert_non_null(strstr(said, "m/.storage 36 2048 --foreground"));
            free(said);
        }
    }
    free(mount);
    free(data);
}

/* For 1 s when its holder stays, for 30 s when that is about to leave it. Each attempt takes as
 * long as the step of the clock. */
static void a_folder_that_is_taken_is_waited_for(void **state)
{
    static const struct {
        const char *settings[MOST_SETTINGS];
        const char *calls; /* that begin so, or are so */
        const char *answer;
        bool told; /* to end, before */
    } rows[] = {
        {{"REFUSED=2", "REFUSED_CODE=-16", "STEP_MS=1", NULL},
         "take\ntake\ntake\nread",
         "0 serves",
         false},
        {{"REFUSED=2", "REFUSED_CODE=-114", "STEP_MS=1", NULL},
         "take\ntake\ntake\nread",
         "0 serves",
         false},
        {{"REFUSED=9", "REFUSED_CODE=-22", NULL}, "take\n", "-22 it is taken", false},
        {{"REFUSED=9", "REFUSED_CODE=-16", "STEP_MS=500", NULL},
         "take\ntake\ntake\n",
         "-16 it is taken",
         false},
        {{"REFUSED=9", "REFUSED_CODE=-114", "STEP_MS=10000", NULL},
         "take\ntake\ntake\ntake\n",
         "-114 it is taken",
         false},
        {{"REFUSED=9", "REFUSED_CODE=-114", NULL}, "take\n", "-114 it is taken", true},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t length;
        forget_calls(*state);
        keeper.is_told_before = rows[i].told;
        start(*state, rows[i].settings);
        keeper.is_told_before = false;
        expect_answer(rows[i].answer);
        tell_to_end();
        ended();
        assert_false(file_exists(*state, "m"));
        char *calls = file_read(*state, "calls", &length);
        if (strstr(rows[i].calls, "read") != NULL)
            assert_int_equal(strncmp(calls, rows[i].calls, strlen(rows[i].calls)), 0);
        else
            assert_string_equal(calls, rows[i].calls);
        free(calls);
    }
}

static void words_that_are_wrong_are_refused(void **state)
{
    static const char *const rows[][8] = {
        {"d", "m", "5", "1", "0", NULL},         {"d", "m", "5", "1", "0", "0", "0", NULL},
        {"d", "m", "x", "1", "0", "0", NULL},    {"d", "m", "5", "1x", "0", "0", NULL},
        {"d", "m", "5", "1", "0.5", "0", NULL},  {"d", "m", "5", "1", "0", "", NULL},
        {"d", "m", "5", "1", "0", "0.1%", NULL},
    };
    prepare_one(*state);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        start_words(NULL, rows[i], -1);
        assert_int_equal(ended(), 2);
        assert_string_equal(keeper.answers, "");
    }
    start_words(NULL, (const char *const[]){"/nowhere", "m", "5", "1", "0", "0", NULL}, -1);
    assert_int_equal(ended(), 1);
    assert_string_equal(keeper.answers, "keeper -2 enter /nowhere: No such file or directory\n");
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    process_set_self(argv[0]);
    if (argc > 2 && strcmp(argv[1], KEEPER_WORD) == 0)
        _exit(keeper_main(argc - 2, &argv[2])); /* what it keeps to its end is no leak */
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(files_are_served_until_it_is_told_to_end),
        FOLDER_TEST(a_long_version_is_cut),
        FOLDER_TEST(nothing_that_it_inherits_stays_open),
        FOLDER_TEST(what_ends_it_is_told),
        FOLDER_TEST(a_program_that_is_stopped_ends_it),
        FOLDER_TEST(the_end_is_told_before_all_is_taken_down),
        FOLDER_TEST(what_happens_while_it_ends_is_no_failure),
        FOLDER_TEST(who_does_not_end_is_ended_by_force),
        FOLDER_TEST(who_cannot_be_ended_is_left),
        FOLDER_TEST(a_start_that_fails_is_explained_and_undone),
        FOLDER_TEST(a_start_that_fails_and_leaves_something_tells_why_it_failed),
        FOLDER_TEST(what_stays_after_serving_is_told),
        FOLDER_TEST(an_owner_that_goes_while_it_starts_is_heeded),
        FOLDER_TEST(a_program_that_is_missing_is_named),
        FOLDER_TEST(a_folder_without_what_its_manifest_says_is_refused),
        FOLDER_TEST(more_open_files_than_are_allowed_are_refused),
        FOLDER_TEST(a_folder_that_is_taken_is_waited_for),
        FOLDER_TEST(words_that_are_wrong_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    puts("skipped: storage is emulated on Linux only");
    return 0;
}

#endif
