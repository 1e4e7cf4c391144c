// SPDX-License-Identifier: MIT
#ifndef ONE_CALL_TEXT_H
#define ONE_CALL_TEXT_H

#include "record/machine_facts.h"
#include "statement.h"
#include "summary.h"

/* Of methods that ask for each file by one call: says what one call brought in on this machine,
 * when that was not the whole file. Nothing when there are none, or when it is not known. */
void one_call_say(struct statements *said, const struct summary *summary,
                  const struct machine *machine);

#endif
