// SPDX-License-Identifier: MIT
#ifndef KEEPER_H
#define KEEPER_H

#include "storage_programs.h"

/* The keeper: the process that supervises emulated storage and undoes everything in the end. It is
 * this program once more, in a session of its own, so that a Ctrl-C at the terminal takes no
 * storage away from a program that still uses it. nbdkit and all nbdfuse are its children. It ends
 * when its owner tells it to, when its owner has ended in whatever way, or when one of its children
 * has ended or was stopped. Should the keeper be killed, its children end with it (core/process.h),
 * nbdfuse unmounts when it ends, and the owner removes what is left. Should all of them be killed,
 * the next start does.
 *
 * Its standard output is a socket to the owner. The end of what the owner sends tells it to end. It
 * answers with lines "keeper CODE TEXT": CODE is 0 as soon as the files are served, or a negative
 * errno when they cannot be or not any more, and TEXT says why. The children have that socket, too:
 * it comes to its end when all of them have ended.
 */

/* The first word of a command line that asks this program to be the keeper. */
#define KEEPER_WORD   "--keeper"
#define KEEPER_ANSWER "keeper "

/* Serves until it is told to end. `words` are those after KEEPER_WORD: the folder with the file
 * set, the folder to mount it in, and what `keeper_options` makes. Returns the exit status. */
int keeper_main(int count, char *const *words);

/* The options as words in `text` and back. Returns 0, or -EINVAL when they are no options. */
#define KEEPER_OPTION_WORDS 4
void keeper_write_options(char text[KEEPER_OPTION_WORDS][32],
                          const struct emulated_storage_options *options);
int keeper_read_options(struct emulated_storage_options *options, char *const *words);

#endif
