// SPDX-License-Identifier: MIT
#ifndef FAULT_H
#define FAULT_H

/* A page of a mapping that cannot be had: the file was cut short, its storage failed, or has no
 * room for what is stored there. The kernel says so by SIGBUS, which ends a program. */

/* Calls touch(context) and returns what it returns; or -EIO as soon as a page that it touches
 * cannot be had, with the place of it in `*address` unless that is NULL. It is left by a jump then,
 * so that it must not hold anything meanwhile. Not to be nested. */
int fault_guard(int (*touch)(void *context), void *context, const void **address);

/* Makes that so, instead of the end of the program. Called once, before the first guard. */
void fault_catch(void);

#endif
