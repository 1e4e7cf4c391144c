// SPDX-License-Identifier: MIT
#ifndef AHEAD_H
#define AHEAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Calls by which a program can be ahead of a wait for storage; each with the reason why the system
 * does not have it, or NULL. One file per operating system implements this. The calls return a
 * negative errno when they fail. */

/* madvise with the advice that every system has: sequential, random, willneed. */
const char *ahead_advise_unsupported(void);

/* The system call readahead: asks for a part of a file. Returns 0. */
int ahead_read(int fd, uint64_t offset, size_t length);
const char *ahead_read_unsupported(void);

/* MADV_POPULATE_READ: reads and maps all pages of a part of a mapping; neither address nor length
 * need to be whole pages. Returns 0; -EIO when a page could not be read. */
int ahead_populate(const unsigned char *address, size_t length);
const char *ahead_populate_unsupported(void);

/* preadv2 with RWF_NOWAIT: reads what is in the page cache. Returns the bytes read, or -EAGAIN when
 * that would have to wait. */
ssize_t ahead_read_nowait(int fd, void *buffer, size_t length, int64_t offset);
const char *ahead_read_nowait_unsupported(void);

#endif
