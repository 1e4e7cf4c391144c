// SPDX-License-Identifier: MIT
/* Taking away mounts of FUSE, with a list of mounts that the test makes up. */
#include "core/process.h"
#include "platform/fuse_mounts.h"
#include "tests/support.h"

#include <errno.h>
#include <sys/mount.h>

#ifdef __linux__

#define LIST "/proc/self/mountinfo"

/* A mount, and what it takes to be rid of it. */
struct made {
    const char *point;
    int refusal; /* errno of an unmount, or 0 */
    int helpers; /* that many runs of fusermount3 take it away; 0: none does */
    int count;   /* lie over each other */
};

static struct made mounts[4];
static int open_fails;
static int access_fails;
static int list_fails;
static int lists;      /* read so far */
static char told[512]; /* who was asked */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_access(const char *path, int mode);
int __wrap_access(const char *path, int mode);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_umount2(const char *point, int flags);
int __wrap_process_run_anyway(const struct process_request *request, struct process_end *end,
                              struct error *error);

int __wrap_open(const char *path, int flags, ...)
{
    if (strcmp(path, "/dev/fuse") != 0)
        return __real_open(path, flags, 0600);
    errno = open_fails;
    return open_fails != 0 ? -1 : __real_open("/dev/null", flags);
}

int __wrap_access(const char *path, int mode)
{
    if (strcmp(path, LIST) != 0)
        return __real_access(path, mode);
    errno = access_fails;
    return access_fails != 0 ? -1 : 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    static char text[1024];
    if (strcmp(path, LIST) != 0)
        return __real_fopen(path, mode);
    lists++;
    errno = list_fails;
    if (list_fails != 0)
        return NULL;
    strcpy(text, "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:9 / /m/tmp rw - tmpfs tmpfs rw\n");
    for (size_t i = 0; i < LENGTH(mounts); i++) {
        for (int k = 0; k < mounts[i].count; k++)
            snprintf(&text[strlen(text)], sizeof text - strlen(text),
                     "22 20 0:40 / %s rw - fuse.nbd emulated rw\n", mounts[i].point);
    }
    return fmemopen(text, strlen(text), mode);
}

static void tell(const char *who, const char *point)
{
    snprintf(&told[strlen(told)], sizeof told - strlen(told), "%s %s\n", who, point);
}

static struct made *find(const char *point)
{
    for (size_t i = 0; i < LENGTH(mounts); i++) {
        if (mounts[i].point != NULL && strcmp(mounts[i].point, point) == 0)
            return &mounts[i];
    }
    fail_msg("%s is no mount", point);
    return NULL;
}

int __wrap_umount2(const char *point, int flags)
{
    struct made *mount = find(point);
    assert_int_equal(flags, MNT_DETACH | UMOUNT_NOFOLLOW);
    tell("umount", point);
    errno = mount->refusal;
    if (mount->refusal != 0)
        return -1;
    mount->count--;
    return 0;
}

int __wrap_process_run_anyway(const struct process_request *request, struct process_end *end,
                              struct error *error)
{
    static const char *const words[] = {"fusermount3", "-u", "-z", "--"};
    (void)error;
    for (size_t i = 0; i < LENGTH(words); i++)
        assert_string_equal(request->arguments[i], words[i]);
    assert_null(request->arguments[5]);
    assert_int_equal(request->output_fd, PROCESS_NOWHERE);
    assert_true(request->error_fd > 2); /* what it says to a failure is no use to anybody */
    struct made *mount = find(request->arguments[4]);
    tell("fusermount3", mount->point);
    if (--mount->helpers == 0)
        mount->count--;
    *end = (struct process_end){.status = mount->helpers != 0};
    return 0;
}

static struct error error;

static void all_below_a_folder_are_taken_away(void **state)
{
    static const struct {
        struct made mounts[4];
        int list_fails;
        int code;
        const char *text;
        const char *told;
        int lists;
    } rows[] = {
        {.told = "", .lists = 1},
        {.mounts = {{"/m/a", 0, 0, 1}, {"/other/b", 0, 0, 1}, {"/m/c", 0, 0, 1}},
         .told = "umount /m/a\numount /m/c\n",
         .lists = 2},
        /* Two over each other. */
        {.mounts = {{"/m/a", 0, 0, 2}}, .told = "umount /m/a\numount /m/a\n", .lists = 2},
        /* Who may not unmount has help; a second round may do what the first did not. */
        {.mounts = {{"/m/a", EPERM, 1, 1}}, .told = "umount /m/a\nfusermount3 /m/a\n", .lists = 2},
        {.mounts = {{"/m/a", EPERM, 2, 1}},
         .told = "umount /m/a\nfusermount3 /m/a\numount /m/a\nfusermount3 /m/a\n",
         .lists = 3},
        {.mounts = {{"/m/a", EPERM, 3, 1}},
         .told = "umount /m/a\nfusermount3 /m/a\numount /m/a\nfusermount3 /m/a\n"
                 "umount /m/a\nfusermount3 /m/a\n",
         .lists = 4},
        /* Not more than three. */
        {.mounts = {{"/m/a", EINVAL, 0, 1}, {"/m/b", 0, 0, 1}},
         .code = -EBUSY,
         .text = "/m/a cannot be unmounted: let root run 'umount -l' for all of /m",
         .told = "umount /m/a\numount /m/b\numount /m/a\numount /m/a\n",
         .lists = 4},
        {.list_fails = EACCES,
         .code = -EACCES,
         .text = "read /proc/self/mountinfo: Permission denied",
         .told = "",
         .lists = 1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        memcpy(mounts, rows[i].mounts, sizeof mounts);
        list_fails = rows[i].list_fails;
        lists = 0;
        told[0] = '\0';
        error.text[0] = '\0';
        assert_int_equal(fuse_mounts_end("/m", &error), rows[i].code);
        assert_string_equal(error.text, rows[i].text != NULL ? rows[i].text : "");
        assert_string_equal(told, rows[i].told);
        assert_int_equal(lists, rows[i].lists);
    }
    list_fails = 0;
}

static void what_is_missing_is_named(void **state)
{
    static const struct {
        int open_fails;
        int access_fails;
        int code;
        const char *text;
    } rows[] = {
        {0, 0, 0, ""},
        {EACCES, 0, -ENOENT, "/dev/fuse cannot be used (Permission denied): run this as root"},
        {0, ENOENT, -ENOENT, "/proc/self/mountinfo cannot be read (No such file or directory)"},
        {ENODEV, ENOENT, -ENOENT, "/dev/fuse cannot be used (No such device)"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        open_fails = rows[i].open_fails;
        access_fails = rows[i].access_fails;
        error.text[0] = '\0';
        assert_int_equal(fuse_mounts_check(&error), rows[i].code);
        assert_int_equal(strncmp(error.text, rows[i].text, strlen(rows[i].text)), 0);
    }
    open_fails = access_fails = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_below_a_folder_are_taken_away),
        cmocka_unit_test(what_is_missing_is_named),
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
