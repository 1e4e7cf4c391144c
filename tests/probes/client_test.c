// SPDX-License-Identifier: MIT
/* What the process of the clients sends and when, with a clock and sockets that are made up. */
#include "probes/client.h"

#include "core/exit_status.h"
#include "core/options.h"
#include "tests/captured.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/select.h>
#include <sys/socket.h>

enum { CLIENTS = 2, FIRST_FD = 3, MOST_STEPS = 12, MS = 1000000 };

/* What comes of a look at a connection. */
enum { NOTHING = 0, END = -1, LATER = -2, RESET = -3, TWICE = -4 };

/* What happens in one wait: how long it takes, and how many answers are there then. */
struct step {
    uint64_t takes_ns;
    int answers[CLIENTS];
    int room[CLIENTS]; /* that a connection has for requests afterwards; 0: for all */
};

static struct script {
    const char *count; /* the word */
    uint64_t late_ns;  /* the scan has begun so long before, or begins so long after */
    uint64_t early_ns;
    int lost_in; /* the round trip that is not answered, from 1 up */
    bool never_starts;
    int room; /* of the first connection in the beginning; 0: for all */
    struct step steps[MOST_STEPS];
} script;

static char told[1 << 13];
static bool is_playing;
static size_t step;
static int round_trips;
static int punctual;
static uint64_t clock_ns;
static int room[CLIENTS];

