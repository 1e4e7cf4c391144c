// SPDX-License-Identifier: MIT
/* A device's readahead, which is a file of this test, set and put back in every ending. */
#include "data-gen/kept_readahead.h"

#include "platform/readahead.h"
#include "tests/support.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static struct error error;
static struct kept_readahead kept;

/* Makes the setting with 8 MiB and the data folder. */
struct made {
    char *setting;
    char *data;
};

static struct made make(const char *dir)
{
    struct made made = {files_join(dir, "read_ahead_kb"), files_join(dir, "data")};
    file_write(dir, "read_ahead_kb", "8192\n", 5);
    assert_int_equal(mkdir(made.data, 0777), 0);
    return made;
}

static void made_free(struct made *made)
{
    free(made->setting);
    free(made->data);
}

static uint64_t now(const struct made *made)
{
    uint64_t bytes = 1;
    assert_int_equal(readahead_get(made->setting, &bytes), 0);
    return bytes;
}

static void it_is_kib_in_a_file(void **state)
{
    static const struct {
        const char *text;
        int code;
        uint64_t bytes;
    } rows[] = {{"128\n", 0, 131072},
                {"0\n", 0, 0},
                {"8192", 0, 8388608},
                {"", -EINVAL, 0},
                {"x\n", -EINVAL, 0}};
    char *path = files_join(*state, "read_ahead_kb");
    uint64_t bytes;
    assert_int_equal(readahead_get(path, &bytes), -ENOENT);
    assert_int_equal(readahead_set(path, 4096), -ENOENT);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        file_write(*state, "read_ahead_kb", rows[i].text, strlen(rows[i].text));
        assert_int_equal(readahead_get(path, &bytes), rows[i].code);
        assert_true(rows[i].code != 0 || bytes == rows[i].bytes);
    }
    assert_int_equal(readahead_set(path, 65536), 0);
    assert_true(file_holds(*state, "read_ahead_kb", "64\n"));
    free(path);
}

/* Pages of 64 KiB make nothing of 16 KiB; here half a KiB is none. */
static void a_value_that_the_kernel_changes_is_refused(void **state)
{
    char *path = files_join(*state, "read_ahead_kb");
    file_write(*state, "read_ahead_kb", "128\n", 4);
    assert_int_equal(readahead_set(path, 512), -ERANGE);
    free(path);
}

static void it_is_set_for_a_while_and_put_back(void **state)
{
    struct made made = make(*state);
    assert_int_equal(kept_readahead_set(&kept, made.data, made.setting, 16384, &error), 0);
    assert_int_equal(now(&made), 16384);
    assert_int_equal(kept.before_bytes, 8388608);
    assert_true(file_exists(made.data, ".readahead"));
    assert_int_equal(kept_readahead_put_back(&kept, &error), 0);
    assert_int_equal(now(&made), 8388608);
    assert_false(file_exists(made.data, ".readahead"));
    made_free(&made);
}

static void one_that_cannot_be_set_is_left_as_it_is(void **state)
{
    struct made made = make(*state);
    char *none = files_join(*state, "no");
    assert_int_equal(kept_readahead_set(&kept, made.data, "", 0, &error), -ENOTSUP);
    assert_int_equal(kept_readahead_set(&kept, made.data, none, 0, &error), -ENOENT);
    assert_int_equal(kept_readahead_set(&kept, none, made.setting, 0, &error), -ENOENT);
    assert_int_equal(kept_readahead_set(&kept, made.data, made.setting, 512, &error), -ERANGE);
    assert_non_null(strstr(error.text, "read_ahead_kb"));
    assert_int_equal(now(&made), 8388608);
    assert_false(file_exists(made.data, ".readahead"));
    free(none);
    made_free(&made);
}

/* A process that sets it and then waits until it is killed, or this one has ended. */
static pid_t start_setting(const struct made *made)
{
    int told[2];
    int end[2];
    char byte = 0;
    assert_int_equal(pipe(told), 0);
    assert_int_equal(pipe(end), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(end[1]);
        if (kept_readahead_set(&kept, made->data, made->setting, 0, &error) == 0 &&
            write(told[1], &byte, 1) == 1)
            _exit(read(end[0], &byte, 1) == 0 ? 0 : 1);
        _exit(1);
    }
    close(told[1]);
    close(end[0]);
    assert_int_equal(read(told[0], &byte, 1), 1);
    close(told[0]);
    return child;
}

