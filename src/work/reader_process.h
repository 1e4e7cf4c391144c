// SPDX-License-Identifier: MIT
#ifndef READER_PROCESS_H
#define READER_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* The process of the reader (reader.h): this program once more, to which a send hands over the
 * files. It inherits its end of each connection, reads all of them to their ends, and then writes
 * what it saw of each, a struct reader_saw, to its standard output. */

/* The first word of a command line that asks this program to be the reader. */
#define READER_WORD "--reader-of"

/* What came over one connection. */
struct reader_saw {
    uint64_t bytes;
    uint64_t sum; /* of every stride-th of them, as touch.h adds up */
};

/* Reads the connections to their ends, which stay open, as they come: of each no more than
 * `bytes_per_s`, by the reader's own clock, in pieces of 10 ms; 0: all that there is. Adds to
 * `saw`. */
void reader_drain(const int *fds, size_t count, uint64_t stride_bytes, uint64_t bytes_per_s,
                  struct reader_saw *saw);

/* Does that. `words` are those after READER_WORD: how many connections there are, the stride, and
 * the bytes a second. Returns the exit status. */
int reader_main(int count, char *const *words);

#endif
