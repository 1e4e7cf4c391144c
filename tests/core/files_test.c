// SPDX-License-Identifier: MIT
#include "core/files.h"

#include "tests/support.h"

#include <errno.h>

/* What write is made to do: with each call the next number of bytes, or a negative errno. */
static const int *write_script;

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    if (write_script == NULL)
        return __real_write(fd, bytes, length);
    const int next = *write_script++;
    if (next >= 0)
        return __real_write(fd, bytes, (size_t)next);
    errno = -next;
    return -1;
}

static bool rename_fails;

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
    errno = EACCES;
    return rename_fails ? -1 : __real_rename(from, to);
}

static void a_path_is_the_folder_and_the_name(void **state)
{
    char *path = files_join("a/b", "c");
    (void)state;
    assert_string_equal(path, "a/b/c");
    free(path);
}

/* Writes "0123456789" by that script. */
static int write_ten(const char *dir, const int *next)
{
    char *path = files_join(dir, "ten");
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_true(fd >= 0);
    write_script = next;
    const int code = files_write_all(fd, "0123456789", 10);
    write_script = NULL;
    close(fd);
    free(path);
    return code;
}

static void short_writes_and_interrupted_ones_go_on(void **state)
{
    static const int next[] = {1, -EINTR, 5, 0, -EINTR, 4};
    assert_int_equal(write_ten(*state, next), 0);
    assert_true(file_holds(*state, "ten", "0123456789"));
}

static void a_write_that_fails_is_an_error(void **state)
{
    static const int next[] = {4, -ENOSPC};
    assert_int_equal(write_ten(*state, next), -ENOSPC);
}

/* Replaces the file "it" by "new\n". */
static int replace(const char *dir, int failed, struct error *error)
{
    char *path = files_join(dir, "it");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fputs("new\n", file);
        assert_true(file_holds(dir, "it", "old\n"));
        code = files_replace_end(file, path, failed, error);
    }
    free(path);
    return code;
}

static void a_file_is_replaced_when_it_is_whole(void **state)
{
    struct error error;
    file_write(*state, "it", "old\n", 4);
    assert_int_equal(replace(*state, 0, &error), 0);
    assert_true(file_holds(*state, "it", "new\n"));
    assert_false(file_exists(*state, "it.part"));
}

static void a_file_that_failed_leaves_the_old_one(void **state)
{
    struct error error;
    file_write(*state, "it", "old\n", 4);
    assert_int_equal(replace(*state, 1, &error), 0);
    assert_true(file_holds(*state, "it", "old\n"));
    assert_false(file_exists(*state, "it.part"));
}

static void a_file_that_cannot_get_its_name_leaves_the_old_one(void **state)
{
    struct error error;
    file_write(*state, "it", "old\n", 4);
    rename_fails = true;
    assert_int_equal(replace(*state, 0, &error), -EACCES);
    rename_fails = false;
    assert_non_null(strstr(error.text, "it.part: Permission denied"));
    assert_true(file_holds(*state, "it", "old\n"));
    assert_false(file_exists(*state, "it.part"));
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    char *path = files_join(*state, "it");
    struct error error;
    FILE *file;
    file_write(*state, "it", "old\n", 4);
    assert_int_equal(files_replace_begin(&file, path, &error), 0);
    FILE *full = freopen("/dev/full", "w", file);
    if (full == NULL)
        skip();
    fputs("new\n", full);
    assert_int_equal(files_replace_end(full, path, 0, &error), -ENOSPC);
    assert_true(file_holds(*state, "it", "old\n"));
    assert_false(file_exists(*state, "it.part"));
    free(path);
}

static void a_file_in_no_folder_is_an_error(void **state)
{
    char *path = files_join(*state, "no/it");
    struct error error;
    FILE *file;
    assert_int_equal(files_replace_begin(&file, path, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no/it.part"));
    free(path);
}

static void a_value_has_quotes_where_it_needs_them(void **state)
{
    static const struct {
        const char *value;
        const char *printed;
    } cases[] = {
        {"", ""},
        {"plain text", "plain text"},
        {"a,b", "\"a,b\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},
        {"\"", "\"\"\"\""},
        {"a\"b\"", "\"a\"\"b\"\"\""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[64] = "";
        FILE *file = fmemopen(text, sizeof text, "w");
        assert_non_null(file);
        files_print_csv(file, cases[i].value);
        fclose(file);
        assert_string_equal(text, cases[i].printed);
    }
}

static void what_cannot_be_appended_leaves_the_file_as_it_was(void **state)
{
    static const int next[] = {4, -ENOSPC};
    char *path = files_join(*state, "it");
    int ends[2];
    file_make(*state, "it", "before");
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    write_script = next;
    assert_int_equal(files_append(fd, "0123456789", 10), -ENOSPC);
    write_script = NULL;
    assert_true(file_holds(*state, "it", "before"));
    assert_int_equal(files_append(fd, "0123", 4), 0);
    assert_true(file_holds(*state, "it", "before0123"));
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(files_append(ends[1], "x", 1), -ESPIPE); /* it has no end to go back to */
    close(ends[0]);
    close(ends[1]);
    close(fd);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_the_folder_and_the_name),
        FOLDER_TEST(short_writes_and_interrupted_ones_go_on),
        FOLDER_TEST(a_write_that_fails_is_an_error),
        FOLDER_TEST(a_file_is_replaced_when_it_is_whole),
        FOLDER_TEST(a_file_that_failed_leaves_the_old_one),
        FOLDER_TEST(a_file_that_cannot_get_its_name_leaves_the_old_one),
        FOLDER_TEST(a_full_disk_leaves_the_old_file),
        FOLDER_TEST(a_file_in_no_folder_is_an_error),
        cmocka_unit_test(a_value_has_quotes_where_it_needs_them),
        FOLDER_TEST(what_cannot_be_appended_leaves_the_file_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
