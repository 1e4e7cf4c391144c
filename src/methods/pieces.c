// SPDX-License-Identifier: MIT
#include "pieces.h"

#include "ring.h"

#include <errno.h>

#ifdef HAVE_LIBURING

#include "core/interrupt.h"
#include "platform/page_cache.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECES = 16, FILES_AT_ONCE = 8 };

/* One file on its way. */
struct way_file {
    struct task *task;
    uint64_t next; /* where its next piece begins */
    size_t pieces; /* of it that are on their way */
};

struct pieces {
    struct ring ring; /* the first: a turn is given the ring */
    struct work *work;
    const struct pieces_way *way;
    struct way_file *files; /* one for each task */
    size_t begun;           /* the first so many are on their way, or were */
    size_t ended;
    struct way_file *at_once[FILES_AT_ONCE];
    size_t file_count; /* of these */
    size_t next_file;
    struct piece pieces[PIECES];
    struct piece *idle[PIECES];
    size_t idle_count;
};

/* ---- The files ----------------------------------------------------------------------------- */

static bool has_more(const struct way_file *file)
{
    return file->task->error.code == 0 && file->next < file->task->file->bytes;
}

/* Nothing of it is on its way, and there is nothing more to ask for. */
static bool is_through(const struct way_file *file)
{
    return file->pieces == 0 && !has_more(file);
}

static void end_file(struct pieces *pieces, struct way_file *file)
{
    pieces->ended++;
    pieces->way->end(file->task);
}

/* Begins with the next file. One that is empty is done at once. */
static struct way_file *begin_file(struct pieces *pieces)
{
    struct way_file *file = &pieces->files[pieces->begun++];
    if (interrupt_signal() != 0)
        task_fail(file->task, -ECANCELED, "io_uring for");
    if (is_through(file))
        end_file(pieces, file);
    return file;
}

static bool may_begin(const struct pieces *pieces, const struct way_file *file)
{
    return has_more(file) && (file->pieces == 0 || !pieces->way->in_order);
}

/* The next file in turn that has more to ask for, or NULL. Files that have not begun come in where
 * others have no more. */
static struct way_file *next_file(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->file_count; i++) {
        struct way_file **file = &pieces->at_once[pieces->next_file++ % pieces->file_count];
        while ((*file == NULL || !has_more(*file)) && pieces->begun < pieces->work->count)
            *file = begin_file(pieces);
        if (*file != NULL && may_begin(pieces, *file))
            return *file;
    }
    return NULL;
}

/* Whatever a piece of a failed task leaves behind in its pipe comes to nobody, since no other piece
 * begins. */
static void fail_all(struct pieces *pieces, const struct error *error)
{
    for (size_t i = 0; i < pieces->work->count; i++) {
        struct way_file *file = &pieces->files[i];
        if (file->task->error.code == 0 && (i >= pieces->begun || !is_through(file)))
            file->task->error = *error;
    }
}

/* What is not in the page cache is left to a thread of the ring from the beginning: where the file
 * system takes so many requests at a time and no more (FUSE), asking waits for the storage even if
 * it is told not to. */
void piece_ask_read(const struct piece *piece, struct io_uring_sqe *sqe)
{
    const int fd = piece->task->file->fd;
    io_uring_prep_read(sqe, fd, piece->buffer, (unsigned)piece->length, piece->offset);
    if (page_cache_part_missing(fd, NULL, piece->offset, piece->length) != 0)
        io_uring_sqe_set_flags(sqe, IOSQE_ASYNC);
}

/* ---- A turn -------------------------------------------------------------------------------- */

static void ask(struct pieces *pieces, struct piece *piece)
{
    struct io_uring_sqe *sqe = ring_ask(&pieces->ring);
    pieces->way->ask(piece, sqe);
    io_uring_sqe_set_data(sqe, piece);
}

/* Begins with as much as one turn may. Returns whether there may be more. */
static bool ask_for_more(struct pieces *pieces)
{
    const size_t chunk = work_buffer_bytes(pieces->work);
    for (size_t asked = 0; pieces->idle_count > 0; asked += chunk) {
        if (asked >= pieces->way->turn_bytes)
            return true;
        struct way_file *file = next_file(pieces);
        if (file == NULL)
            return false;
        struct piece *piece = pieces->idle[--pieces->idle_count];
        const uint64_t left = file->task->file->bytes - file->next;
        piece->task = file->task;
        piece->offset = file->next;
        piece->length = left < chunk ? (size_t)left : chunk;
        piece->held = 0;
        file->next += piece->length;
        file->pieces++;
        ask(pieces, piece);
    }
    return false;
}

