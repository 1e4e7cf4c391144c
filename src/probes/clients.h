// SPDX-License-Identifier: MIT
#ifndef CLIENTS_H
#define CLIENTS_H

#include "core/error.h"
#include "record/trial.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The clients probe, a second witness beside the loop delay: what users of a server feel. Clients
 * in a process of their own (client.h) ask the loop, each once in a millisecond by its own due
 * times, and the loop answers in the callback of the request, which waits for all callbacks before
 * it. A request counts with the time from when it fell due until its answer had come, or until the
 * scan ended. */
struct clients;
struct uv_loop_s; /* uv_loop_t */

/* Starts that many clients (1 to OPTIONS_CLIENTS_MOST), for one trial. Best before memory is
 * allocated that the scan writes to: what is there when a process is started has to be made
 * writable again, a page fault for each page. Returns 0, and the caller frees with clients_free, or
 * a negative errno with `error` filled. */
int clients_open(struct clients **clients, size_t count, struct error *error);
void clients_free(struct clients *clients); /* ends the process; NULL is passed over */

/* Lets the loop answer, from now on and without keeping it running, and runs it until each client
 * has had its first round trips. Returns 0, and clients_stop has to follow, or a negative errno
 * with `error` saying what became of them. */
int clients_connect(struct clients *clients, struct uv_loop_s *loop, struct error *error);

/* The scan starts at `start_ns` of uv_hrtime, which is now; the first requests are due a
 * millisecond after it. */
void clients_start(struct clients *clients, uint64_t start_ns);

/* The scan ended at `end_ns`: lets the loop run once to give up its handles, and hears from the
 * clients. Returns 0, or a negative errno with `error` saying what became of them; then nothing is
 * known of any request. */
int clients_stop(struct clients *clients, uint64_t end_ns, struct error *error);

/* How many requests fell due for each client, and how long request `number` (from 0) of `client`
 * waited, in seconds. */
size_t clients_requests(const struct clients *clients);
double clients_delay(const struct clients *clients, size_t client, size_t number);

/* Puts the median, the 99th percentile and the maximum of all requests into the row; what cannot be
 * known (delays.h) stays unknown. */
void clients_record(const struct clients *clients, struct trial *trial);

/* Writes a line "trial,time_s,delay_s" for each request: `trial` as given, and the time it fell
 * due. */
void clients_print(const struct clients *clients, const char *trial, FILE *out);

#endif
