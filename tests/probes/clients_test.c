// SPDX-License-Identifier: MIT
/* What clients see of a loop that is held for a known time. Their process is this test once more.
 * What is expected holds on a machine of any speed: a request cannot be answered while the loop is
 * held. */
#include "probes/clients.h"

#include "core/options.h"
#include "core/process.h"
#include "core/stats.h"
#include "platform/tie.h"
#include "probes/client.h"
#include "tests/support.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <time.h>
#include <uv.h>

#define MS UINT64_C(1000000)

static uv_loop_t loop;
static struct clients *clients;
static struct error error;
static uint64_t start_ns, held_from_ns, held_until_ns, end_ns;
static int client_pid;

int __real_uv_spawn(uv_loop_t *on, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *on, uv_process_t *process, const uv_process_options_t *options)
{
    const int code = __real_uv_spawn(on, process, options);
    client_pid = process->pid;
    return code;
}

/* ---- The loop and its holder -------------------------------------------------------------------
 */

struct plan {
    size_t clients;
    unsigned free_ms; /* that the loop turns */
    unsigned held_ms; /* that it is held after that */
    unsigned rest_ms; /* that it turns again */
};

static const struct plan *plan;

static void on_rest_end(uv_timer_t *timer)
{
    (void)timer;
    end_ns = uv_hrtime();
}

static void on_hold(uv_timer_t *timer)
{
    const struct timespec hold = {.tv_sec = plan->held_ms / 1000,
                                  .tv_nsec = (long)(plan->held_ms % 1000) * (long)MS};
    held_from_ns = uv_hrtime();
    nanosleep(&hold, NULL);
    held_until_ns = end_ns = uv_hrtime();
    uv_update_time(&loop);
    if (plan->rest_ms > 0)
        uv_timer_start(timer, on_rest_end, plan->rest_ms, 0);
}

static int connect_clients(size_t count)
{
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(clients_open(&clients, count, &error), 0);
    return clients_connect(clients, &loop, &error);
}

/* Also that nothing keeps the loop from ending. */
static void close_all(void)
{
    clients_free(clients);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* Returns what clients_stop does. */
static int play(const struct plan *next)
{
    uv_timer_t timer;
    plan = next;
    if (connect_clients(plan->clients) != 0)
        fail_msg("%s", error.text);
    uv_timer_init(&loop, &timer);
    start_ns = uv_hrtime();
    clients_start(clients, start_ns);
    uv_update_time(&loop);
    uv_timer_start(&timer, on_hold, plan->free_ms, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    return clients_stop(clients, end_ns, &error);
}

static uint64_t due_ns(size_t number)
{
    return start_ns + (number + 1) * MS;
}

/* ---- What they see -----------------------------------------------------------------------------
 */

static const struct plan long_hold = {1, 100, 400, 100};
static const struct plan held_at_the_end = {1, 30, 300, 0};
static const struct plan three = {3, 20, 150, 20};
static const struct plan brief = {1, 5, 5, 5};

/* A timer of the loop counts from the last whole millisecond, so that it may end one too early. */
static void every_request_that_fell_due_counts(void **state)
{
    const struct plan *const plans[] = {&long_hold, &held_at_the_end, &three, &brief};
    (void)state;
    for (size_t i = 0; i < LENGTH(plans); i++) {
        assert_int_equal(play(plans[i]), 0);
        assert_int_equal(clients_requests(clients), (end_ns - start_ns) / MS);
        assert_true(clients_requests(clients) + 1 >= plans[i]->free_ms + plans[i]->held_ms);
        close_all();
    }
}

/* Those due in the hold wait for its rest, though far more fall due than a connection takes. */
static void requests_due_in_a_hold_are_late_by_its_rest(void **state)
{
    size_t held = 0;
    double most_s = 0;
    double first_s = 0;
    double last_s = 0;
    (void)state;
    assert_int_equal(play(&long_hold), 0);
    for (size_t k = 0; k < clients_requests(clients); k++) {
        const double delay_s = clients_delay(clients, 0, k);
        most_s = fmax(most_s, delay_s);
        assert_true(delay_s >= 0);
        if (due_ns(k) < held_from_ns || due_ns(k) >= held_until_ns)
            continue;
        held++;
        assert_true(delay_s >= (double)(held_until_ns - due_ns(k)) / 1e9 - 1e-6);
        first_s = held == 1 ? delay_s : first_s;
        last_s = delay_s;
    }
    assert_true(held >= 399);
    assert_true(first_s > 2 * last_s); /* the last wait no longer than that: it is over then */
    struct trial trial = trial_unknown();
    clients_record(clients, &trial);
    assert_float_equal(trial.client_max_s, most_s, 1e-9);
    assert_true(trial.client_p50_s > 0.05); /* most of them are those of the hold */
    assert_true(trial.client_p99_s > 0.35 && trial.client_p99_s <= trial.client_max_s);
    close_all();
}

/* The median of the requests due from that number on. */
static double median_from(size_t first, size_t count)
{
    double delays_s[400];
    assert_true(count <= LENGTH(delays_s));
    for (size_t i = 0; i < count; i++)
        delays_s[i] = clients_delay(clients, 0, first + i);
    stats_sort(delays_s, count);
    return stats_median(delays_s, count);
}

/* However busy the machine is: the hold dwarfs it. */
static void a_loop_that_turns_answers_at_once(void **state)
{
    (void)state;
    assert_int_equal(play(&long_hold), 0);
    const size_t first_held = (size_t)((held_from_ns - start_ns) / MS);
    assert_true(20 * median_from(0, 90) < median_from(first_held, 390));
    close_all();
}

static void what_is_not_answered_waits_until_the_end(void **state)
{
    (void)state;
    assert_int_equal(play(&held_at_the_end), 0);
    size_t waiting = 0;
    for (size_t k = 0; k < clients_requests(clients); k++) {
        const double left_s = (double)(end_ns - due_ns(k)) / 1e9;
        assert_true(clients_delay(clients, 0, k) <= left_s + 1e-6);
        if (due_ns(k) < held_from_ns)
            continue;
        waiting++;
        assert_float_equal(clients_delay(clients, 0, k), left_s, 1e-6);
    }
    assert_true(waiting >= 299);
    close_all();
}

static void each_client_has_its_own_requests(void **state)
{
    char *text = NULL;
    size_t length = 0;
    size_t lines = 0;
    double last_s = 0;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    assert_int_equal(play(&three), 0);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < clients_requests(clients); k++) {
            if (due_ns(k) >= held_from_ns && due_ns(k) < held_until_ns)
                assert_true(clients_delay(clients, i, k) >=
                            (double)(held_until_ns - due_ns(k)) / 1e9 - 1e-6);
        }
    }
    clients_print(clients, "7", out);
    fclose(out);
    assert_memory_equal(text, "7,0.001000,", 11);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        double time_s;
        double delay_s;
        assert_int_equal(sscanf(line, "7,%lf,%lf\n", &time_s, &delay_s), 2);
        assert_true(time_s >= last_s); /* by their time, those of all clients together */
        last_s = time_s;
        lines++;
    }
    assert_int_equal(lines, 3 * clients_requests(clients));
    free(text);
    close_all();
}

