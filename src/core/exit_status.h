// SPDX-License-Identifier: MIT
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

/* What the program exits with; after an interrupt it is interrupt_status(). */
enum exit_status {
    EXIT_OK = 0,
    EXIT_TRIAL_FAILED = 1, /* all results so far are on disk; or the output could not be written */
    EXIT_WRONG_USAGE = 2,
    EXIT_MISSING = 3,     /* something that the run needs; the message names it */
    EXIT_SIGNALLED = 128, /* and more: interrupted */
};

#endif
