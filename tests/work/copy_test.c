// SPDX-License-Identifier: MIT
#include "work/copy.h"

#include "record/trial.h"
#include "tests/support.h"
#include "work/copy_folder.h"
#include "work/fault.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/mman.h>

static int pretended_clone;
static int looks_left = -1; /* for an interrupt, before there is one; -1: never */

int __wrap_kernel_copy_is_cloned(int fd)
{
    assert_true(fd >= 0);
    return pretended_clone;
}

int __wrap_interrupt_signal(void)
{
    return looks_left >= 0 && looks_left-- == 0 ? SIGTERM : 0;
}

void __wrap_progress_step(const char *step)
{
    (void)step;
}

/* Larger than what is compared at a time, and no multiple of anything. */
enum { BYTES = (1 << 20) + 77777 };
static const uint64_t sizes[] = {BYTES, 0, 13};
enum { FILES = LENGTH(sizes) };

static struct file_set files;
static struct work work;
static struct work_settings settings;
static struct error error;
static struct trial trial;

/* Opens copies in the folder itself. */
static int begin(const char *dir)
{
    settings = (struct work_settings){.to = dir};
    file_set_make(dir, sizes, FILES);
    file_set_get(&files, dir, 512);
    assert_int_equal(file_set_open(&files, &error), 0);
    work_init(&work, &settings, &files, NULL, 4096);
    trial = trial_unknown();
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    return copy_kind.open(&work, &error);
}

static void end(void)
{
    copy_kind.close(&work);
    work_free(&work);
    file_set_free(&files);
}

/* Copies all, as it should be done. */
static void copy_all(void)
{
    for (size_t i = 0; i < FILES; i++) {
        unsigned char *bytes = malloc((size_t)sizes[i] + 1);
        assert_non_null(bytes);
        assert_int_equal(pread(files.files[i].fd, bytes, (size_t)sizes[i], 0), sizes[i]);
        assert_int_equal(pwrite(work.tasks[i].to_fd, bytes, (size_t)sizes[i], 0), sizes[i]);
        free(bytes);
    }
}

static void copies_are_made_and_gone_in_the_end(void **state)
{
    assert_int_equal(begin(*state), 0);
    assert_true(file_exists(*state, "copy-0000.bin") && file_exists(*state, "copy-0002.bin"));
    assert_non_null(strstr(copy_path(&work.tasks[2]), "copy-0002.bin"));
    copy_all();
    end();
    assert_false(file_exists(*state, "copy-0000.bin") || file_exists(*state, "copy-0002.bin"));
    assert_true(file_exists(*state, "scan-0000.bin"));
}

