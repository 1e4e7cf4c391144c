// SPDX-License-Identifier: MIT
/* The order of the protocol, with a fake method, a fake page cache and a fake clock. */
#include "measure/protocol.h"

#include "platform/page_cache.h"
#include "probes/usage.h"
#include "tests/methods/reading.h"
#include "tests/support.h"
#include "work/send.h"

#include <assert.h>
#include <errno.h>
#include <math.h>

/* What happened, in order. */
static char events[512];

static void note(const char *event)
{
    strcat(strcat(events, event), " ");
}

/* Moves only when a fake lets time pass. */
static uint64_t clock_s;

static bool clock_runs; /* beside that, for a loop that waits */

uint64_t __real_uv_hrtime(void);
uint64_t __wrap_uv_hrtime(void)
{
    return clock_s * 1000000000 + (clock_runs ? __real_uv_hrtime() : 0);
}

/* What the fakes do in the next trial. The page cache answers to each look with the next letter,
 * and with the last one again and again: see resident_of. */
static struct script {
    const char *residents;
    int open_code;
    int evict_code;
    int prime_code;
    int prepare_code;
    int start_code;
    int scan_code;
    uint64_t wrong_by;
    bool counted;       /* what storage delivers */
    int64_t read_bytes; /* that it delivered */
} script;

enum { FILE_BYTES = 10000 };

/* 0 nothing, c just cold, n just not cold, m just not warm, w just warm, a all, ? not told. */
static int resident_of(char answer)
{
    static const char answers[] = "0cnmwa?";
    static const int bytes[] = {0, 10, 11, 9989, 9990, FILE_BYTES, -ENOTSUP};
    return bytes[strchr(answers, answer) - answers];
}

int __wrap_page_cache_resident(int fd, uint64_t bytes, uint64_t *resident_bytes)
{
    assert_true(fd >= 0);
    assert_int_equal(bytes, FILE_BYTES);
    note("look");
    clock_s += 20;
    const int resident = resident_of(*script.residents);
    if (script.residents[1] != '\0')
        script.residents++;
    *resident_bytes = resident < 0 ? 0 : (uint64_t)resident;
    return resident < 0 ? resident : 0;
}

int __wrap_page_cache_evict(int fd)
{
    assert_true(fd >= 0);
    note("evict");
    clock_s += 300;
    return script.evict_code;
}

int __wrap_prime_by_read(int fd, uint64_t bytes)
{
    assert_true(fd >= 0);
    assert_int_equal(bytes, FILE_BYTES);
    note("prime");
    clock_s += 4000;
    return script.prime_code;
}

void __wrap_transfer_settle(void)
{
    note("settle");
}

int __wrap_page_cache_drop_all(void)
{
    note("drop");
    return -EACCES;
}

struct usage __real_usage_now(void);
struct usage __wrap_usage_now(void)
{
    static int64_t read_bytes = 12345;
    struct usage usage = __real_usage_now();
    note("usage");
    clock_s += 11; /* before the scan, or after it */
    usage.device_read_bytes = read_bytes;
    read_bytes += script.read_bytes; /* before the next time, which is the end of the scan */
    return usage;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    if (script.open_code == 0 || strstr(path, "scan-") == NULL)
        return __real_open(path, flags, 0666);
    errno = -script.open_code;
    return -1;
}

void __wrap_progress_step(const char *step)
{
    (void)step;
}

static uv_idle_t turn;

static void on_turn(uv_idle_t *handle)
{
    struct work *scan = handle->data;
    uv_idle_stop(handle);
    note("turn");
    clock_s += 2;
    for (size_t i = 0; i < scan->count; i++) {
        struct task *task = &scan->tasks[i];
        task->sum = task->file->sum + script.wrong_by;
        if (script.scan_code != 0)
            task_fail(task, script.scan_code, "fake scan of");
        task_done(task);
    }
    clock_s += 700; /* after the last task, so not part of the scan */
}

static int fake_prepare(struct work *scan)
{
    note("prepare");
    clock_s += 50000;
    scan->depth = 3;
    uv_idle_init(scan->loop, &turn);
    turn.data = scan;
    return script.prepare_code == 0
               ? 0
               : task_fail(&scan->tasks[0], script.prepare_code, "fake prepare of");
}

