// SPDX-License-Identifier: MIT
#include "record/trial.h"

#include "tests/support.h"

#include <errno.h>
#include <math.h>

/* People and scripts rely on these names and on their order. */
static const char header_begins[] =
    "method,concurrency,io,work,cache,repeat,order,status,elapsed_s,bytes,sum,resident_before,"
    "resident_after,destination_resident_after,cloned,fsync_s,device_read_bytes,major_faults,minor_"
    "faults,voluntary_switches,"
    "involuntary_switches,user_s,system_s,";
static const char *const settings[] = {"files", "file_bytes", "stride_bytes", "chunk_bytes",
                                       "pool_threads"};

static int write_at_most = -1; /* bytes until the disk is full; -1: no end */

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
    const size_t fits =
        write_at_most < 0 || length < (size_t)write_at_most ? length : (size_t)write_at_most;
    if (write_at_most >= 0)
        write_at_most -= (int)fits;
    errno = ENOSPC;
    return fits == 0 ? -1 : __real_write(fd, bytes, fits);
}

/* Makes an empty trials.csv in the folder and opens it. */
static int open_csv(const char *dir)
{
    char *path = files_join(dir, "trials.csv");
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    free(path);
    assert_true(fd >= 0);
    return fd;
}

/* Reads the folder's trials.csv. */
static int read_csv(const char *dir, struct trials *trials, struct error *error)
{
    char *path = files_join(dir, "trials.csv");
    const int code = trials_read(trials, path, error);
    free(path);
    return code;
}

static int read_text(const char *dir, const char *text, struct trials *trials, struct error *error)
{
    file_write(dir, "trials.csv", text, strlen(text));
    return read_csv(dir, trials, error);
}

