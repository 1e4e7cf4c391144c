// SPDX-License-Identifier: MIT
#ifndef READER_H
#define READER_H

#include "core/error.h"
#include "reader_process.h"
#include "work.h"

#include <stddef.h>

/* The reader of a send, as its trial sees it: a process of its own (reader_process.h) with a
 * connection for each file. A thread of this process watches it, for the trial may be held by a
 * call: when the reader is stopped by somebody, or an interrupt (interrupt.h) comes, the reader is
 * ended, and every call that hands something over to it fails (EPIPE or ECONNRESET). */
struct reader;

/* Starts it, over what the settings say and as slow as they say, with so many connections. Best
 * before memory is allocated that the send writes to: what is there when a process is started has
 * to be made writable again, a page fault for each page. Returns 0, and the caller frees with
 * reader_free, or a negative errno with `error` filled. */
int reader_open(struct reader **reader, const struct work_settings *settings, size_t count,
                struct error *error);
void reader_free(struct reader *reader); /* ends the process; NULL is passed over */

/* Our end of a connection, which blocks. It stays the reader's. */
int reader_connection(const struct reader *reader, size_t number);

/* Nothing more comes: closes our ends and waits until the reader has come to the end of each. Fills
 * what it `saw` of each connection and returns 0, or a negative errno with `error` saying what
 * became of it. Once at most. */
int reader_hear(struct reader *reader, struct reader_saw *saw, struct error *error);

#endif
