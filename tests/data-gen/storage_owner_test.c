// SPDX-License-Identifier: MIT
/* The owner's side of emulated storage. The keeper is this test once more, which becomes a shell
 * with the script that it is given as the folder of the data: $1 is the folder to mount in, its
 * output is the socket, and `read nothing <&1` waits until it is told to end. */
#include "data-gen/emulated_storage.h"

#include "core/interrupt.h"
#include "core/process.h"
#include "data-gen/keeper.h"
#include "data-gen/storage_folder.h"
#include "platform/fuse_mounts.h"
#include "platform/tie.h"
#include "tests/support.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <uv.h>

#ifdef __linux__

static struct error error;
static const struct emulated_storage_options options = {
    .latency_ms = 5, .in_flight = 16, .rate_bytes_per_s = 1024, .error_rate = 0.25};

/* ---- Fakes -------------------------------------------------------------------------------------
 */

/* What they do next. */
static struct fakes {
    int fuse_check;
    int programs_check;
    int recovery; /* what cleaning up returns */
    int socket_fails;
    int read_fails; /* once, with this errno */
    int hurried;    /* that many times patience is at its end at once */
    const char *self;
} fake;

static char told[512]; /* what was called */
static int interrupts[2];

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(&told[length], sizeof told - length, format, arguments);
    va_end(arguments);
}

int __wrap_fuse_mounts_check(struct error *why);
int __wrap_storage_programs_check(struct error *why);
int __wrap_storage_folder_recover(const char *path, struct error *why);
int __wrap_interrupt_fd(void);
int __wrap_interrupt_status(void);
int __real_socketpair(int domain, int type, int protocol, int ends[2]);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
int __real_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat);
void __real_process_signal(struct process *process, int number);
void __wrap_process_signal(struct process *process, int number);
const char *__real_process_self(void);
const char *__wrap_process_self(void);

int __wrap_fuse_mounts_check(struct error *why)
{
    return fake.fuse_check == 0 ? 0 : error_set(why, fake.fuse_check, "no FUSE");
}

int __wrap_storage_programs_check(struct error *why)
{
    return fake.programs_check == 0 ? 0 : error_set(why, fake.programs_check, "no nbdkit");
}

int __wrap_storage_folder_recover(const char *path, struct error *why)
{
    const char *name = strrchr(path, '/');
    tell("recover %s\n", name + 1);
    return fake.recovery == 0 ? 0 : error_set(why, fake.recovery, "something stays");
}

int __wrap_interrupt_fd(void)
{
    return interrupts[0];
}

int __wrap_interrupt_status(void)
{
    return 130;
}

int __wrap_socketpair(int domain, int type, int protocol, int ends[2])
{
    errno = fake.socket_fails;
    return fake.socket_fails != 0 ? -1 : __real_socketpair(domain, type, protocol, ends);
}

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
    errno = fake.read_fails;
    fake.read_fails = 0;
    return errno != 0 ? -1 : __real_read(fd, bytes, size);
}

int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb call, uint64_t ms, uint64_t repeat)
{
    tell("within %d\n", (int)ms);
    assert_int_equal(repeat, 0);
    return __real_uv_timer_start(timer, call, fake.hurried-- > 0 ? 1 : ms, repeat);
}

void __wrap_process_signal(struct process *process, int number)
{
    tell("signal %d\n", number);
    __real_process_signal(process, number);
}

const char *__wrap_process_self(void)
{
    return fake.self != NULL ? fake.self : __real_process_self();
}

/* ---- What is done with it ----------------------------------------------------------------------
 */

/* What a keeper has done when it says that the files are served. */
#define MADE                                                                                       \
    "mkdir -p \"$1/.storage\"; echo storage,emulated >\"$1/.storage/settings\"; "                  \
    "echo ' Read id=1 offset=0x0 count=0x200 ...' >\"$1/.storage/requests.log\"; "
#define SERVES   MADE "echo keeper 0 serves; "
#define TILL_END "read nothing <&1; "

static struct emulated_storage *storage;
static struct emulated_storage_counts counts;

