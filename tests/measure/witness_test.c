// SPDX-License-Identifier: MIT
#include "measure/witness.h"

#include "tests/support.h"

#include <unistd.h>

static void a_cold_scan_reads_the_whole_pages_that_it_touches(void **state)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const struct {
        uint64_t file_bytes;
        uint64_t stride_bytes;
        uint64_t pages;
    } rows[] = {
        {100 * page, 1, 100},
        {100 * page, page / 8, 100},
        {100 * page, page, 100},
        {100 * page, page + 1, 100},
        {100 * page, 2 * page, 50},
        {101 * page, 2 * page, 51},
        {100 * page, 1000 * page, 1},
        {10 * page + page - 1, page, 10}, /* the end may be kept elsewhere */
        {page - 1, 1, 0},
        {0, 1, 0},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const uint64_t sizes[] = {rows[i].file_bytes, rows[i].file_bytes};
        struct file_set files;
        struct error error;
        file_set_make(*state, sizes, LENGTH(sizes));
        file_set_get(&files, *state, 0);
        assert_int_equal(file_set_open(&files, &error), 0);
        fsync(files.files[0].fd);
        fsync(files.files[1].fd);
        assert_int_equal(witness_cold_bytes(&files, rows[i].stride_bytes),
                         2 * rows[i].pages * page);
        file_set_free(&files);
    }
}

/* Of a file of which only the last page is there. */
static void holes_are_not_read(void **state)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t bytes = page;
    struct file_set files;
    struct error error;
    struct stat status;
    file_set_make(*state, &bytes, 1);
    file_set_get(&files, *state, 0);
    char *path = files_join(*state, "scan-0000.bin");
    assert_int_equal(truncate(path, 0), 0);
    const int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "text", 4, (off_t)(1000 * page - 4)), 4);
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(fstat(fd, &status), 0);
    close(fd);
    free(path);
    files.files[0].bytes = 1000 * page;
    assert_int_equal(file_set_open(&files, &error), 0);
    if ((uint64_t)status.st_blocks * 512 >= 1000 * page) {
        file_set_free(&files);
        print_message("[  SKIPPED ] files have no holes here\n");
        skip();
    }
    assert_in_range(witness_cold_bytes(&files, 1), 1, (uint64_t)status.st_blocks * 512);
    assert_int_equal(witness_cold_bytes(&files, 10 * page), 0); /* all of that may be in the hole */
    file_set_free(&files);
}

enum { COLD_BYTES = 100 << 20, MIB = 1 << 20 };

static const struct method plain = {.name = "plain"};
static const struct method direct = {.name = "direct", .past_cache = true};

static const struct {
    const struct method *method;
    enum cache_state cache;
    int64_t delivered;
    const char *before;
    const char *status;
} judged[] = {
    {&plain, CACHE_COLD, COLD_BYTES, STATUS_OK, STATUS_OK},
    {&plain, CACHE_COLD, 2 * COLD_BYTES, STATUS_OK, STATUS_OK},
    {&plain, CACHE_COLD, 90 * MIB, STATUS_OK, STATUS_OK},
    {&plain, CACHE_COLD, 90 * MIB - 1, STATUS_OK, STATUS_NOT_COLD},
    {&plain, CACHE_COLD, 0, STATUS_OK, STATUS_NOT_COLD},
    {&direct, CACHE_COLD, 0, STATUS_OK, STATUS_NOT_COLD}, /* past no cache at all */
    {&plain, CACHE_COLD, -1, STATUS_OK, STATUS_OK},
    {&plain, CACHE_COLD, 0, STATUS_UNVERIFIED, STATUS_UNVERIFIED},
    {&plain, CACHE_WARM, 0, STATUS_OK, STATUS_OK},
    {&plain, CACHE_WARM, 4 * MIB, STATUS_OK, STATUS_OK},
    {&plain, CACHE_WARM, 4 * MIB + 1, STATUS_OK, STATUS_NOT_WARM},
    {&plain, CACHE_WARM, COLD_BYTES, STATUS_NOT_COLD, STATUS_NOT_COLD},
    {&direct, CACHE_WARM, COLD_BYTES, STATUS_OK, STATUS_OK},
};

static void what_storage_delivered_has_to_fit_the_cache_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(judged); i++) {
        struct error error = {.code = 0};
        struct trial trial = trial_unknown();
        trial.device_read_bytes = judged[i].delivered;
        snprintf(trial.status, sizeof trial.status, "%s", judged[i].before);
        witness_judge(&trial, judged[i].method, judged[i].cache, COLD_BYTES, &error);
        assert_string_equal(trial.status, judged[i].status);
        assert_int_equal(error.code != 0, strcmp(judged[i].before, judged[i].status) != 0);
    }
}

static void what_was_delivered_is_said_and_what_to_do(void **state)
{
    struct error error;
    struct trial trial = trial_unknown();
    (void)state;
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    trial.device_read_bytes = 5 * MIB / 2;
    witness_judge(&trial, &plain, CACHE_COLD, COLD_BYTES, &error);
    assert_non_null(strstr(error.text, " 2.5 MiB"));
    assert_non_null(strstr(error.text, " 100.0 MiB at least"));
    assert_non_null(strstr(error.text, "run again"));
    snprintf(trial.status, sizeof trial.status, STATUS_OK);
    trial.device_read_bytes = 9 * MIB / 2;
    witness_judge(&trial, &plain, CACHE_WARM, COLD_BYTES, &error);
    assert_non_null(strstr(error.text, " 4.5 MiB"));
    assert_non_null(strstr(error.text, "give a smaller --size"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_cold_scan_reads_the_whole_pages_that_it_touches),
        FOLDER_TEST(holes_are_not_read),
        cmocka_unit_test(what_storage_delivered_has_to_fit_the_cache_state),
        cmocka_unit_test(what_was_delivered_is_said_and_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