static int fake_start(struct work *scan)
{
    note("start");
    clock_s += 1;
    (void)scan;
    return script.start_code != 0 ? script.start_code : uv_idle_start(&turn, on_turn);
}

static void fake_finish(struct work *scan)
{
    note("finish");
    clock_s += 600000;
    uv_close((uv_handle_t *)&turn, NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT);
}

static const struct method fake = {
    .name = "threads-mmap-fake",
    .concurrency = THREADS,
    .io = MMAP,
    .prepare = fake_prepare,
    .start = fake_start,
    .finish = fake_finish,
};

static struct trial trial;
static struct error error;
static size_t file_count = 1;
static struct loop_delay *beats; /* of the next trial, or NULL */

/* Runs one trial on the files of the folder. Nothing may stay open. */
static int run_trial(const char *dir, const struct method *method, enum cache_state cache)
{
    const uint64_t bytes[] = {FILE_BYTES, FILE_BYTES, FILE_BYTES};
    struct file_set files;
    assert(file_count <= LENGTH(bytes));
    file_set_make(dir, bytes, file_count);
    file_set_get(&files, dir, 512);
    struct reader *reader =
        method_kind(method) == &send_kind ? reading_start(files.count, 512) : NULL;
    const struct protocol protocol = {
        .files = &files,
        .counts_reads = script.counted,
        .settings = {.stride_bytes = 512,
                     .to = strcmp(method_kind(method)->name, "copy") == 0 ? dir : NULL,
                     .reader = reader},
        .chunk_bytes = 4096,
        .loop_delay = beats,
    };
    events[0] = '\0';
    clock_s = 1;
    const int code = protocol_trial(&protocol, method, cache, &trial, &error);
    assert_int_equal(files.files[0].fd, -1);
    if (reader != NULL)
        reading_free(reader);
    file_set_free(&files);
    return code;
}

static void run_script(const char *dir, enum cache_state cache, struct script next)
{
    script = next;
    assert_int_equal(run_trial(dir, &fake, cache), 0);
}

#define SCAN      "prepare look usage start turn usage finish "
#define TRY       "evict look "
#define AGAIN     TRY "settle "
#define FIVE      AGAIN AGAIN AGAIN AGAIN AGAIN
#define GIVING_UP FIVE "drop "
#define PRIME     "prime look "

static const struct {
    enum cache_state cache;
    const char *residents;
    const char *events;
    const char *status;
    int code; /* of what a person is told */
} orders[] = {
    {CACHE_COLD, "0", TRY SCAN "look ", STATUS_OK, 0},
    {CACHE_COLD, "c", TRY SCAN "look ", STATUS_OK, 0},
    {CACHE_COLD, "00a", TRY SCAN "look ", STATUS_OK, 0},
    {CACHE_COLD, "an0", AGAIN AGAIN TRY SCAN "look ", STATUS_OK, 0},
    {CACHE_COLD, "n", GIVING_UP SCAN "look ", STATUS_NOT_COLD, -EBUSY},
    {CACHE_COLD, "aaaaa0", GIVING_UP SCAN "look ", STATUS_OK, 0},
    {CACHE_COLD, "0n", TRY SCAN "look ", STATUS_NOT_COLD, -EBUSY},
    {CACHE_COLD, "?", TRY SCAN "look ", STATUS_UNVERIFIED, -ENOTSUP},
    {CACHE_WARM, "0a", TRY PRIME SCAN "look ", STATUS_OK, 0},
    {CACHE_WARM, "0w", TRY PRIME SCAN "look ", STATUS_OK, 0},
    {CACHE_WARM, "a", GIVING_UP PRIME SCAN "look ", STATUS_OK, 0},
    {CACHE_WARM, "0m0a", TRY PRIME TRY PRIME SCAN "look ", STATUS_OK, 0},
    {CACHE_WARM, "0m0m0m", TRY PRIME TRY PRIME TRY PRIME SCAN "look ", STATUS_NOT_WARM, -ENOMEM},
    {CACHE_WARM, "0", TRY PRIME TRY PRIME TRY PRIME SCAN "look ", STATUS_NOT_WARM,
     -ENOTSUP}, /* nothing stays there at all */
    {CACHE_WARM, "?", TRY PRIME SCAN "look ", STATUS_UNVERIFIED, -ENOTSUP},
};

