// SPDX-License-Identifier: MIT
#include "switches.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

/* Of the 516 KiB that a user may lock, half: 8192 sleeps between two calls. */
enum { RING_BYTES = 256 * 1024, SLEEPS_PER_LOOK = 256, SLEEPS_PER_MS = 2 };

/* One record, out or in; both have the same size, and the ring holds a whole number of them. */
struct switch_record {
    struct perf_event_header header;
    uint64_t time_ns;
};

static struct {
    volatile sig_atomic_t fd; /* -1: no records any more */
    volatile sig_atomic_t is_reading;
    volatile sig_atomic_t are_too_many;
    struct perf_event_mmap_page *page;
    size_t page_bytes;
    uint64_t start_ns;
    uint64_t left_ns; /* when the thread left its CPU, which the next record ends; else 0 */
    uint64_t looks;
} switches = {.fd = -1};

/* The mapping holds the event, too. */
static void give_up(void)
{
    const int fd = switches.fd;
    if (fd < 0)
        return;
    switches.fd = -1;
    munmap(switches.page, switches.page_bytes + RING_BYTES);
    close(fd);
}

/* Each SLEEPS_PER_LOOK sleeps, wherever the thread is: only a signal reaches a turn that does
 * nothing but fault. */
static void on_many(int number)
{
    const int error = errno;
    const uint64_t elapsed_ms = (uv_hrtime() - switches.start_ns) / 1000000;
    (void)number;
    if (++switches.looks * SLEEPS_PER_LOOK > SLEEPS_PER_LOOK + elapsed_ms * SLEEPS_PER_MS)
        switches.are_too_many = 1;
    if (switches.are_too_many && !switches.is_reading)
        give_up();
    errno = error;
}

static bool ask_for_signals(int fd)
{
    const struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = (pid_t)syscall(SYS_gettid)};
    struct sigaction action = {.sa_handler = on_many, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    /* It stays: a signal that comes after the end would end the process. */
    return sigaction(SIGIO, &action, NULL) == 0 && fcntl(fd, F_SETOWN_EX, &owner) == 0 &&
           fcntl(fd, F_SETFL, O_ASYNC) == 0;
}

/* Adds what is in the ring to `*off_ns`, as far as it was before `end_ns`, and empties it. Returns
 * false when records were lost. */
static bool take(uint64_t *off_ns, uint64_t end_ns)
{
    const char *ring = (const char *)switches.page + switches.page_bytes;
    const uint64_t head = __atomic_load_n(&switches.page->data_head, __ATOMIC_ACQUIRE);
    uint64_t tail = switches.page->data_tail;
    for (; tail < head; tail += sizeof(struct switch_record)) {
        struct switch_record record;
        memcpy(&record, ring + tail % RING_BYTES, sizeof record);
        if (record.header.type != PERF_RECORD_SWITCH || record.header.size != sizeof record)
            return false;
        if (record.header.misc & PERF_RECORD_MISC_SWITCH_OUT)
            switches.left_ns = record.time_ns;
        else if (switches.left_ns != 0 && record.time_ns <= end_ns)
            *off_ns += record.time_ns - switches.left_ns;
    }
    __atomic_store_n(&switches.page->data_tail, tail, __ATOMIC_RELEASE);
    return true;
}

double switches_off_cpu_s(uint64_t end_ns)
{
    uint64_t off_ns = 0;
    switches.is_reading = 1; /* no signal may take the ring away */
    const bool all = switches.fd >= 0 && take(&off_ns, end_ns);
    switches.is_reading = 0;
    if (!all || switches.are_too_many)
        give_up();
    return all ? (double)off_ns / 1e9 : NAN;
}

void switches_start(void)
{
    struct perf_event_attr what = {
        .type = PERF_TYPE_SOFTWARE,
        .size = sizeof what,
        .config = PERF_COUNT_SW_DUMMY,
        .sample_type = PERF_SAMPLE_TIME,
        .exclude_kernel = 1, /* what a user without privilege may watch */
        .exclude_hv = 1,
        .watermark = 1,
        .wakeup_watermark = SLEEPS_PER_LOOK * 2 * sizeof(struct switch_record),
        .context_switch = 1,
        .sample_id_all = 1,
        .use_clockid = 1,
        .clockid = CLOCK_MONOTONIC,
    };
    const int fd = (int)syscall(SYS_perf_event_open, &what, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return;
    switches.page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    switches.page =
        mmap(NULL, switches.page_bytes + RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (switches.page == MAP_FAILED) {
        close(fd);
        return;
    }
    switches.left_ns = switches.looks = 0;
    switches.is_reading = switches.are_too_many = 0;
    switches.start_ns = uv_hrtime();
    switches.fd = fd;
    if (!ask_for_signals(fd))
        give_up();
    switches_off_cpu_s(0); /* the sleeps of all this */
}

void switches_stop(void)
{
    give_up();
}
