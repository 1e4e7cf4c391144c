// SPDX-License-Identifier: MIT
#ifndef SEND_H
#define SEND_H

#include "work.h"

/* Sends every file to a reader in another process, over a connection of its own: task->to_fd, a
 * connected stream socket, TCP or Unix, that blocks until a method says otherwise. It is the
 * reader's (reader.h), which was started for this trial and is in the settings: a method does not
 * close it, and gives a dup of it to what closes its descriptor, such as a uv_pipe_t or uv_tcp_t,
 * which it closes in finish.
 *
 * A method hands over all bytes of the file, in their order, and then calls task_done, no more:
 * what the buffers of the connection hold by then counts as sent. `check` closes the connections
 * and hears from the reader whether each file came whole: its bytes, and the sum of every stride-th
 * of them.
 *
 * SIGPIPE is ignored: a reader that is gone is an error of the call (EPIPE or ECONNRESET). After an
 * interrupt the reader is ended, so that a call that waits for it fails, be it on another thread or
 * in the pool. */
extern const struct work_kind send_kind;

/* Notes that `call` failed on the task's connection with the negative errno `code`, and returns it.
 * -EFAULT is that of a mapped page that could not be read, and becomes -EIO. */
int send_fail(struct task *task, int code, const char *call);

#endif