static void the_protocol_has_its_order_in_every_cache_state(void **state)
{
    for (size_t i = 0; i < LENGTH(orders); i++) {
        run_script(*state, orders[i].cache, (struct script){.residents = orders[i].residents});
        assert_string_equal(events, orders[i].events);
    }
}

static void a_cache_state_that_is_not_what_it_should_be_is_the_status(void **state)
{
    for (size_t i = 0; i < LENGTH(orders); i++) {
        run_script(*state, orders[i].cache, (struct script){.residents = orders[i].residents});
        assert_string_equal(trial.status, orders[i].status);
        assert_int_equal(error.code, orders[i].code);
    }
}

static void what_is_in_the_cache_before_and_after_is_recorded(void **state)
{
    run_script(*state, CACHE_COLD, (struct script){.residents = "0ca"});
    assert_true(trial.resident_before == 0.001);
    assert_true(trial.resident_after == 1);
    run_script(*state, CACHE_COLD, (struct script){.residents = "?"});
    assert_true(isnan(trial.resident_before) && isnan(trial.resident_after));
}

static void the_chunk_and_the_depth_are_recorded_where_there_are_any(void **state)
{
    struct method whole = fake;
    whole.chunk_bytes = METHOD_WHOLE_FILE;
    run_script(*state, CACHE_COLD, (struct script){.residents = "0"});
    assert_int_equal(trial.chunk_bytes, 4096);
    assert_int_equal(trial.depth, 3);
    script = (struct script){.residents = "0"};
    assert_int_equal(run_trial(*state, &whole, CACHE_COLD), 0);
    assert_int_equal(trial.chunk_bytes, -1);
}

static void each_step_is_for_all_files(void **state)
{
    file_count = 3;
    run_script(*state, CACHE_WARM, (struct script){.residents = "000aaaaa0a"});
    file_count = 1;
    assert_string_equal(events,
                        "evict evict evict look look look prime prime prime "
                        "look look look prepare look look look usage start turn usage finish "
                        "look look look ");
    assert_true(trial.resident_before == 2.0 / 3 && trial.resident_after == 1);
    assert_int_equal(trial.bytes, 3 * FILE_BYTES);
}

static void a_call_that_fails_ends_the_protocol_and_is_undone(void **state)
{
    static const struct {
        enum cache_state cache;
        struct script script;
        const char *events;
    } failures[] = {
        {CACHE_COLD, {.residents = "0", .open_code = -EMFILE}, ""},
        {CACHE_COLD, {.residents = "0", .evict_code = -EIO}, "evict "},
        {CACHE_WARM, {.residents = "0", .prime_code = -EIO}, TRY "prime "},
        {CACHE_COLD, {.residents = "0", .prepare_code = -ENOMEM}, TRY "prepare finish "},
        {CACHE_COLD,
         {.residents = "0", .start_code = -EAGAIN},
         TRY "prepare look usage start usage finish "},
        {CACHE_COLD, {.residents = "0", .scan_code = -EIO}, TRY SCAN},
        {CACHE_COLD, {.residents = "n", .scan_code = -EIO}, GIVING_UP SCAN},
    };
    for (size_t i = 0; i < LENGTH(failures); i++) {
        const struct script *next = &failures[i].script;
        run_script(*state, failures[i].cache, *next);
        assert_string_equal(events, failures[i].events);
        assert_string_equal(trial.status, STATUS_ERROR);
        assert_int_equal(error.code, next->open_code + next->evict_code + next->prime_code +
                                         next->prepare_code + next->start_code + next->scan_code);
        assert_non_null(strstr(error.text, next->start_code != 0 ? fake.name : "scan-0000.bin"));
        assert_true(isnan(trial.elapsed_s) && trial.sum == -1 && trial.major_faults == -1);
    }
}

static void a_wrong_sum_is_the_status_unless_the_cache_state_was_wrong_already(void **state)
{
    run_script(*state, CACHE_COLD, (struct script){.residents = "0", .wrong_by = 1});
    assert_string_equal(trial.status, STATUS_WRONG_SUM);
    assert_int_equal(error.code, -EILSEQ);
    run_script(*state, CACHE_COLD, (struct script){.residents = "a", .wrong_by = 1});
    assert_string_equal(trial.status, STATUS_NOT_COLD);
    assert_int_equal(error.code, -EBUSY);
}

