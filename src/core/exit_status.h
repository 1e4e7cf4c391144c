// SPDX-License-Identifier: MIT
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

/* What the programs exit with; after an interrupt it is interrupt_status(). */
enum exit_status {
    EXIT_OK = 0,
    EXIT_TRIAL_FAILED = 1, /* all results so far are on disk */
    EXIT_WRONG_USAGE = 2,
    EXIT_MISSING = 3, /* something that the run needs; the message names it */
};

#endif
