// SPDX-License-Identifier: MIT
#ifndef WALK_H
#define WALK_H

#include "work/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Ways through files in steps: on the loop, a turn at a time, on the pool, or on either. A walk is
 * on its way through one file and takes up the next one that nobody has begun when it is through.
 * Walks wait for their turns in a queue, so that files come in their order. */
struct walk {
    struct task *task;
    unsigned char *buffer; /* after walks_allocate_buffers */
    uint64_t offset;       /* where the next chunk begins */
    uint64_t ahead;        /* up to where the file was seen to, of methods that are ahead */
    uv_work_t work;        /* what the pool does for this walk meanwhile; one of the two */
    uv_fs_t read;
    size_t touching;        /* the bytes that the pool touches for it */
    bool has_come;          /* the next chunk, which the pool has waited for */
    int code;               /* what became of the work: 0 or a negative errno */
    struct walk *behind_me; /* in the queue */
};

/* A step of a walk: its turn. It is never called at the end of a file, nor after an error. */
typedef void walk_turn(struct walk *walk);

/* How many walks there are. With WALK_EVERY_FILE each file has one from the beginning, and all have
 * their turn in one turn of the loop: what programs do that do not care. Otherwise there are only
 * so many, however many files there are, and one turn of the loop takes WALK_TURN_BYTES of steps,
 * or a single step: the time that it holds the loop, the memory and the work in flight do not grow
 * with the files. With WALK_EVERY_FILE_IN_TURN only the time does not. */
enum { WALK_EVERY_FILE = 0, WALK_FEW = 8 };
#define WALK_EVERY_FILE_IN_TURN SIZE_MAX
#define WALK_TURN_BYTES         ((uint64_t)512 * 1024)

/* Makes the walks, in scan->state, and returns how many. They are undone by walks_finish, with all
 * that the scan holds; it passes over a scan whose walks were never made. */
size_t walks_prepare(struct work *scan, walk_turn *on_turn, size_t at_most);
void walks_finish(struct work *scan);

/* The same for methods that read: every walk gets a buffer, and the scan its depth. Returns 0 or a
 * negative errno that is noted in a task. */
int walks_prepare_reading(struct work *scan, walk_turn *on_turn, size_t at_most);

/* Has tasks end by what calls task_done in its own time, such as copy_done. Between one of these
 * and walks_start. */
void walks_end_by(struct work *scan, void (*end)(struct task *task));

/* What a method has beside its walks, for it to set, and to free after walks_finish; NULL before.
 */
void **walks_own(const struct work *scan);

/* Lets every walk have turns. */
int walks_start(struct work *scan);

/* Lets one walk have a turn again; at the end of its file, or after an error, it ends that task and
 * goes over to the next file. */
void walk_resume(struct walk *walk);

/* Whether the file is at its end or its task has failed. */
bool walk_is_through(const struct walk *walk);

/* The bytes of the next chunk; 0 when the walk has come to the end of the file. */
size_t walk_length(const struct walk *walk);

/* Touches the next chunk of the mapping, or what was read of it into the buffer, and goes on behind
 * it. An error is noted in the task. */
void walk_touch(struct walk *walk);
void walk_add_up(struct walk *walk, size_t got);

/* Has the pool touch the next `length` bytes of the mapping, and resumes the walk then. While
 * `at_once` of them are under way no walk has a turn. Counts in scan->offloaded_chunks. Errors as
 * below. */
void walk_touch_on_pool(struct walk *walk, size_t length, size_t at_once);

/* Asks the pool for work on this walk; `on_done` is called on the loop then. Returns 0, or when the
 * pool refuses a negative errno that is noted in the task; the walk is resumed then. */
int walk_offload(struct walk *walk, uv_work_cb work, uv_after_work_cb on_done);

/* Asks for the next chunk by uv_fs_read, which goes to the pool, too; `on_read` then has
 * walk_take_read add up what came. Errors as above; walk_take_read notes its own. */
void walk_read(struct walk *walk, uv_fs_cb on_read);
void walk_take_read(struct walk *walk);

/* Why uv_fs_sendfile cannot be had here, or NULL: libuv first tries copy_file_range, and does not
 * go on with sendfile whatever that is refused with. */
const char *walk_sendfile_unsupported(const char *data);

#endif
