// SPDX-License-Identifier: MIT
#ifndef PIECES_H
#define PIECES_H

#include "work/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ways of files through a ring of io_uring (ring.h), a piece at a time: several pieces of a few
 * files are on their way at once, and what one turn of the loop takes and asks for is bounded. None
 * of it grows with the files. */

struct io_uring_sqe;

/* A chunk of a file on its way, from when something is first asked of the ring for it to when
 * nothing is left to do. */
struct piece {
    struct task *task;
    uint64_t offset; /* in the file, of what is left of it */
    size_t length;   /* of that */
    /* Of ways that read: whole blocks with room for a chunk. */
    unsigned char *buffer;
    /* Of ways that splice: the end that is read and the one that is written. */
    int pipe[2];
    /* Of ways that write, too: what was read, and is not yet written, and where in the buffer. */
    size_t held;
    size_t held_at;
};

/* What is done with a piece, request by request. */
struct pieces_way {
    bool by_pipe;      /* and not by buffer */
    bool in_order;     /* a file has one piece on its way at a time */
    size_t turn_bytes; /* what one turn may begin with, and go on with, of whole pieces */
    /* Fills in the next request. */
    void (*ask)(const struct piece *piece, struct io_uring_sqe *sqe);
    /* Takes what came of it: a negative errno, or a number of bytes. Notes errors in the task. What
     * was interrupted by a signal is asked for again without this. */
    void (*take)(struct piece *piece, int result);
    void (*end)(struct task *task); /* task_done, or what calls it */
};

/* Fills in a read of what is left of the piece into its buffer. */
void piece_ask_read(const struct piece *piece, struct io_uring_sqe *sqe);

/* The hooks of a method. A task that fails ends them all, with its error. Where the program was
 * built without liburing there is no such method, and prepare is refused. */
int pieces_prepare(struct work *work, const struct pieces_way *way);
int pieces_start(struct work *work);
void pieces_finish(struct work *work);

#endif
