// SPDX-License-Identifier: MIT
#include "data-gen/data_folder.h"

#include "tests/support.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static struct error error;
static struct data_folder folder;

static void it_is_made_and_marked_while_it_is_taken(void **state)
{
    char *dir = files_join(*state, "data");
    assert_int_equal(data_folder_take(&folder, dir, &error), 0);
    assert_true(file_exists(dir, ".in-use"));
    data_folder_release(&folder);
    assert_false(file_exists(dir, ".in-use"));
    free(dir);
}

static void one_that_cannot_be_made_is_named(void **state)
{
    static const struct {
        const char *name;
        int code;
    } rows[] = {{"file", -ENOTDIR}, {"file/data", -ENOTDIR}, {"no/data", -ENOENT}};
    file_write(*state, "file", "", 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *dir = files_join(*state, rows[i].name);
        assert_int_equal(data_folder_take(&folder, dir, &error), rows[i].code);
        assert_non_null(strstr(error.text, dir));
        free(dir);
    }
}

/* Another process has it, and then ends in whatever way. */
static void the_second_one_is_told_who_has_it(void **state)
{
    char who[64];
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (data_folder_take(&folder, *state, &error) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(data_folder_take(&folder, *state, &error), -EBUSY);
    snprintf(who, sizeof who, "in use by the run of process %ld: wait", (long)child);
    assert_non_null(strstr(error.text, who));
    assert_true(file_exists(*state, ".in-use")); /* the other's */
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(data_folder_take(&folder, *state, &error), 0);
    data_folder_release(&folder);
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(it_is_made_and_marked_while_it_is_taken),
        FOLDER_TEST(one_that_cannot_be_made_is_named),
        FOLDER_TEST(the_second_one_is_told_who_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
