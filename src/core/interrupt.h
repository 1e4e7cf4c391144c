// SPDX-License-Identifier: MIT
#ifndef INTERRUPT_H
#define INTERRUPT_H

/* Ctrl-C (SIGINT), SIGTERM and SIGHUP as a request to clean up, keep what is finished and end. */

/* Notes the first of these signals; a second one ends the process at once. Signals that were
 * ignored when the program began are caught as well: a shell starts its background jobs that way.
 */
void interrupt_catch(void);

/* The signal that asks to end, or 0. Cheap enough for every chunk of a scan. */
int interrupt_signal(void);

/* The exit status of a program that a signal ended: 128 + its number, as shells have it. */
int interrupt_status(void);

#endif