/* What the folder's trials.csv holds once these rows are written, in memory the caller frees. */
static char *written(const char *dir, const struct trial *rows, size_t count)
{
    size_t length;
    const int fd = open_csv(dir);
    assert_int_equal(trial_write_header(fd), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(trial_write_row(fd, &rows[i]), 0);
    close(fd);
    return file_read(dir, "trials.csv", &length);
}

static size_t count_of(char what, const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == what;
    return count;
}

static void the_header_has_its_columns_in_their_order(void **state)
{
    char *text = written(*state, NULL, 0);
    const char *next = text + strlen(header_begins);
    assert_memory_equal(text, header_begins, strlen(header_begins));
    for (size_t i = 0; i < LENGTH(settings); i++) {
        char name[32];
        snprintf(name, sizeof name, ",%s,", settings[i]);
        next = strstr(next - 1, name);
        assert_non_null(next);
        next += strlen(name);
    }
    free(text);
}

static void unknown_is_an_empty_field(void **state)
{
    const struct trial unknown = trial_unknown();
    char *text = written(*state, &unknown, 1);
    const char *row = strchr(text, '\n') + 1;
    assert_int_equal(strspn(row, ","), strlen(row) - 1);
    free(text);
}

static void an_empty_field_is_unknown(void **state)
{
    const struct trial unknown = trial_unknown();
    struct trials trials;
    struct error error;
    free(written(*state, &unknown, 1));
    assert_int_equal(read_csv(*state, &trials, &error), 0);
    assert_int_equal(trials.count, 1);
    assert_memory_equal(&trials.rows[0], &unknown, sizeof unknown);
    trials_free(&trials);
}

/* Makes a row of the header's columns in which every field is another number. */
static char *numbered_csv(const char *dir)
{
    char *header = written(dir, NULL, 0);
    const size_t columns = count_of(',', header) + 1;
    char *text = malloc(strlen(header) + columns * 8 + 1);
    assert_non_null(text);
    size_t length = (size_t)sprintf(text, "%s", header);
    for (size_t i = 0; i < columns; i++)
        length += (size_t)sprintf(text + length, "%zu%c", 100 + i, i + 1 < columns ? ',' : '\n');
    free(header);
    return text;
}

static void every_column_is_read_back_as_it_was_written(void **state)
{
    struct trials trials;
    struct error error;
    char *text = numbered_csv(*state);
    assert_int_equal(read_text(*state, text, &trials, &error), 0);
    char *again = written(*state, trials.rows, trials.count);
    assert_string_equal(again, text);
    trials_free(&trials);
    free(again);
    free(text);
}

static void each_column_is_the_field_of_its_name(void **state)
{
    struct trials trials;
    struct error error;
    char *text = numbered_csv(*state);
    assert_int_equal(read_text(*state, text, &trials, &error), 0);
    const struct trial *row = &trials.rows[0];
    assert_string_equal(row->method, "100");
    assert_string_equal(row->work, "103");
    assert_string_equal(row->cache, "104");
    assert_int_equal(row->order, 106);
    assert_string_equal(row->status, "107");
    assert_true(row->elapsed_s == 108);
    assert_int_equal(row->sum, 110);
    assert_true(row->resident_after == 112);
    assert_true(row->destination_resident_after == 113);
    assert_int_equal(row->cloned, 114);
    assert_true(row->fsync_s == 115);
    assert_int_equal(row->minor_faults, 118);
    assert_true(row->system_s == 122);
    trials_free(&trials);
    free(text);
}

static void a_time_keeps_its_nanoseconds(void **state)
{
    struct trial trial = trial_unknown();
    struct trials trials;
    struct error error;
    trial.elapsed_s = 1.234567891;
    trial.sum = INT64_MAX;
    free(written(*state, &trial, 1));
    assert_int_equal(read_csv(*state, &trials, &error), 0);
    assert_true(fabs(trials.rows[0].elapsed_s - trial.elapsed_s) < 1e-8);
    assert_int_equal(trials.rows[0].sum, INT64_MAX);
    trials_free(&trials);
}

static void only_ok_counts_as_a_measurement(void **state)
{
    static const char *const bad[] = {STATUS_NOT_COLD,
                                      STATUS_NOT_WARM,
                                      STATUS_UNVERIFIED,
                                      STATUS_WRONG_SUM,
                                      STATUS_CLONED,
                                      STATUS_ERROR,
                                      ""};
    struct trial trial = trial_unknown();
    (void)state;
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    assert_true(trial_is_ok(&trial));
    for (size_t i = 0; i < LENGTH(bad); i++) {
        snprintf(trial.status, sizeof trial.status, "%s", bad[i]);
        assert_false(trial_is_ok(&trial));
    }
}

static void an_old_file_of_four_columns_is_read_and_counts_as_ok(void **state)
{
    struct trials trials;
    struct error error;
    assert_int_equal(read_text(*state,
                               "method,cache,repeat,elapsed_s\n"
                               "async-read,cold,0,0.5\r\nsingle-mmap,warm,1,0.25\n",
                               &trials, &error),
                     0);
    assert_int_equal(trials.count, 2);
    assert_string_equal(trials.rows[1].method, "single-mmap");
    assert_true(trials.rows[1].elapsed_s == 0.25);
    assert_true(trial_is_ok(&trials.rows[0]) && trial_is_ok(&trials.rows[1]));
    assert_int_equal(trials.rows[1].bytes, -1);
    trials_free(&trials);
}

static void unknown_columns_are_passed_over(void **state)
{
    struct trials trials;
    struct error error;
    assert_int_equal(read_text(*state,
                               "colour,elapsed_s,status,weather,method\n"
                               "red,0.5,ok,\"fine\",async-read\n",
                               &trials, &error),
                     0);
    assert_string_equal(trials.rows[0].method, "async-read");
    assert_true(trials.rows[0].elapsed_s == 0.5);
    trials_free(&trials);
}

#define FOUR "method,cache,repeat,elapsed_s\n"

static void what_is_no_trials_csv_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *said;
    } bad[] = {
        {"", "line 1"},
        {"\n", "line 1"},
        {"method,cache,repeat\n", "line 1"},
        {"cache,repeat,elapsed_s\n", "line 1"},
        {"status,cache\n", "line 1"},
        {"async-read,cold,0,0.5\n", "line 1"},
        {FOUR "async-read,cold,0,0.5\nasync-read,co", "line 3"},
        {FOUR "async-read,cold,0,0.5\nasync-read,cold,1,0.2", "line 3"},
        {FOUR "async-read,cold,0\n", "line 2"},
        {FOUR "async-read,cold,0,0.5,9\n", "line 2"},
        {FOUR "async-read,cold,zero,0.5\n", "line 2"},
        {FOUR "async-read,cold,0,0.5s\n", "line 2"},
        {FOUR "async-read,cold,99999999999999999999,0.5\n", "line 2"},
        {FOUR "a-method-whose-name-is-too-long-by-far,cold,0,0.5\n", "line 2"},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct trials trials;
        struct error error;
        assert_int_equal(read_text(*state, bad[i].text, &trials, &error), -EINVAL);
        assert_non_null(strstr(error.text, bad[i].said));
        assert_non_null(strstr(error.text, "trials.csv"));
        assert_true(trials.count == 0 && trials.rows == NULL);
    }
}