/* Neither the source, by a link, nor anything else is overwritten. */
static void a_file_in_the_way_ends_it_and_stays(void **state)
{
    char *path = copy_folder_path(*state, 2);
    char *source = files_join(*state, "scan-0000.bin");
    char *absolute;
    file_set_make(*state, sizes, FILES);
    absolute = realpath(source, NULL);
    assert_int_equal(symlink(absolute, path), 0);
    assert_int_equal(begin(*state), -EEXIST);
    assert_non_null(strstr(error.text, "copy-0002.bin: File exists"));
    end();
    assert_true(file_exists(*state, "copy-0002.bin"));
    assert_false(file_exists(*state, "copy-0000.bin"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(link(source, path), 0);
    assert_int_equal(begin(*state), -EEXIST); /* and the source is as it was */
    unsigned char bytes[4096];
    unsigned char expected[4096];
    content_fill(CONTENT_SEED, 0, 0, expected, sizeof expected);
    assert_int_equal(pread(files.files[0].fd, bytes, sizeof bytes, 0), sizeof bytes);
    assert_memory_equal(bytes, expected, sizeof bytes);
    end();
    free(absolute);
    free(source);
    free(path);
}

static void a_right_copy_is_ok_and_its_columns_are_filled(void **state)
{
    assert_int_equal(begin(*state), 0);
    copy_all();
    assert_int_equal(copy_kind.check(&work, &trial, &error), 0);
    assert_string_equal(trial.status, STATUS_OK);
    assert_true(trial.fsync_s >= 0);
    assert_int_equal(trial.cloned, 0);
    assert_true(isnan(trial.destination_resident_after) || trial.destination_resident_after > 0.9);
    end();
}

static void what_the_method_synced_is_not_synced_again(void **state)
{
    assert_int_equal(begin(*state), 0);
    settings.fsync = true;
    copy_all();
    assert_int_equal(copy_kind.check(&work, &trial, &error), 0);
    assert_true(isnan(trial.fsync_s));
    end();
}

static void a_copy_that_differs_anywhere_is_wrong(void **state)
{
    static const struct {
        size_t file;
        off_t at;
        off_t length; /* or a byte at `at` is another one */
    } rows[] = {
        {0, 0, -1},        {0, BYTES - 1, -1}, {0, 1 << 20, -1},  {2, 5, -1}, {0, 0, BYTES - 1},
        {0, 0, BYTES + 1}, {1, 0, 1},          {2, 0, 0},         {0, 0, 0},  {2, 0, 14},
        {0, 0, 1 << 20},   {0, 0, BYTES - 77}, {0, 0, BYTES / 3},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(begin(*state), 0);
        copy_all();
        const int fd = work.tasks[rows[i].file].to_fd;
        unsigned char byte;
        if (rows[i].length >= 0) {
            assert_int_equal(ftruncate(fd, rows[i].length), 0);
        } else {
            assert_int_equal(pread(fd, &byte, 1, rows[i].at), 1);
            byte ^= 1;
            assert_int_equal(pwrite(fd, &byte, 1, rows[i].at), 1);
        }
        assert_int_equal(copy_kind.check(&work, &trial, &error), 0);
        if (strcmp(trial.status, STATUS_WRONG_SUM) != 0)
            fail_msg("row %zu: %s", i, trial.status);
        assert_int_equal(error.code, -EILSEQ);
        assert_non_null(strstr(error.text, files.files[rows[i].file].path));
        end();
    }
}

static void a_clone_that_nobody_asked_for_is_no_measurement(void **state)
{
    static const struct {
        int clone;
        bool reflink;
        const char *status;
    } rows[] = {{1, false, STATUS_CLONED},
                {1, true, STATUS_OK},
                {-1, false, STATUS_OK},
                {0, false, STATUS_OK}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(begin(*state), 0);
        settings.reflink = rows[i].reflink;
        pretended_clone = rows[i].clone;
        copy_all();
        assert_int_equal(copy_kind.check(&work, &trial, &error), 0);
        assert_string_equal(trial.status, rows[i].status);
        assert_int_equal(trial.cloned, rows[i].clone);
        end();
    }
    pretended_clone = 0;
}

static void an_interrupt_ends_the_comparison(void **state)
{
    assert_int_equal(begin(*state), 0);
    copy_all();
    looks_left = 1;
    assert_int_equal(copy_kind.check(&work, &trial, &error), -ECANCELED);
    looks_left = -1;
    end();
}

/* ---- Between two mappings ---------------------------------------------------------------------
 */

static unsigned char *map_both(const char *dir)
{
    unsigned char *map;
    fault_catch();
    assert_int_equal(begin(dir), 0);
    assert_int_equal(work_map_files(&work), 0);
    assert_int_equal(copy_map(&work.tasks[0], &map), 0);
    return map;
}

static void unmap_both(unsigned char *map)
{
    copy_unmap(&work.tasks[0], map);
    work_release(&work);
    end();
}

static void a_mapping_is_copied_part_by_part(void **state)
{
    unsigned char *map = map_both(*state);
    assert_int_equal(copy_mapping(&work.tasks[0], map, 1000, BYTES - 1000), 0);
    assert_memory_not_equal(map, work.tasks[0].map, 1000);
    assert_int_equal(copy_mapping(&work.tasks[0], map, 0, 1000), 0);
    assert_memory_equal(map, work.tasks[0].map, BYTES);
    unmap_both(map);
}

static void an_empty_file_is_not_mapped(void **state)
{
    unsigned char *none;
    unsigned char *map = map_both(*state);
    assert_int_equal(copy_map(&work.tasks[1], &none), 0);
    assert_null(none);
    assert_int_equal(copy_mapping(&work.tasks[1], none, 0, 0), 0);
    copy_unmap(&work.tasks[1], none);
    unmap_both(map);
}

static void a_page_that_cannot_be_had_is_an_error_that_says_of_which_side(void **state)
{
    unsigned char *map = map_both(*state);
    const struct task *task = &work.tasks[0];
    assert_int_equal(ftruncate(task->to_fd, 4096), 0);
    assert_int_equal(copy_mapping(&work.tasks[0], map, 0, BYTES), -EIO);
    assert_non_null(strstr(task->error.text, "copy-0000.bin: there is no room"));
    assert_int_equal(ftruncate(task->to_fd, BYTES), 0);
    assert_int_equal(truncate(task->file->path, 4096), 0);
    assert_int_equal(copy_mapping(&work.tasks[0], map, 0, BYTES), -EIO);
    assert_non_null(strstr(task->error.text, "scan-0000.bin: Input/output error"));
    unmap_both(map);
}

static void an_interrupt_ends_a_copy_between_mappings(void **state)
{
    unsigned char *map = map_both(*state);
    looks_left = 0;
    assert_int_equal(copy_mapping(&work.tasks[0], map, 0, BYTES), -ECANCELED);
    looks_left = -1;
    assert_int_equal(map[0], 0);
    unmap_both(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(copies_are_made_and_gone_in_the_end),
        FOLDER_TEST(a_file_in_the_way_ends_it_and_stays),
        FOLDER_TEST(a_right_copy_is_ok_and_its_columns_are_filled),
        FOLDER_TEST(what_the_method_synced_is_not_synced_again),
        FOLDER_TEST(a_copy_that_differs_anywhere_is_wrong),
        FOLDER_TEST(a_clone_that_nobody_asked_for_is_no_measurement),
        FOLDER_TEST(an_interrupt_ends_the_comparison),
        FOLDER_TEST(a_mapping_is_copied_part_by_part),
        FOLDER_TEST(an_empty_file_is_not_mapped),
        FOLDER_TEST(a_page_that_cannot_be_had_is_an_error_that_says_of_which_side),
        FOLDER_TEST(an_interrupt_ends_a_copy_between_mappings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