/* The file has two whole pages. */
static void storage_is_a_second_witness_of_the_cache_state(void **state)
{
    static const struct {
        enum cache_state cache;
        struct script script;
        const char *status;
        const char *said;
    } rows[] = {
        {CACHE_COLD, {.residents = "0", .counted = true, .read_bytes = 8192}, STATUS_OK, ""},
        {CACHE_COLD, {.residents = "0", .counted = true}, STATUS_NOT_COLD, "storage delivered"},
        {CACHE_COLD, {.residents = "0"}, STATUS_OK, ""},
        {CACHE_COLD, {.residents = "n", .counted = true}, STATUS_NOT_COLD, "stayed in the page"},
        {CACHE_COLD,
         {.residents = "0", .counted = true, .wrong_by = 1},
         STATUS_NOT_COLD,
         "storage delivered"},
        {CACHE_WARM, {.residents = "0a", .counted = true}, STATUS_OK, ""},
        {CACHE_WARM,
         {.residents = "0a", .counted = true, .read_bytes = 2 << 20},
         STATUS_NOT_WARM,
         "storage delivered"},
        {CACHE_WARM, {.residents = "0a", .read_bytes = 2 << 20}, STATUS_OK, ""},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        run_script(*state, rows[i].cache, rows[i].script);
        assert_string_equal(trial.status, rows[i].status);
        assert_true(trial.device_read_bytes ==
                    (rows[i].script.counted ? rows[i].script.read_bytes : -1));
        assert_non_null(strstr(error.code == 0 ? "" : error.text, rows[i].said));
        assert_true(!isnan(trial.elapsed_s));
    }
}

static void only_the_scan_is_timed(void **state)
{
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_true(trial.elapsed_s == 3); /* start and the turn, not what comes after the last task */
    assert_true(trial.open_s == 0);
    assert_true(trial.cache_s == 300 + 20 + 4000 + 20);
    assert_true(trial.verify_s == 20);
    assert_true(trial.prepare_s == 50000);
    assert_true(trial.finish_s == 600000);
}

/* The scan takes 3 s. */
static void beats_have_the_clock_of_the_scan(void **state)
{
    beats = loop_delay_new(1000000000, 3);
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_int_equal(trial.beats, 3);
    assert_true(trial.loop_delay_max_s == 2 && trial.loop_delay_p50_s == 1);
    assert_int_equal(error.code, 0);
    loop_delay_free(beats);
    beats = NULL;
}

static void too_many_beats_are_told_and_the_trial_stays_ok(void **state)
{
    beats = loop_delay_new(1000000000, 2);
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_string_equal(trial.status, STATUS_OK);
    assert_int_equal(trial.beats, 3);
    assert_true(isnan(trial.loop_delay_max_s) && trial.elapsed_s == 3);
    assert_int_equal(error.code, -ENOBUFS);
    assert_non_null(strstr(error.text, "3 beats are more than can be kept"));
    /* What is wrong with the trial itself comes first. */
    run_script(*state, CACHE_COLD, (struct script){.residents = "a"});
    assert_int_equal(error.code, -EBUSY);
    loop_delay_free(beats);
    beats = NULL;
}

static void the_row_says_which_trial_it_is(void **state)
{
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_string_equal(trial.method, "threads-mmap-fake");
    assert_string_equal(trial.concurrency, "threads");
    assert_string_equal(trial.io, "mmap");
    assert_string_equal(trial.cache, "warm");
    assert_int_equal(trial.bytes, FILE_BYTES);
    assert_int_equal(trial.sum, content_sum(CONTENT_SEED, 0, FILE_BYTES, 512));
}

static void how_a_cache_was_filled_is_told_of_a_warm_one(void **state)
{
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_string_equal(trial.prime, "read");
    run_script(*state, CACHE_COLD, (struct script){.residents = "0"});
    assert_string_equal(trial.prime, "");
    assert_string_equal(trial.work, "scan");
}

/* The time of the loop is watched together with its beats. */
static void without_loop_probes_nothing_is_known_of_the_loop(void **state)
{
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_int_equal(trial.beats, -1);
    assert_true(isnan(trial.loop_cpu_s) && isnan(trial.loop_delay_max_s));
    assert_true(trial.user_s >= 0);
    beats = loop_delay_new(1000000000, 3);
    run_script(*state, CACHE_WARM, (struct script){.residents = "0a"});
    assert_true(trial.loop_cpu_s >= 0);
    loop_delay_free(beats);
    beats = NULL;
}

