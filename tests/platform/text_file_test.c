// SPDX-License-Identifier: MIT
#include "platform/text_file.h"

#include "tests/support.h"

static void the_first_line_is_read_without_its_end(void **state)
{
    static const struct {
        const char *text;
        const char *line;
        int length;
    } rows[] = {
        {"one\ntwo\n", "one", 3},
        {"one", "one", 3},
        {"one  \n", "one", 3},
        {"\ntwo\n", "", 0},
        {"", "", -1},
        {"a b\n", "a b", 3},
        {"0123456789\n", "0123456", 7}, /* as much as fits */
    };
    char *path = files_join(*state, "file");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char line[8] = "before";
        file_write(*state, "file", rows[i].text, strlen(rows[i].text));
        assert_int_equal(text_file_line(path, line, sizeof line), rows[i].length);
        assert_string_equal(line, rows[i].line);
    }
    free(path);
}

static void the_value_of_a_key_is_found(void **state)
{
    static const char text[] = "processor\t: 0\nmodel name\t: A  B\nmodel name\t: C\nempty:\n"
                               "none\nlast: 1: 2";
    static const struct {
        const char *key;
        const char *value;
        int length;
    } rows[] = {
        {"processor", "0", 1}, {"model name", "A  B", 4}, {"empty", "", 0},
        {"none", "", -1},      {"last", "1: 2", 4},       {"missing", "", -1},
    };
    file_write(*state, "file", text, strlen(text));
    char *path = files_join(*state, "file");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char value[16] = "before";
        assert_int_equal(text_file_value(path, rows[i].key, value, sizeof value), rows[i].length);
        assert_string_equal(value, rows[i].value);
    }
    free(path);
}

/* The flags of a processor in /proc/cpuinfo are one line of more than a thousand characters. */
static void a_long_value_is_read_whole(void **state)
{
    char text[2100] = "flags : ";
    char value[4096];
    memset(text + strlen(text), 'x', 2000);
    strcat(text, " hypervisor\n");
    file_write(*state, "file", text, strlen(text));
    char *path = files_join(*state, "file");
    text_file_value(path, "flags", value, sizeof value);
    assert_non_null(strstr(value, " hypervisor"));
    free(path);
}

static void a_file_that_is_not_there_has_no_line_and_no_value(void **state)
{
    char text[16] = "before";
    char *path = files_join(*state, "no");
    assert_int_equal(text_file_line(path, text, sizeof text), -1);
    assert_string_equal(text, "");
    text[0] = 'x';
    assert_int_equal(text_file_value(path, "key", text, sizeof text), -1);
    assert_string_equal(text, "");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_first_line_is_read_without_its_end),
        FOLDER_TEST(the_value_of_a_key_is_found),
        FOLDER_TEST(a_long_value_is_read_whole),
        FOLDER_TEST(a_file_that_is_not_there_has_no_line_and_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
