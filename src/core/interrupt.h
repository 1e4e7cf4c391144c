// SPDX-License-Identifier: MIT
#ifndef INTERRUPT_H
#define INTERRUPT_H

/* Ctrl-C (SIGINT), SIGTERM and SIGHUP as a request to clean up, keep what is finished and end. */

/* Notes the first of these signals; a second one ends the process at once. One that was ignored
 * when the program began stays so: nohup and a shell's background jobs ask for that. One that was
 * blocked is not any more. */
void interrupt_catch(void);

/* The signal that asks to end, or 0. Cheap enough for every chunk of a scan. */
int interrupt_signal(void);

/* A descriptor that is readable as soon as there is such a signal, for loops that wait; nobody
 * reads it. Not there, -1, before interrupt_catch. */
int interrupt_fd(void);

/* The exit status of a program that a signal ended: 128 + its number, as shells have it. */
int interrupt_status(void);

#endif