static size_t count_open(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

/* Begins with no interrupt and nothing told. */
static void begin(void)
{
    static const struct fakes nothing;
    if (interrupts[1] > 0) {
        close(interrupts[0]);
        close(interrupts[1]);
    }
    assert_int_equal(pipe2(interrupts, O_CLOEXEC), 0);
    fake = nothing;
    told[0] = '\0';
    error = (struct error){.code = 0};
}

static void interrupt(void)
{
    assert_int_equal(write(interrupts[1], "", 1), 1);
}

static int start(const char *dir, const char *script)
{
    char *mount = files_join(dir, "m");
    const int code = emulated_storage_start(&storage, script, mount, &options, &error);
    free(mount);
    return code;
}

static int stop(void)
{
    counts = (struct emulated_storage_counts){.requests = 99};
    return emulated_storage_stop(storage, &counts, &error);
}

static void expect_end_of(const char *text, const char *end)
{
    assert_true(strlen(text) >= strlen(end));
    assert_string_equal(&text[strlen(text) - strlen(end)], end);
}

/* ---- Starting ----------------------------------------------------------------------------------
 */

static void a_keeper_that_serves_gets_what_it_needs(void **state)
{
    enum { MOST_FDS = 1024, SHELL_OWN = 10 };
    const char *dir = *state;
    size_t length;
    char *mount = files_join(dir, "m");
    bool was_open[MOST_FDS];
    begin();
    for (int fd = 0; fd < MOST_FDS; fd++)
        was_open[fd] = fcntl(fd, F_GETFD) >= 0;
    const size_t open_before = count_open();
    setenv("SCAN_BENCH_OURS", "1", 1);
    setenv("LC_ALL", "tr_TR.UTF-8", 1);
    assert_int_equal(start(dir, SERVES
                           "echo \"$@ $LC_ALL $SCAN_BENCH_OURS\" >\"$1/words\"; "
                           "ls /proc/$$/fd | tr '\\n' ' ' >\"$1/fds\"; : >\"$1/ready\"; " TILL_END
                           "echo \"$(date)\" >\"$1/ended\""),
                     0);
    assert_string_equal(emulated_storage_settings(storage), "storage,emulated\n");
    assert_int_equal(stop(), 0);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.read_bytes, 512);
    assert_int_equal(counts.failed_requests, 0);
    char *words = file_read(mount, "words", &length);
    expect_end_of(words, "/m 5 16 1024 0.25 C \n");
    free(words);
    char *fds = file_read(mount, "fds", &length);
    for (char *next = fds; *next != '\0'; next += strspn(next, " ")) {
        const long fd = strtol(next, &next, 10);
        assert_true(fd == SHELL_OWN || (fd < MOST_FDS && was_open[fd])); /* no end of the socket */
    }
    free(fds);
    assert_true(file_exists(mount, "ended")); /* it was waited for */
    assert_string_equal(told, "within 45000\nwithin 10000\n");
    assert_int_equal(count_open(), open_before);
    free(mount);
}