static void few_requests_have_no_99th_percentile(void **state)
{
    struct trial trial = trial_unknown();
    (void)state;
    assert_int_equal(play(&brief), 0);
    clients_record(clients, &trial);
    if (clients_requests(clients) < 100) /* else the machine stood still */
        assert_true(isnan(trial.client_p99_s));
    assert_true(trial.client_p50_s >= 0 && trial.client_max_s >= trial.client_p50_s);
    close_all();
}

/* ---- Endings -----------------------------------------------------------------------------------
 */

static void clients_that_are_gone_are_an_error(void **state)
{
    static const struct {
        int signal;
        const char *said;
    } rows[] = {{SIGKILL, "ended by signal 9"}, {SIGSTOP, "stopped by somebody"}};
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct trial trial = trial_unknown();
        assert_int_equal(connect_clients(2), 0);
        start_ns = uv_hrtime();
        clients_start(clients, start_ns);
        kill(client_pid, rows[i].signal);
        assert_int_equal(clients_stop(clients, start_ns + 50 * MS, &error), -ECHILD);
        assert_non_null(strstr(error.text, rows[i].said));
        assert_int_equal(clients_requests(clients), 0);
        clients_record(clients, &trial);
        assert_true(isnan(trial.client_max_s));
        close_all();
    }
}

static void clients_that_never_connect_are_an_error(void **state)
{
    (void)state;
    setenv("CLIENT_FAILS", "1", 1);
    assert_int_equal(connect_clients(2), -ECHILD);
    unsetenv("CLIENT_FAILS");
    assert_non_null(strstr(error.text, "ended with 9"));
    close_all();
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *dir = opendir("/dev/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

/* In whatever order; a process that is gone is waited for, so that kill finds nobody. */
static void nothing_is_left_of_clients(void **state)
{
    (void)state;
    assert_int_equal(play(&brief), 0);
    close_all(); /* libuv keeps some descriptors from the first loop on */
    const size_t before = open_files();
    assert_int_equal(play(&three), 0);
    close_all();
    assert_int_equal(clients_open(&clients, OPTIONS_CLIENTS_MOST, &error), 0); /* and never used */
    clients_free(clients);
    assert_int_equal(open_files(), before);
    assert_int_equal(kill(client_pid, 0), -1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_that_fell_due_counts),
        cmocka_unit_test(requests_due_in_a_hold_are_late_by_its_rest),
        cmocka_unit_test(a_loop_that_turns_answers_at_once),
        cmocka_unit_test(what_is_not_answered_waits_until_the_end),
        cmocka_unit_test(each_client_has_its_own_requests),
        cmocka_unit_test(few_requests_have_no_99th_percentile),
        cmocka_unit_test(clients_that_are_gone_are_an_error),
        cmocka_unit_test(clients_that_never_connect_are_an_error),
        cmocka_unit_test(nothing_is_left_of_clients),
    };
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    signal(SIGPIPE, SIG_IGN);
    if (argc > 2 && strcmp(argv[1], CLIENT_WORD) == 0)
        return getenv("CLIENT_FAILS") != NULL ? 9 : client_main(argc - 2, &argv[2]);
    process_set_self(argv[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