/* Takes what came of one request. Returns whether the next one of the same piece was made. */
static bool take_one(struct pieces *pieces, struct piece *piece, int result)
{
    struct task *task = piece->task;
    if (interrupt_signal() != 0)
        task_fail(task, -ECANCELED, "io_uring for");
    else if (task->error.code == 0 && result != -EINTR)
        pieces->way->take(piece, result);
    if (task->error.code != 0)
        fail_all(pieces, &task->error);
    else if (piece->length > 0)
        ask(pieces, piece);
    return task->error.code == 0 && piece->length > 0;
}

/* Takes as much of what has come back as one turn may. */
static void take(struct pieces *pieces)
{
    void *data;
    int result;
    for (size_t taken = 0;
         taken < pieces->way->turn_bytes && ring_take(&pieces->ring, &data, &result);
         taken += work_buffer_bytes(pieces->work)) {
        struct piece *piece = data;
        if (take_one(pieces, piece, result))
            continue;
        struct way_file *file = &pieces->files[piece->task - pieces->work->tasks];
        pieces->idle[pieces->idle_count++] = piece;
        file->pieces--;
        if (is_through(file))
            end_file(pieces, file);
    }
}

/* When the ring takes nothing any more all is over: what is in its queue will never be done. */
static void submit(struct pieces *pieces)
{
    const int code = ring_submit(&pieces->ring);
    for (size_t i = 0; code != 0 && i < pieces->work->count; i++) {
        struct way_file *file = &pieces->files[i];
        if (i < pieces->begun && is_through(file))
            continue;
        task_fail(file->task, code, "io_uring_submit for");
        end_file(pieces, file);
    }
}

static void on_turn(struct ring *ring)
{
    struct pieces *pieces = (struct pieces *)ring;
    take(pieces);
    const bool has_more_to_ask = ask_for_more(pieces);
    submit(pieces);
    if (pieces->ended == pieces->work->count)
        ring_stop(ring);
    else if (has_more_to_ask || ring_has_more(ring))
        ring_turn_again(ring);
}

int pieces_start(struct work *work)
{
    struct pieces *pieces = work->state;
    return ring_start(&pieces->ring);
}

/* ---- Before and after ---------------------------------------------------------------------- */

static struct pieces *make(struct work *work, const struct pieces_way *way)
{
    struct pieces *pieces = calloc(1, sizeof *pieces);
    if (pieces == NULL)
        abort();
    pieces->work = work;
    pieces->way = way;
    pieces->file_count = work->count < FILES_AT_ONCE ? work->count : FILES_AT_ONCE;
    pieces->files = calloc(work->count + 1, sizeof *pieces->files);
    if (pieces->files == NULL)
        abort();
    for (size_t i = 0; i < work->count; i++)
        pieces->files[i].task = &work->tasks[i];
    for (size_t i = PIECES; i-- > 0;) {
        pieces->pieces[i].pipe[0] = pieces->pieces[i].pipe[1] = -1;
        pieces->idle[pieces->idle_count++] = &pieces->pieces[i];
    }
    work->state = pieces;
    return pieces;
}

static int make_buffers(struct pieces *pieces)
{
    const int code = work_allocate_buffers(pieces->work, PIECES);
    for (size_t i = 0; code == 0 && i < PIECES; i++)
        pieces->pieces[i].buffer = work_buffer(pieces->work, i);
    pieces->work->depth = PIECES;
    return code;
}

/* A pipe that the system does not let grow to a chunk takes a piece in several goes. */
static int make_pipes(struct pieces *pieces)
{
    for (size_t i = 0; i < PIECES; i++) {
        int *ends = pieces->pieces[i].pipe;
        if (pipe2(ends, O_CLOEXEC) != 0)
            return task_fail(&pieces->work->tasks[0], -errno, "pipe for");
        fcntl(ends[1], F_SETPIPE_SZ, (int)work_buffer_bytes(pieces->work));
    }
    return 0;
}

int pieces_prepare(struct work *work, const struct pieces_way *way)
{
    struct pieces *pieces = make(work, way);
    const int code = way->by_pipe ? make_pipes(pieces) : make_buffers(pieces);
    return code == 0 ? ring_open(&pieces->ring, work, PIECES, on_turn) : code;
}

void pieces_finish(struct work *work)
{
    struct pieces *pieces = work->state;
    if (pieces == NULL)
        return;
    ring_close(&pieces->ring, work->loop);
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t end = 0; end < 2; end++) {
            if (pieces->pieces[i].pipe[end] >= 0)
                close(pieces->pieces[i].pipe[end]);
        }
    }
    work_release(work);
    free(pieces->files);
    free(pieces);
}

#else

int pieces_prepare(struct work *work, const struct pieces_way *way)
{
    (void)work;
    (void)way;
    return -ENOSYS;
}

int pieces_start(struct work *work)
{
    (void)work;
    return -ENOSYS;
}

void pieces_finish(struct work *work)
{
    (void)work;
}

#endif
