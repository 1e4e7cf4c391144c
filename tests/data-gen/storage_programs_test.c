// SPDX-License-Identifier: MIT
#include "data-gen/storage_programs.h"

#include "tests/support.h"

#include <errno.h>

extern char **environ;

/* ---- The log of requests -----------------------------------------------------------------------
 */

#define AT "2026-11-25 04:25:14.595097 "

static void the_log_of_requests_is_counted(void **state)
{
    static const struct {
        const char *log;
        struct emulated_storage_counts counts;
    } rows[] = {
        {"", {0, 0, 0}},
        {AT "Ready thread_model=3\n" AT "connection=1 Connect export=scan-0000.bin size=0x400\n",
         {0, 0, 0}},
        {AT "connection=1 Read id=1 offset=0x0 count=0x1000 ...\n" AT
            "connection=1 ...Read id=1 return=0\n",
         {1, 0, 4096}},
        {AT "connection=1 Read id=1 offset=0x10 count=0x20000 ...\n" AT
            "connection=2 Read id=1 offset=0x0 count=0x200 ...\n" AT
            "connection=2 ...Read id=1 return=-1 error=EIO\n" AT
            "connection=1 ...Read id=1 return=-1\n",
         {2, 2, 131072 + 512}},
        {AT "connection=1 Extents id=1 offset=0x0 count=0x1000 req_one=0 ...\n" AT
            "connection=1 ...Extents id=1 return=-1\n",
         {0, 0, 0}},
        {AT "connection=1 Read id=1 offset=0x0 count=0x1000 ...\n" AT
            "connection=1 Read id=2 offset=0x0 count=0x10", /* being written */
         {1, 0, 4096}},
    };
    char *path = files_join(*state, "log");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct emulated_storage_counts counts;
        file_write(*state, "log", rows[i].log, strlen(rows[i].log));
        assert_int_equal(storage_log_count(path, &counts), 0);
        assert_int_equal(counts.requests, rows[i].counts.requests);
        assert_int_equal(counts.failed_requests, rows[i].counts.failed_requests);
        assert_int_equal(counts.read_bytes, rows[i].counts.read_bytes);
    }
    free(path);
}

static void a_log_that_cannot_be_read_is_an_error(void **state)
{
    struct emulated_storage_counts counts = {1, 1, 1};
    assert_int_equal(storage_log_count("/nowhere/log", &counts), -ENOENT);
    assert_int_equal(counts.requests, 0);
    counts.requests = 1;
    assert_int_equal(storage_log_count(*state, &counts), -EIO); /* a folder */
    assert_int_equal(counts.requests, 0);
}

/* ---- Command lines -----------------------------------------------------------------------------
 */

/* All words in one line. */
static const char *line_of(const struct storage_words *words)
{
    static char line[8192];
    line[0] = '\0';
    for (size_t i = 0; words->list[i] != NULL; i++)
        snprintf(&line[strlen(line)], sizeof line - strlen(line), "%s%s", i > 0 ? "|" : "",
                 words->list[i]);
    return line;
}

#define NBDKIT                                                                                     \
    "nbdkit|--foreground|--readonly|--threads|1|--unix|/proc/self/cwd/socket|--pidfile|"           \
    "server_is_ready|--filter=log|--filter=delay|"

static void nbdkit_gets_the_options(void **state)
{
    static const struct {
        struct emulated_storage_options options;
        const char *data;
        const char *line;
    } rows[] = {
        {{.latency_ms = 5, .in_flight = 16},
         "/a b,=",
         NBDKIT "file|dir=/a b,=|logfile=requests.log|rdelay=5ms"},
        {{.latency_ms = 99999, .in_flight = 1, .rate_bytes_per_s = 104857600, .error_rate = 0.01},
         "/d",
         NBDKIT "--filter=error|--filter=rate|file|dir=/d|logfile=requests.log|rdelay=99999ms|"
                "error-pread-rate=0.01000000|rate=838860800"},
        {{.latency_ms = 1, .in_flight = 1, .error_rate = 1e-8},
         "/d",
         NBDKIT "--filter=error|file|dir=/d|logfile=requests.log|rdelay=1ms|"
                "error-pread-rate=0.00000001"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct storage_words words;
        storage_server_words(&words, rows[i].data, &rows[i].options);
        assert_string_equal(line_of(&words), rows[i].line);
    }
}

static void nbdfuse_leaves_out_one_of_several_connections(void **state)
{
    static const struct {
        unsigned in_flight;
        const char *connections;
    } rows[] = {{1, "|--connections|1|"}, {2, "|--connections|3|"}, {16, "|--connections|17|"}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct emulated_storage_options options = {.latency_ms = 5,
                                                         .in_flight = rows[i].in_flight};
        struct storage_words words;
        storage_file_words(&words, "scan-0003.bin", &options);
        const char *line = line_of(&words);
        assert_non_null(strstr(line, rows[i].connections));
        assert_non_null(strstr(line, "nbdfuse|--readonly|-o|kernel_cache|"));
        assert_non_null(strstr(line, "|--pidfile|scan-0003.bin.is_ready|../scan-0003.bin|"
                                     "nbd+unix:///scan-0003.bin?socket=socket"));
    }
}

/* ---- Settings and environment ------------------------------------------------------------------
 */

static void settings_that_are_not_set_are_empty(void **state)
{
    static const struct {
        struct emulated_storage_options options;
        const char *text;
    } rows[] = {
        {{.latency_ms = 5, .in_flight = 16},
         "storage,emulated\nstorage_latency_s,0.005\nstorage_in_flight_per_file,16\n"
         "storage_rate_bytes_per_s,\nstorage_error_rate,\nstorage_server,s 1\nstorage_client,\n"},
        {{.latency_ms = 12345, .in_flight = 1, .rate_bytes_per_s = 1024, .error_rate = 0.01},
         "storage,emulated\nstorage_latency_s,12.345\nstorage_in_flight_per_file,1\n"
         "storage_rate_bytes_per_s,1024\nstorage_error_rate,0.01\nstorage_server,s 1\n"
         "storage_client,\n"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *text = storage_settings(&rows[i].options, "s 1", "");
        assert_string_equal(text, rows[i].text);
        free(text);
    }
}

static void only_where_programs_are_found_is_handed_down(void **state)
{
    char *ours[] = {
        "PATH=/bin", "LISTEN_FDS=1",      "HOME=/root",     "LC_ALL=tr_TR.UTF-8", "PATHS=1",
        "TMPDIR=",   "LD_LIBRARY_PATH=x", "LIBNBD_DEBUG=1", "LC_ALLOW=1",         NULL};
    static const char *const expected[] = {"LC_ALL=C",     "LISTEN_FDS", "PATHS", "TMPDIR",
                                           "LIBNBD_DEBUG", "LC_ALLOW",   NULL};
    char **before = environ;
    (void)state;
    environ = ours;
    const char **made = storage_environment();
    environ = before;
    for (size_t i = 0; expected[i] != NULL; i++)
        assert_string_equal(made[i], expected[i]);
    assert_null(made[LENGTH(expected) - 1]);
    storage_environment_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_log_of_requests_is_counted),
        FOLDER_TEST(a_log_that_cannot_be_read_is_an_error),
        cmocka_unit_test(nbdkit_gets_the_options),
        cmocka_unit_test(nbdfuse_leaves_out_one_of_several_connections),
        cmocka_unit_test(settings_that_are_not_set_are_empty),
        cmocka_unit_test(only_where_programs_are_found_is_handed_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