static void the_next_start_puts_back_what_a_killed_run_has_left(void **state)
{
    struct made made = make(*state);
    uint64_t bytes = 0;
    const pid_t child = start_setting(&made);

    /* While that run lives nobody else touches it. */
    assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), 0);
    assert_int_equal(kept_readahead_set(&kept, made.data, made.setting, 4096, &error), -EBUSY);
    assert_int_equal(now(&made), 0);
    assert_true(file_exists(made.data, ".readahead"));

    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(now(&made), 0);
    assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), 1);
    assert_int_equal(bytes, 8388608);
    assert_int_equal(now(&made), 8388608);
    assert_false(file_exists(made.data, ".readahead"));
    assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), 0);
    made_free(&made);
}

/* The next experiment does so, too: it must not take the level left behind for that before. */
static void setting_again_begins_with_putting_back(void **state)
{
    struct made made = make(*state);
    const pid_t child = start_setting(&made);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(kept_readahead_set(&kept, made.data, made.setting, 16384, &error), 0);
    assert_int_equal(kept.before_bytes, 8388608);
    assert_int_equal(kept_readahead_put_back(&kept, &error), 0);
    assert_int_equal(now(&made), 8388608);
    made_free(&made);
}

/* Of another start of the system, of a device that is gone, and cut short. */
static void a_record_that_means_nothing_any_more_goes(void **state)
{
    struct made made = make(*state);
    char boot[64] = "";
    char texts[3][512];
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file == NULL || fgets(boot, sizeof boot, file) == NULL)
        skip();
    fclose(file);
    snprintf(texts[0], sizeof texts[0], "%s\n4096\nanother\n", made.setting);
    snprintf(texts[1], sizeof texts[1], "%s-gone\n4096\n%s", made.setting, boot);
    snprintf(texts[2], sizeof texts[2], "%s\n", made.setting);
    for (size_t i = 0; i < LENGTH(texts); i++) {
        uint64_t bytes;
        file_write(made.data, ".readahead", texts[i], strlen(texts[i]));
        assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), 0);
        assert_int_equal(now(&made), 8388608);
        assert_false(file_exists(made.data, ".readahead"));
    }
    made_free(&made);
}

/* As when the next start is not root's. A folder can be opened and locked, and not written. */
static void what_cannot_be_put_back_is_said_and_kept_for_another_start(void **state)
{
    struct made made = make(*state);
    char *held = files_join(*state, "held");
    uint64_t bytes;
    assert_int_equal(kept_readahead_set(&kept, made.data, made.setting, 0, &error), 0);
    assert_int_equal(close(kept.fd), 0); /* killed */
    free(kept.record);
    assert_int_equal(rename(made.setting, held), 0);
    assert_int_equal(mkdir(made.setting, 0777), 0);
    assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), -EISDIR);
    assert_non_null(strstr(error.text, "read_ahead_kb cannot be put back to 8192 KiB"));
    assert_non_null(strstr(error.text, "root"));
    assert_true(file_exists(made.data, ".readahead"));
    assert_int_equal(kept_readahead_set(&kept, made.data, held, 4096, &error), -EISDIR);
    assert_int_equal(rmdir(made.setting), 0);
    assert_int_equal(rename(held, made.setting), 0);
    assert_int_equal(kept_readahead_recover(made.data, &bytes, &error), 1);
    assert_int_equal(now(&made), 8388608);
    free(held);
    made_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(it_is_kib_in_a_file),
        FOLDER_TEST(a_value_that_the_kernel_changes_is_refused),
        FOLDER_TEST(it_is_set_for_a_while_and_put_back),
        FOLDER_TEST(one_that_cannot_be_set_is_left_as_it_is),
        FOLDER_TEST(the_next_start_puts_back_what_a_killed_run_has_left),
        FOLDER_TEST(setting_again_begins_with_putting_back),
        FOLDER_TEST(a_record_that_means_nothing_any_more_goes),
        FOLDER_TEST(what_cannot_be_put_back_is_said_and_kept_for_another_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
