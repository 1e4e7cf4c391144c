// SPDX-License-Identifier: MIT
#ifndef PROCESSES_H
#define PROCESSES_H

/* The CPU time of all processes, as a folder such as /proc tells it: that of this program and all
 * that it has started, with those that it waited for, and that of the kernel's own threads, in
 * seconds. NAN where the folder does not have the process `self`. */
struct processes {
    double own_s;
    double kernel_s;
};

/* This program begins at the first process above `self` that has another name: storage that this
 * program serves to a run of itself is its own as well. */
struct processes processes_read(const char *proc, long self);

#endif
