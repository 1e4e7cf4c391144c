// SPDX-License-Identifier: MIT
#ifndef LIST_H
#define LIST_H

/* --list: prints all methods, by their kind of work, and, of each that cannot run here on files in
 * the folder `data`, why. */
void list_methods(const char *data);

#endif