static void __attribute__((format(printf, 1, 2))) tell(const char *format, ...)
{
    const size_t length = strlen(told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(told + length, sizeof told - length, format, arguments);
    va_end(arguments);
}

uint64_t __wrap_uv_hrtime(void)
{
    return clock_ns;
}

void __wrap_polling_be_punctual(void)
{
    punctual++;
}

void __wrap_polling_be_prompt(void)
{
    punctual += 10;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags)
{
    (void)bytes;
    if (flags == 0) {
        assert_int_equal(length, 1);
        round_trips++;
        return 1;
    }
    assert_int_equal(flags, MSG_DONTWAIT);
    int *left = &room[fd - FIRST_FD];
    const size_t took = *left < 0 || length < (size_t)*left ? length : (size_t)*left;
    tell("  %d: %zu of %zu\n", fd, took, length);
    *left -= *left < 0 ? 0 : (int)took;
    errno = EAGAIN;
    return took > 0 ? (ssize_t)took : -1;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t length, int flags)
{
    if (flags == MSG_WAITALL && length == 1)
        return round_trips == script.lost_in ? 0 : 1;
    if (flags == MSG_WAITALL) {
        const uint64_t start_ns = clock_ns - script.late_ns + script.early_ns;
        assert_true(fd == FIRST_FD && length == sizeof start_ns);
        memcpy(bytes, &start_ns, sizeof start_ns);
        return script.never_starts ? 0 : (ssize_t)sizeof start_ns;
    }
    assert_true(flags == MSG_DONTWAIT && length == 4096);
    const int answers = script.steps[step - 1].answers[fd - FIRST_FD];
    errno = answers == RESET ? ECONNRESET : answers == TWICE ? EINTR : EAGAIN;
    return answers >= 0 ? answers : answers == END ? 0 : -1;
}

int __wrap_pselect(int most, fd_set *readable, fd_set *writable, fd_set *others,
                   const struct timespec *timeout, const sigset_t *mask)
{
    fd_set ready;
    int count = 0;
    const struct step *now = &script.steps[step++];
    assert_true(step <= MOST_STEPS);
    assert_true(writable == NULL && others == NULL && mask == NULL && timeout->tv_sec == 0);
    tell("%" PRIu64 " us: wait %ld us for", clock_ns / 1000, timeout->tv_nsec / 1000);
    FD_ZERO(&ready);
    for (int fd = 0; fd < most; fd++) {
        if (!FD_ISSET(fd, readable))
            continue;
        tell(" %d", fd);
        if (now->answers[fd - FIRST_FD] == NOTHING)
            continue;
        FD_SET(fd, &ready);
        count++;
    }
    tell(" of %d\n", most);
    for (int i = 0; i < CLIENTS; i++)
        room[i] = now->room[i] > 0 ? now->room[i] : -1;
    clock_ns += now->takes_ns;
    *readable = ready;
    return count;
}

int __real_close(int fd);
int __wrap_close(int fd)
{
    if (!is_playing)
        return __real_close(fd);
    tell("  close %d\n", fd);
    return 0;
}

/* ---- Running ----------------------------------------------------------------------------------
 */

/* What the clients do is in `told`, what they write in `printed`. */
static int play(struct script next)
{
    char *words[] = {(char *)next.count};
    struct capture capture;
    script = next;
    told[0] = '\0';
    step = 0;
    round_trips = punctual = 0;
    clock_ns = UINT64_C(100000) * MS;
    room[0] = next.room > 0 ? next.room : -1;
    room[1] = -1;
    capture_begin(&capture);
    is_playing = true;
    const int status = client_main(next.count != NULL ? 1 : 0, words);
    is_playing = false;
    fflush(stdout);
    capture_end(&capture);
    return status;
}

static void requests_go_out_when_they_are_due(void **state)
{
    static const uint64_t saw[] = {
        3,
        UINT64_C(100002) * MS,
        UINT64_C(100003500000),
        UINT64_C(100003500000), /* of the first, and when each came */
        1,
        UINT64_C(100002) * MS,
    };
    (void)state;
    assert_int_equal(play((struct script){.count = "2",
                                          .steps = {{.takes_ns = MS, .answers = {0}},
                                                    {.takes_ns = MS, .answers = {1, 1}},
                                                    {.takes_ns = 1500000, .answers = {2, LATER}},
                                                    {.takes_ns = 500000, .answers = {0}},
                                                    {.takes_ns = MS, .answers = {TWICE, RESET}},
                                                    {.takes_ns = MS, .answers = {0}},
                                                    {.takes_ns = MS, .answers = {END}}}}),
                     EXIT_OK);
    assert_text(told, "100000000 us: wait 1000 us for 3 4 of 5\n"
                      "  3: 1 of 1\n"
                      "  4: 1 of 1\n"
                      "100001000 us: wait 1000 us for 3 4 of 5\n"
                      "  3: 1 of 1\n"
                      "  4: 1 of 1\n"
                      "100002000 us: wait 1000 us for 3 4 of 5\n"
                      "  3: 1 of 1\n"
                      "  4: 1 of 1\n"
                      "100003500 us: wait 500 us for 3 4 of 5\n"
                      "  3: 1 of 1\n"
                      "  4: 1 of 1\n"
                      "100004000 us: wait 1000 us for 3 4 of 5\n"
                      "  close 4\n"
                      "  3: 1 of 1\n"
                      "100005000 us: wait 1000 us for 3 of 4\n"
                      "  3: 1 of 1\n"
                      "100006000 us: wait 1000 us for 3 of 4\n"
                      "  close 3\n");
    assert_memory_equal(printed, saw, sizeof saw);
    assert_int_equal(punctual, 11);
    assert_int_equal(round_trips, 2 * CLIENT_ROUND_TRIPS);
}

/* What does not fit goes out after the next wait, and never more than is due. */
static void what_a_connection_does_not_take_waits(void **state)
{
    (void)state;
    assert_int_equal(
        play((struct script){.count = "2",
                             .late_ns = 5 * MS,
                             .room = 2,
                             .steps = {{.takes_ns = 500000, .answers = {0}, .room = {2, 0}},
                                       {.takes_ns = 600000, .answers = {0}, .room = {3, 0}},
                                       {.takes_ns = MS, .answers = {0}, .room = {5, 0}},
                                       {.takes_ns = MS, .answers = {END, END}}}}),
        EXIT_OK);
    assert_text(told, "  3: 2 of 5\n"
                      "  3: 0 of 3\n"
                      "  4: 5 of 5\n"
                      "100000000 us: wait 1000 us for 3 4 of 5\n"
                      "  3: 2 of 3\n"
                      "  3: 0 of 1\n"
                      "100000500 us: wait 500 us for 3 4 of 5\n"
                      "  3: 2 of 2\n"
                      "  4: 1 of 1\n"
                      "100001100 us: wait 900 us for 3 4 of 5\n"
                      "  3: 1 of 1\n"
                      "  4: 1 of 1\n"
                      "100002100 us: wait 900 us for 3 4 of 5\n"
                      "  close 3\n"
                      "  close 4\n");
}

static void many_requests_go_out_in_pieces(void **state)
{
    (void)state;
    assert_int_equal(play((struct script){.count = "1",
                                          .late_ns = UINT64_C(8193) * MS,
                                          .steps = {{.takes_ns = MS, .answers = {4096}},
                                                    {.takes_ns = MS, .answers = {END}}}}),
                     EXIT_OK);
    assert_text(told, "  3: 4096 of 4096\n"
                      "  3: 4096 of 4096\n"
                      "  3: 1 of 1\n"
                      "100000000 us: wait 1000 us for 3 of 4\n"
                      "  3: 1 of 1\n"
                      "100001000 us: wait 1000 us for 3 of 4\n"
                      "  close 3\n");
}

/* More than the memory of the beginning holds. */
static void all_answers_are_kept(void **state)
{
    uint64_t saw[1 + 3 * 4096];
    (void)state;
    assert_int_equal(play((struct script){.count = "1",
                                          .steps = {{.takes_ns = MS, .answers = {4096}},
                                                    {.takes_ns = MS, .answers = {4096}},
                                                    {.takes_ns = MS, .answers = {4096}},
                                                    {.takes_ns = MS, .answers = {END}}}}),
                     EXIT_OK);
    saw[0] = UINT64_C(3) * 4096;
    for (size_t i = 0; i < saw[0]; i++)
        saw[1 + i] = (100001 + i / 4096) * MS;
    /* As much of it as fits into what is captured. */
    assert_memory_equal(printed, saw,
                        CAPTURED_BYTES - 1 < sizeof saw ? CAPTURED_BYTES - 1 : sizeof saw);
}

static void nothing_is_due_before_the_beginning(void **state)
{
    (void)state;
    assert_int_equal(play((struct script){.count = "1",
                                          .early_ns = 2 * MS,
                                          .steps = {{.takes_ns = MS, .answers = {0}},
                                                    {.takes_ns = 2 * MS, .answers = {0}},
                                                    {.takes_ns = MS, .answers = {END}}}}),
                     EXIT_OK);
    assert_text(told, "100000000 us: wait 3000 us for 3 of 4\n"
                      "100001000 us: wait 2000 us for 3 of 4\n"
                      "  3: 1 of 1\n"
                      "100003000 us: wait 1000 us for 3 of 4\n"
                      "  close 3\n");
}

static void a_trial_that_is_gone_ends_them(void **state)
{
    const struct script cases[] = {
        {.count = NULL},
        {.count = "0"},
        {.count = "65"},
        {.count = "2", .lost_in = 1},
        {.count = "2", .lost_in = 2 * CLIENT_ROUND_TRIPS},
        {.count = "2", .never_starts = true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(play(cases[i]), EXIT_TRIAL_FAILED);
        assert_string_equal(told, "");
        assert_int_equal(punctual, 11);
    }
    assert_int_equal(round_trips, 2 * CLIENT_ROUND_TRIPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_go_out_when_they_are_due),
        cmocka_unit_test(what_a_connection_does_not_take_waits),
        cmocka_unit_test(many_requests_go_out_in_pieces),
        cmocka_unit_test(all_answers_are_kept),
        cmocka_unit_test(nothing_is_due_before_the_beginning),
        cmocka_unit_test(a_trial_that_is_gone_ends_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
