// SPDX-License-Identifier: MIT
#ifndef SEND_VERDICT_H
#define SEND_VERDICT_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Says what sends in one cache state show of sendfile against read and mmap, on one thread and on
 * the loop; and of readers of a limited rate how many of them were served at a time. Nothing that
 * the data do not show; silent about methods that have no ok trial. */
void send_verdict_say(struct statements *said, const struct summary *summary,
                      const struct machine *machine, const char *cache);

#endif
