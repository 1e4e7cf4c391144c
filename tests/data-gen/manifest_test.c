// SPDX-License-Identifier: MIT
#include "data-gen/manifest.h"

#include "tests/support.h"

#include <errno.h>

#define HEADER "file,bytes,seed,changed_ns\n"
#define FIRST  "scan-0000.bin,70001,1,1767323045123456789\n"
#define SECOND "scan-0001.bin,18446744073709551615,7,0\n"

static int read_text(const char *dir, const char *text, struct manifest *manifest)
{
    struct error error;
    file_write(dir, MANIFEST_NAME, text, strlen(text));
    const int code = manifest_read(manifest, dir, &error);
    if (code != 0)
        assert_non_null(strstr(error.text, MANIFEST_NAME));
    return code;
}

static void a_manifest_is_read(void **state)
{
    struct manifest manifest;
    assert_int_equal(read_text(*state, HEADER FIRST SECOND, &manifest), 0);
    assert_int_equal(manifest.count, 2);
    assert_string_equal(manifest.files[0].name, "scan-0000.bin");
    assert_int_equal(manifest.files[0].bytes, 70001);
    assert_int_equal(manifest.files[0].seed, 1);
    assert_int_equal(manifest.files[0].changed_ns, 1767323045123456789);
    assert_int_equal(manifest.files[1].bytes, UINT64_MAX);
    manifest_free(&manifest);
}

static void what_is_written_is_what_was_read(void **state)
{
    struct manifest manifest;
    struct error error;
    assert_int_equal(read_text(*state, HEADER FIRST SECOND, &manifest), 0);
    assert_int_equal(manifest_write(&manifest, *state, &error), 0);
    assert_true(file_holds(*state, MANIFEST_NAME, HEADER FIRST SECOND));
    manifest_free(&manifest);
}

static void what_is_no_manifest_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "file,bytes\n",
        FIRST,
        HEADER "scan-0000.bin,70001,1\n",
        HEADER "scan-0000.bin,70001,1,5,6\n",
        HEADER "scan-0000.bin,many,1,5\n",
        HEADER "scan-0000.bin 70001 1 5\n",
        HEADER "\n" FIRST,
        HEADER SECOND,
        HEADER FIRST FIRST,
        HEADER FIRST "scan-0002.bin,1,1,1\n",
        HEADER "../../x,70001,1,5\n",
        HEADER "a-name-that-is-longer-than-any-that-the-generator-gives,70001,1,5\n",
        HEADER FIRST "scan-0001.b",
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct manifest manifest;
        assert_int_equal(read_text(*state, bad[i], &manifest), -EINVAL);
        assert_true(manifest.count == 0 && manifest.files == NULL);
    }
}

static void a_folder_without_a_manifest_says_so(void **state)
{
    struct manifest manifest;
    struct error error;
    assert_int_equal(manifest_read(&manifest, *state, &error), -ENOENT);
    assert_non_null(strstr(error.text, MANIFEST_NAME));
}

static void a_manifest_that_cannot_be_written_is_an_error(void **state)
{
    const struct manifest manifest = {.count = 0};
    struct error error;
    char *dir = files_join(*state, "no");
    assert_int_equal(manifest_write(&manifest, dir, &error), -ENOENT);
    free(dir);
}

static void the_names_of_files_are_in_their_order(void **state)
{
    char name[32];
    (void)state;
    manifest_name(name, 0);
    assert_string_equal(name, "scan-0000.bin");
    manifest_name(name, 9999);
    assert_string_equal(name, "scan-9999.bin");
    manifest_name(name, 12345);
    assert_string_equal(name, "scan-12345.bin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_manifest_is_read),
        FOLDER_TEST(what_is_written_is_what_was_read),
        FOLDER_TEST(what_is_no_manifest_is_refused),
        FOLDER_TEST(a_folder_without_a_manifest_says_so),
        FOLDER_TEST(a_manifest_that_cannot_be_written_is_an_error),
        cmocka_unit_test(the_names_of_files_are_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