static void the_idle_control_is_the_probes_with_nothing_to_do(void **state)
{
    struct protocol protocol = {.counts_reads = true};
    (void)state;
    clock_runs = true;
    for (int with_beats = 0; with_beats < 2; with_beats++) {
        protocol.loop_delay = with_beats != 0 ? loop_delay_new(UINT64_C(1000000000000), 3) : NULL;
        protocol.counts_reads = with_beats != 0;
        script = (struct script){.read_bytes = 5};
        events[0] = '\0';
        error.code = -EIO;
        assert_int_equal(protocol_idle(&protocol, 1, &trial, &error), 0);
        assert_int_equal(error.code, 0);
        assert_string_equal(events, "usage usage ");
        assert_string_equal(trial.method, "");
        assert_true(trial.elapsed_s > 0);
        assert_int_equal(trial.beats, with_beats != 0 ? 0 : -1);
        assert_int_equal(trial.loop_cpu_s >= 0, with_beats);
        assert_int_equal(trial.device_read_bytes, with_beats != 0 ? 5 : -1);
        assert_true(isnan(trial.resident_before));
        if (with_beats != 0)
            loop_delay_free(protocol.loop_delay);
    }
    clock_runs = false;
}

static void what_failed_and_why_a_cache_is_not_warm_is_said(void **state)
{
    static const struct {
        enum cache_state cache;
        struct script script;
        const char *said;
    } cases[] = {
        {CACHE_COLD, {.residents = "n"}, "0.11 % of the files stayed in the page cache: "},
        {CACHE_COLD, {.residents = "?"}, "the system does not tell what is in the page cache: "},
        {CACHE_WARM, {.residents = "0m0m0m"}, "only 99.89 % of the files fit into the page cache"},
        {CACHE_WARM, {.residents = "0"}, "nothing that is read stays in the page cache: "},
        {CACHE_COLD, {.residents = "0", .start_code = -EAGAIN}, "threads-mmap-fake: Resource temp"},
        {CACHE_COLD, {.residents = "0", .scan_code = -EIO}, "fake scan of "},
        {CACHE_COLD, {.residents = "0", .prepare_code = -ENOMEM}, "fake prepare of "},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        run_script(*state, cases[i].cache, cases[i].script);
        if (strncmp(error.text, cases[i].said, strlen(cases[i].said)) != 0)
            fail_msg("%zu: %s", i, error.text);
    }
}

static void every_method_makes_a_good_row(void **state)
{
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (method_unsupported(methods[i], *state) != NULL)
            continue; /* methods_test says so */
        script = (struct script){.residents = "0"};
        assert_int_equal(run_trial(*state, methods[i], CACHE_COLD), 0);
        assert_string_equal(trial.status, STATUS_OK);
        assert_string_equal(trial.method, methods[i]->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(the_protocol_has_its_order_in_every_cache_state),
        FOLDER_TEST(a_cache_state_that_is_not_what_it_should_be_is_the_status),
        FOLDER_TEST(what_is_in_the_cache_before_and_after_is_recorded),
        FOLDER_TEST(the_chunk_and_the_depth_are_recorded_where_there_are_any),
        FOLDER_TEST(each_step_is_for_all_files),
        FOLDER_TEST(a_call_that_fails_ends_the_protocol_and_is_undone),
        FOLDER_TEST(a_wrong_sum_is_the_status_unless_the_cache_state_was_wrong_already),
        FOLDER_TEST(storage_is_a_second_witness_of_the_cache_state),
        FOLDER_TEST(only_the_scan_is_timed),
        FOLDER_TEST(beats_have_the_clock_of_the_scan),
        FOLDER_TEST(too_many_beats_are_told_and_the_trial_stays_ok),
        FOLDER_TEST(the_row_says_which_trial_it_is),
        FOLDER_TEST(how_a_cache_was_filled_is_told_of_a_warm_one),
        FOLDER_TEST(without_loop_probes_nothing_is_known_of_the_loop),
        FOLDER_TEST(the_idle_control_is_the_probes_with_nothing_to_do),
        FOLDER_TEST(what_failed_and_why_a_cache_is_not_warm_is_said),
        FOLDER_TEST(every_method_makes_a_good_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
