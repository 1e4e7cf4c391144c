// SPDX-License-Identifier: MIT
#ifndef SWITCHES_H
#define SWITCHES_H

#include <stdint.h>

/* When the calling thread left its CPU and when it came back, as the kernel's context switch
 * records tell (perf_event_open): no privilege is needed at perf_event_paranoid 2, but the filters
 * of containers often refuse it. A sleep costs 3 us more while they are taken, so a thread that
 * sleeps more than twice a millisecond, after a start of 512 sleeps, loses them. One thread at a
 * time. */

void switches_start(void);

/* The seconds off a CPU, asleep or queued, since the start or the last call, and before `end_ns`, a
 * time of uv_hrtime at which the thread was on one. NAN once the records
 * are refused, given up, or incomplete, and for good. */
double switches_off_cpu_s(uint64_t end_ns);

void switches_stop(void);

#endif
