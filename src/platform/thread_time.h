// SPDX-License-Identifier: MIT
#ifndef THREAD_TIME_H
#define THREAD_TIME_H

/* Where the calling thread's time went, in seconds since it began; two readings make a difference.
 * Each takes about a microsecond. One file per operating system implements this. */

/* On a CPU. */
double thread_time_cpu_s(void);

/* Ready to run, but waiting for a CPU; NAN where the system does not tell. */
double thread_time_queued_s(void);

#endif
