// SPDX-License-Identifier: MIT
#ifndef RING_H
#define RING_H

#include "work/work.h"

/* A ring of io_uring on the loop: what has come back wakes it by an eventfd in uv_poll, and what
 * one turn asks for is submitted at once. Without liburing there are only the reasons. */

/* Why io_uring cannot be used here, or not for splices; or NULL. */
const char *ring_unsupported(void);
const char *ring_splice_unsupported(void);

#ifdef HAVE_LIBURING

#include <liburing.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct ring {
    struct io_uring uring;
    bool is_set_up;
    int event_fd;
    uv_poll_t completions;
    bool polls;
    size_t in_kernel; /* requests that were submitted and have not come back */
    void (*on_turn)(struct ring *ring);
};

/* Sets it up with room for so many requests, at rest. Returns 0 or a negative errno that is noted
 * in the first task. Undone by ring_close, after a failure too. */
int ring_open(struct ring *ring, struct work *work, unsigned entries,
              void (*on_turn)(struct ring *ring));

/* The kernel may use the memory of a request until it has come back: waits for all of them. */
void ring_close(struct ring *ring, uv_loop_t *loop);

/* Has turns begin, with one in any case, and end. Returns 0 or a negative errno. While there may be
 * turns the loop goes on. */
int ring_start(struct ring *ring);
void ring_stop(struct ring *ring);

/* What a turn does: takes what has come back, the `data` and the result of each; asks; submits; and
 * has another turn follow at once if there is more to do. */
bool ring_take(struct ring *ring, void **data, int *result);
bool ring_has_more(struct ring *ring);
void ring_turn_again(struct ring *ring);

/* Room for the next request, to fill in; its data are set afterwards. */
struct io_uring_sqe *ring_ask(struct ring *ring);

/* Hands over all that was asked for. Returns 0, or a negative errno: then what is in its queue will
 * never be done. */
int ring_submit(struct ring *ring);

#endif

#endif
