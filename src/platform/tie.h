// SPDX-License-Identifier: MIT
#ifndef TIE_H
#define TIE_H

/* Becomes another program that gets SIGTERM when its parent ends, in whatever way, where the system
 * can do that. `words` are the parent's number, the program and its words, ended by NULL: what
 * comes after PROCESS_TIED on a command line (core/process.h). Returns the exit status 127 when
 * there is no such program; ends this process when the parent has ended already. One file per
 * operating system implements this. */
int tie_and_become(char *const *words);

#endif