static void a_huge_line_is_refused(void **state)
{
    char text[20000] = FOUR;
    struct trials trials;
    struct error error;
    memset(text + strlen(FOUR), 'x', sizeof text - strlen(FOUR) - 2);
    text[sizeof text - 2] = '\n';
    assert_int_equal(read_text(*state, text, &trials, &error), -EINVAL);
    assert_non_null(strstr(error.text, "line 2"));
    memset(text, ',', sizeof text - 2);
    assert_int_equal(read_text(*state, text, &trials, &error), -EINVAL);
    assert_non_null(strstr(error.text, "line 1"));
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct trials trials;
    struct error error;
    assert_int_equal(read_csv(*state, &trials, &error), -ENOENT);
    assert_non_null(strstr(error.text, "trials.csv"));
}

static void a_row_that_does_not_fit_the_disk_leaves_nothing(void **state)
{
    struct trial trial = trial_unknown();
    size_t length;
    const int fd = open_csv(*state);
    snprintf(trial.method, sizeof trial.method, "async-read");
    assert_int_equal(trial_write_header(fd), 0);
    assert_int_equal(trial_write_row(fd, &trial), 0);
    char *before = file_read(*state, "trials.csv", &length);
    for (int room = 0; room < 20; room += 5) {
        write_at_most = room;
        assert_int_equal(trial_write_row(fd, &trial), -ENOSPC);
        write_at_most = -1;
        assert_true(file_holds(*state, "trials.csv", before));
    }
    assert_int_equal(trial_write_row(fd, &trial), 0);
    char *after = file_read(*state, "trials.csv", &length);
    assert_int_equal(count_of('\n', after), 3);
    assert_int_equal(length, strlen(after));
    close(fd);
    free(before);
    free(after);
}

static void a_row_alone_is_read_as_it_was_made(void **state)
{
    struct trial trial = trial_unknown();
    struct trial again;
    (void)state;
    snprintf(trial.method, sizeof trial.method, "async-read");
    trial.sum = 0; /* 0 is known */
    trial.fsync_s = 0;
    char *line = trial_row(&trial);
    assert_true(trial_parse(&again, line));
    assert_memory_equal(&again, &trial, sizeof trial);
    assert_string_equal(again.status, ""); /* and not ok */
    free(line);
    line = trial_row(&trial);
    *strrchr(line, ',') = '\0';
    assert_false(trial_parse(&again, line));
    free(line);
}

static void words_of_a_trial(void **state)
{
    struct trial trial = trial_unknown();
    (void)state;
    assert_string_equal(cache_state_name(CACHE_COLD), "cold");
    assert_string_equal(cache_state_name(CACHE_WARM), "warm");
    assert_string_equal(trial_work(&trial), "scan"); /* of results before there were others */
    snprintf(trial.work, sizeof trial.work, "copy");
    assert_string_equal(trial_work(&trial), "copy");
}

/* The longest text is one less than its place. */
static void a_text_fits_up_to_its_place(void **state)
{
    for (size_t more = 0; more < 2; more++) {
        char name[TRIAL_TEXT + 1] = "";
        char text[256];
        struct trials trials;
        struct error error;
        memset(name, 'm', TRIAL_TEXT - 1 + more);
        snprintf(text, sizeof text, FOUR "%s,cold,0,0.5\n", name);
        assert_int_equal(read_text(*state, text, &trials, &error), more == 0 ? 0 : -EINVAL);
        if (more == 0)
            assert_string_equal(trials.rows[0].method, name);
        trials_free(&trials);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_header_has_its_columns_in_their_order),
        FOLDER_TEST(unknown_is_an_empty_field),
        FOLDER_TEST(an_empty_field_is_unknown),
        FOLDER_TEST(every_column_is_read_back_as_it_was_written),
        FOLDER_TEST(each_column_is_the_field_of_its_name),
        FOLDER_TEST(a_time_keeps_its_nanoseconds),
        cmocka_unit_test(only_ok_counts_as_a_measurement),
        FOLDER_TEST(an_old_file_of_four_columns_is_read_and_counts_as_ok),
        FOLDER_TEST(unknown_columns_are_passed_over),
        FOLDER_TEST(what_is_no_trials_csv_is_refused_with_its_line),
        FOLDER_TEST(a_huge_line_is_refused),
        cmocka_unit_test(a_row_alone_is_read_as_it_was_made),
        cmocka_unit_test(words_of_a_trial),
        FOLDER_TEST(a_text_fits_up_to_its_place),
        FOLDER_TEST(a_file_that_is_not_there_is_named),
        FOLDER_TEST(a_row_that_does_not_fit_the_disk_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