static void what_the_keeper_answers_is_told(void **state)
{
    static const struct {
        const char *script;
        int code;
        const char *text; /* that the error ends with */
    } rows[] = {
        {SERVES TILL_END, 0, ""},
        {MADE "echo hello; echo xkeeper -5 no; echo keeper; echo; echo keeper 0; " TILL_END, 0, ""},
        {MADE "printf 'kee'; sleep 0.01; printf 'per 0 serves'; sleep 0.01; echo; " TILL_END, 0,
         ""},
        {"echo 'keeper -16   it is in use'; echo 'keeper -5 later'; " TILL_END, -EBUSY,
         "it is in use"},
        {"echo 'keeper -22 another folder'; exit 1", -EINVAL, "another folder"},
        {MADE "printf 'keeper 0 serves\\nkeeper -5 gone\\n'; " TILL_END, -EIO, "gone"},
        {"exit 1", -EIO, "/m ended"},
        {"echo hello", -EIO, "/m ended"},
        {"printf 'keeper 0 serves'", -EIO, "/m ended"},
        {"mkdir -p \"$1\"; echo keeper 0 serves; " TILL_END, -EIO, "settings: Input/output error"},
        {MADE ":> \"$1/.storage/settings\"; echo keeper 0 serves; " TILL_END, -EIO,
         "settings: Input/output error"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char script[1024];
        char *mount = files_join(*state, "m");
        begin();
        const size_t open_before = count_open();
        snprintf(script, sizeof script, "rm -rf \"$1\"; %s", rows[i].script);
        assert_int_equal(start(*state, script), rows[i].code);
        expect_end_of(error.text, rows[i].text);
        assert_int_equal(error.code, rows[i].code);
        if (rows[i].code == 0)
            assert_int_equal(stop(), 0);
        assert_string_equal(told, "within 45000\nwithin 10000\n");
        assert_int_equal(count_open(), open_before);
        free(mount);
    }
}

/* The line is cut, and the next one is read for itself. */
static void an_answer_without_an_end_is_cut(void **state)
{
    begin();
    assert_int_equal(start(*state, MADE "printf 'hello %2000s\\n' x; printf 'keeper -5 %2000s\\n' "
                                        "x; echo keeper -2 later; " TILL_END),
                     -EIO);
    assert_int_equal(strspn(error.text, " "), 0);
    begin();
    assert_int_equal(start(*state, MADE "printf 'hello %2000s\\n' x; echo keeper -2 whole; "),
                     -ENOENT);
    assert_string_equal(error.text, "whole");
    begin();
    assert_int_equal(
        start(*state, "printf 'keeper -2 '; printf '%0600d' 0; printf '%02000d\\n' 0; " TILL_END),
        -ENOENT);
    assert_int_equal(strspn(error.text, "0"), sizeof error.text - 1);
}

static void an_interrupt_ends_the_start(void **state)
{
    begin();
    interrupt();
    const size_t open_before = count_open();
    assert_int_equal(start(*state, TILL_END), -ECANCELED);
    assert_string_equal(error.text, "interrupted while the storage was starting");
    assert_string_equal(told, "within 45000\nwithin 10000\n");
    assert_int_equal(count_open(), open_before);
}

static void a_start_that_cannot_be_is_told(void **state)
{
    begin();
    const size_t open_before = count_open();
    fake.socket_fails = EMFILE;
    assert_int_equal(start(*state, SERVES), -EMFILE);
    assert_string_equal(error.text, "make a socket: Too many open files");
    begin();
    fake.self = "/nowhere/scan_bench";
    assert_int_equal(start(*state, SERVES), -ENOENT);
    expect_end_of(error.text, "/nowhere/scan_bench is missing: run ./setup.sh, which installs it");
    assert_string_equal(told, ""); /* nobody was waited for */
    assert_int_equal(count_open(), open_before);
}

static void what_is_to_be_read_again_is(void **state)
{
    static const struct {
        int fails;
        int code;
    } rows[] = {{EAGAIN, 0}, {EINTR, 0}, {EIO, -EIO}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        begin();
        fake.read_fails = rows[i].fails;
        assert_int_equal(start(*state, SERVES TILL_END), rows[i].code);
        if (rows[i].code == 0)
            assert_int_equal(stop(), 0);
        else
            expect_end_of(error.text, "/m ended");
    }
}

/* ---- Waiting and ending ------------------------------------------------------------------------
 */

static void it_is_waited_for_until_something_happens(void **state)
{
    static const struct {
        const char *script; /* after it serves; the file "go" in the folder comes before the wait */
        bool interrupted;
        int code;
        const char *text;
        const char *told;
    } rows[] = {
        {TILL_END, true, 0, "", "within 45000\nwithin 10000\n"},
        {"echo keeper -5 nbdkit ended; " TILL_END, false, -EIO,
         "the storage came to an end before it was told to: nbdkit ended",
         "within 45000\nwithin 10000\n"},
        {"kill -9 $$", false, -EIO,
         "the storage came to an end before it was told to: its keeper was killed",
         "within 45000\nwithin 10000\nrecover m\n"},
        /* One of its children lives on, until the socket comes to its end. */
        {"( " TILL_END ":>\"$1/child\" ) & kill -9 $$", false, -EIO,
         "the storage came to an end before it was told to: its keeper was killed",
         "within 45000\nwithin 10000\nrecover m\n"},
        {"kill -STOP $$", false, -EIO,
         "the storage came to an end before it was told to: its keeper was stopped",
         "within 45000\nwithin 10000\nrecover m\n"},
        /* It has closed the socket, and all of its children have ended. */
        {"exec >/dev/null; sleep 0.1", false, 0, "", "within 45000\nwithin 10000\n"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char script[1024];
        begin();
        snprintf(script, sizeof script,
                 SERVES "until [ -e \"$1/go\" ]; do sleep 0.01; done; rm \"$1/go\"; %s",
                 rows[i].script);
        assert_int_equal(start(*state, script), 0);
        if (rows[i].interrupted)
            interrupt();
        file_make(*state, "m/go", "");
        emulated_storage_wait(storage);
        assert_int_equal(stop(), rows[i].code);
        assert_string_equal(error.text, rows[i].text);
        assert_int_equal(counts.requests, 1);
        assert_string_equal(told, rows[i].told);
    }
    assert_true(file_exists(*state, "m/child"));
}

static void what_stays_at_the_end_is_told(void **state)
{
    static const struct {
        const char *script; /* after it serves */
        int hurried;
        int recovery;
        int code;
        const char *text; /* that the error ends with */
        const char *told;
    } rows[] = {
        {TILL_END "echo keeper -16 it cannot be unmounted; exit 1", 0, 0, -EBUSY,
         "it cannot be unmounted", "within 45000\nwithin 10000\n"},
        {"rm \"$1/.storage/requests.log\"; : >\"$1/go\"; " TILL_END, 0, 0, -ENOENT,
         "/m cannot be read: No such file or directory", "within 45000\nwithin 10000\n"},
        /* It does not heed its end, so that it is killed, and what it left is removed. */
        {"trap '' TERM; while :; do sleep 10; done", 1, 0, 0, "",
         "within 45000\nsignal 9\nwithin 10000\nwithin 10000\nrecover m\n"},
        {"trap '' TERM; while :; do sleep 10; done", 1, -EBUSY, -EBUSY, "something stays",
         "within 45000\nsignal 9\nwithin 10000\nwithin 10000\nrecover m\n"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char script[1024];
        begin();
        fake.hurried = rows[i].hurried;
        fake.recovery = rows[i].recovery;
        snprintf(script, sizeof script, "rm -f \"$1/go\"; " SERVES "%s", rows[i].script);
        assert_int_equal(start(*state, script), 0);
        while (strstr(rows[i].script, "go") != NULL && !file_exists(*state, "m/go"))
            continue;
        assert_int_equal(stop(), rows[i].code);
        expect_end_of(error.text, rows[i].text);
        assert_string_equal(told, rows[i].told);
    }
}

/* A keeper that said why it ends is not asked again by an interrupt. */
static void an_end_is_told_however_it_is_waited_for(void **state)
{
    begin();
    assert_int_equal(start(*state, SERVES TILL_END "echo keeper -5 late"), 0);
    interrupt();
    emulated_storage_wait(storage);
    assert_int_equal(stop(), -EIO);
    assert_string_equal(error.text, "late");
}

/* ---- The rest ----------------------------------------------------------------------------------
 */

static void both_checks_have_to_hold(void **state)
{
    static const struct {
        int fuse;
        int programs;
        int code;
    } rows[] = {{0, 0, 0}, {-ENOTSUP, 0, -ENOTSUP}, {0, -ENOENT, -ENOENT}, {-EIO, -ENOENT, -EIO}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        begin();
        fake.fuse_check = rows[i].fuse;
        fake.programs_check = rows[i].programs;
        assert_int_equal(emulated_storage_check(&error), rows[i].code);
        assert_int_equal(error.code, rows[i].code);
    }
    assert_int_equal(emulated_storage_exit_status(-ECANCELED), 130);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    if (argc == 8 && strcmp(argv[1], KEEPER_WORD) == 0)
        return execl("/bin/sh", "sh", "-c", argv[2], "keeper", argv[3], argv[4], argv[5], argv[6],
                     argv[7], NULL);
    process_set_self(argv[0]);
    uv_default_loop(); /* libuv has files of its own that stay open */
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_keeper_that_serves_gets_what_it_needs),
        FOLDER_TEST(what_the_keeper_answers_is_told),
        FOLDER_TEST(an_answer_without_an_end_is_cut),
        FOLDER_TEST(an_interrupt_ends_the_start),
        FOLDER_TEST(a_start_that_cannot_be_is_told),
        FOLDER_TEST(what_is_to_be_read_again_is),
        FOLDER_TEST(it_is_waited_for_until_something_happens),
        FOLDER_TEST(what_stays_at_the_end_is_told),
        FOLDER_TEST(an_end_is_told_however_it_is_waited_for),
        cmocka_unit_test(both_checks_have_to_hold),
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
