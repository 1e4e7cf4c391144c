// SPDX-License-Identifier: MIT
#ifndef COPY_H
#define COPY_H

#include "work.h"

/* Copies every file to a new destination in the folder `to` of the settings, which is there. `open`
 * makes the destinations, empty: task->to_fd, open for reading and writing, with the user's own
 * permissions; a name that exists is refused, be it a link. A method writes all bytes and, before
 * task_done, has them synced when the settings want it (copy_sync). `check` syncs what the method
 * has not (fsync_s), asks whether blocks are shared (cloned) and what is cached
 * (destination_resident_after), and compares every byte with what the source has to have. `close`
 * removes the destinations. */
extern const struct work_kind copy_kind;

/* The path of a task's destination. The memory is the work's. */
const char *copy_path(const struct task *task);

/* Notes that `call` failed on the task's destination with the negative errno `code`, and returns
 * it.
 */
int copy_fail(struct task *task, int code, const char *call);

/* The same where the call is between the task's file and its destination, and either can be why. */
int copy_fail_both(struct task *task, int code, const char *call);

/* For methods that block: fsync of the destination when the settings want it. Returns 0, or a
 * negative errno that is noted in the task. */
int copy_sync(struct task *task);

/* For methods on the loop: the end of a task, once the destination is synced on the pool when the
 * settings want that (and the task has no error); calls task_done. */
void copy_done(struct task *task);

/* For methods that map the destination, which they make as long as the source: the mapping, or NULL
 * for an empty file. Returns 0, or a negative errno noted in the task. Undone by copy_unmap. */
int copy_map(struct task *task, unsigned char **map);
void copy_unmap(struct task *task, unsigned char *map);

/* Copies a part from the source's mapping to that one, in pieces, between which an interrupt ends
 * it. Returns 0, or a negative errno noted in the task: -EIO when a page of either cannot be had
 * (the source was cut short, say, or there is no room for the copy). Any thread. */
int copy_mapping(struct task *task, unsigned char *map, uint64_t offset, uint64_t length);

#endif
