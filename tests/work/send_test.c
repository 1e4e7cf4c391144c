// SPDX-License-Identifier: MIT
/* What a send makes of what its reader tells, with a fake reader. */
#include "work/send.h"

#include "tests/support.h"
#include "work/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct {
    struct reader_saw saw[3];
    int code;
    size_t heard;
} reader;

int __wrap_reader_connection(const struct reader *unused, size_t number)
{
    (void)unused;
    return 1000 + (int)number;
}

int __wrap_reader_hear(struct reader *unused, struct reader_saw *saw, struct error *error)
{
    (void)unused;
    reader.heard++;
    memcpy(saw, reader.saw, sizeof reader.saw);
    return reader.code == 0 ? 0 : error_set(error, reader.code, "the reader was struck");
}

static int made_code;
static int made[2];

int __wrap_connections_make(const char *to, int *ours, int *theirs, size_t count,
                            struct error *error)
{
    assert_string_equal(to, "tcp");
    assert_int_equal(count, 1);
    if (made_code != 0)
        return error_set(error, made_code, "there is no network");
    assert_int_equal(pipe(made), 0);
    *ours = made[0];
    *theirs = made[1];
    return 0;
}

static struct file_set files;
static struct work work;
static struct trial trial;
static struct error error;

/* Opens a send of three files, the second of which is empty, to a reader that gets all. */
static void begin(const char *dir)
{
    static const uint64_t sizes[] = {9000, 0, 513};
    static const struct work_settings settings = {.stride_bytes = 512};
    file_set_make(dir, sizes, LENGTH(sizes));
    file_set_get(&files, dir, 512);
    work_init(&work, &settings, &files, NULL, 4096);
    for (size_t i = 0; i < LENGTH(sizes); i++)
        reader.saw[i] = (struct reader_saw){.bytes = sizes[i], .sum = files.files[i].sum};
    reader.code = 0;
    reader.heard = 0;
    trial = trial_unknown();
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    error = (struct error){.code = 0};
    assert_int_equal(send_kind.open(&work, &error), 0);
}

static void end(void)
{
    send_kind.close(&work);
    work_free(&work);
    file_set_free(&files);
}

static void each_file_has_a_connection_of_the_reader_until_the_end(void **state)
{
    begin(*state);
    for (size_t i = 0; i < work.count; i++)
        assert_int_equal(work.tasks[i].to_fd, 1000 + (int)i);
    send_kind.close(&work);
    for (size_t i = 0; i < work.count; i++)
        assert_int_equal(work.tasks[i].to_fd, -1);
    end();
}

static void what_came_whole_is_ok_and_its_sum_is_in_the_row(void **state)
{
    begin(*state);
    assert_int_equal(send_kind.check(&work, &trial, &error), 0);
    assert_int_equal(reader.heard, 1);
    assert_true(trial_is_ok(&trial));
    assert_int_equal(error.code, 0);
    assert_int_equal(trial.sum, files.files[0].sum + files.files[2].sum);
    end();
}

static void what_did_not_come_whole_is_a_wrong_sum(void **state)
{
    static const struct {
        size_t file;
        int64_t bytes;
        uint64_t sum;
        const char *said;
    } rows[] = {
        {0, -1, 0, "8999 bytes of"}, {2, 1, 0, "514 bytes of"},     {1, 1, 0, "1 bytes of"},
        {0, 0, 1, "came of"},        {2, 0, UINT64_MAX, "came of"}, {0, -9000, 0, "0 bytes of"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        begin(*state);
        reader.saw[rows[i].file].bytes += (uint64_t)rows[i].bytes;
        reader.saw[rows[i].file].sum += rows[i].sum;
        assert_int_equal(send_kind.check(&work, &trial, &error), 0);
        assert_string_equal(trial.status, STATUS_WRONG_SUM);
        assert_non_null(strstr(error.text, rows[i].said));
        assert_non_null(strstr(error.text, files.files[rows[i].file].path));
        end();
    }
}

/* What made a trial no measurement before is not hidden by what its reader tells. */
static void a_status_that_is_not_ok_stays(void **state)
{
    begin(*state);
    snprintf(trial.status, sizeof trial.status, STATUS_NOT_WARM);
    error_set(&error, -EBUSY, "not warm");
    reader.saw[0].sum++;
    assert_int_equal(send_kind.check(&work, &trial, &error), 0);
    assert_string_equal(trial.status, STATUS_NOT_WARM);
    assert_string_equal(error.text, "not warm");
    end();
}

static void a_reader_that_was_lost_is_an_error(void **state)
{
    begin(*state);
    reader.code = -ECHILD;
    assert_int_equal(send_kind.check(&work, &trial, &error), -ECHILD);
    assert_string_equal(error.text, "the reader was struck");
    assert_int_equal(trial.sum, -1);
    end();
}

static void a_failure_names_the_file_and_what_failed(void **state)
{
    static const struct {
        int code;
        int noted;
        const char *before; /* the name of the file */
        const char *after;
    } rows[] = {
        {-EPIPE, -EPIPE, "write ", " to its reader: Broken pipe"},
        {-ECONNRESET, -ECONNRESET, "write ", " to its reader: Connection reset by peer"},
        {-EFAULT, -EIO, "page fault in ", ": Input/output error"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char said[sizeof error.text];
        begin(*state);
        assert_int_equal(send_fail(&work.tasks[2], rows[i].code, "write"), rows[i].noted);
        assert_ptr_equal(work_failed_task(&work), &work.tasks[2]);
        snprintf(said, sizeof said, "%s%s%s", rows[i].before, files.files[2].path, rows[i].after);
        assert_string_equal(work.tasks[2].error.text, said);
        end();
    }
}

static void a_run_tries_a_connection_before_it_begins(void **state)
{
    const struct work_settings settings = {.to = "tcp"};
    (void)state;
    made_code = 0;
    assert_int_equal(send_kind.take(&settings, 2, 8192, &error), 0);
    for (size_t i = 0; i < LENGTH(made); i++)
        assert_int_equal(fcntl(made[i], F_GETFD), -1);
    made_code = -ENETUNREACH;
    assert_int_equal(send_kind.take(&settings, 2, 8192, &error), -ENETUNREACH);
    assert_string_equal(error.text, "there is no network");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_tries_a_connection_before_it_begins),
        FOLDER_TEST(each_file_has_a_connection_of_the_reader_until_the_end),
        FOLDER_TEST(what_came_whole_is_ok_and_its_sum_is_in_the_row),
        FOLDER_TEST(what_did_not_come_whole_is_a_wrong_sum),
        FOLDER_TEST(a_status_that_is_not_ok_stays),
        FOLDER_TEST(a_reader_that_was_lost_is_an_error),
        FOLDER_TEST(a_failure_names_the_file_and_what_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
