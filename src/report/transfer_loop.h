// SPDX-License-Identifier: MIT
#ifndef TRANSFER_LOOP_H
#define TRANSFER_LOOP_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Says what each method that copies or sends on a loop, or beside one, did to it in one cache
 * state: the longest delay, p99 of beats and clients, and whether that is a free loop. On emulated
 * storage, cold, every method's longest delay is set against the latency of one request. Silent
 * about methods whose delays are not known. */
void transfer_loop_say(struct statements *said, const struct summary *summary,
                       const struct machine *machine, const char *cache);

#endif
