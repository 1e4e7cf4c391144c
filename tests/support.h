// SPDX-License-Identifier: MIT
#ifndef SUPPORT_H
#define SUPPORT_H

/* What the tests share: folders that come and go, small files, and odd file sets. */

#include "core/files.h"
#include "data-gen/content.h"
#include "data-gen/file_set.h"
#include "data-gen/manifest.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> /* comes after the headers it needs */

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A test that is given the path of an empty folder in `*state`; it is removed afterwards. Not in
 * /tmp, which may be memory that is never cold. */
#define FOLDER_TEST(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

static inline int folder_make(void **state)
{
    const char *const elsewhere = getenv("TMPDIR");
    char *dir = files_join(access("build", W_OK) == 0 ? "build"
                           : elsewhere != NULL        ? elsewhere
                                                      : ".",
                           "tmp-XXXXXX");
    *state = dir;
    return mkdtemp(dir) != NULL ? 0 : -1;
}

static inline int folder_remove_one(const char *path, const struct stat *status, int type,
                                    struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline int folder_remove(void **state)
{
    const int code = nftw(*state, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return code;
}

static inline bool file_exists(const char *dir, const char *name)
{
    struct stat status;
    char *path = files_join(dir, name);
    const bool exists = lstat(path, &status) == 0;
    free(path);
    return exists;
}

static inline void file_write(const char *dir, const char *name, const void *bytes, size_t length)
{
    char *path = files_join(dir, name);
    FILE *file = fopen(path, "w");
    free(path);
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* Makes a text file, and the folders that its name leads through. */
static inline void file_make(const char *dir, const char *name, const char *text)
{
    char *path = files_join(dir, name);
    for (char *slash = strchr(path + strlen(dir) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    free(path);
    file_write(dir, name, text, strlen(text));
}

/* The bytes of a file, with a NUL after them, in memory that the caller frees. */
static inline char *file_read(const char *dir, const char *name, size_t *length)
{
    char *path = files_join(dir, name);
    FILE *file = fopen(path, "r");
    struct stat status;
    free(path);
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    char *bytes = calloc(1, (size_t)status.st_size + 1);
    assert_non_null(bytes);
    *length = fread(bytes, 1, (size_t)status.st_size, file);
    fclose(file);
    return bytes;
}

/* Whether the file holds exactly that text. */
static inline bool file_holds(const char *dir, const char *name, const char *text)
{
    size_t length;
    char *found = file_read(dir, name, &length);
    const bool same = length == strlen(text) && memcmp(found, text, length) == 0;
    free(found);
    return same;
}

/* Other than assert_float_equal it does not pass over NAN. */
static inline void assert_close(double value, double known, double tolerance)
{
    if (!(value >= known - tolerance && value <= known + tolerance))
        fail_msg("%.17g is not %.17g", value, known);
}

/* Makes files of these sizes and their manifest, which the generator would only do for equal sizes.
 */
static inline void file_set_make(const char *dir, const uint64_t *sizes, size_t count)
{
    struct manifest manifest = {.count = count, .files = calloc(count, sizeof *manifest.files)};
    struct error error;
    assert_non_null(manifest.files);
    for (size_t i = 0; i < count; i++) {
        struct manifest_file *file = &manifest.files[i];
        unsigned char *bytes = calloc(1, (size_t)sizes[i] + 1);
        assert_non_null(bytes);
        manifest_name(file->name, i);
        file->bytes = sizes[i];
        file->seed = CONTENT_SEED;
        content_fill(CONTENT_SEED, i, 0, bytes, (size_t)sizes[i]);
        file_write(dir, file->name, bytes, (size_t)sizes[i]);
        free(bytes);
    }
    assert_int_equal(manifest_write(&manifest, dir, &error), 0);
    manifest_free(&manifest);
}

/* Opens the file set of a folder for scans of that stride. */
static inline void file_set_get(struct file_set *set, const char *dir, uint64_t stride)
{
    struct error error;
    if (file_set_load(set, dir, stride, &error) != 0)
        fail_msg("%s", error.text);
}

#endif
