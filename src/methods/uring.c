// SPDX-License-Identifier: MIT
#include "uring.h"

#include "data-gen/file_set.h"
#include "platform/storage.h"

#ifdef HAVE_LIBURING

#include "core/interrupt.h"
#include "platform/memory.h"
#include "platform/page_cache.h"
#include "work/touch.h"

#include <assert.h>
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* O_DIRECT wants addresses, offsets and lengths in multiples of the device's block; a page is one
 * for all usual devices. */
enum { BLOCK_BYTES = 4096 };

/* Of all buffers together. With more files than there are buffers some have to wait their turn. */
#define BUFFERS_BYTES_MOST ((size_t)64 << 20)

/* Rings are not made for more (IORING_MAX_ENTRIES). */
enum { SLOTS_MOST = 32768 };

/* One file on its way through the ring. */
struct reader {
    struct scan_task *task;
    int direct_fd; /* -1 for methods without */
    uint64_t next; /* where the next read begins */
    size_t in_flight;
};

/* One read, from when it is asked for to when all of it has come. */
struct slot {
    struct reader *reader;
    unsigned char *buffer;
    uint64_t offset;
    size_t length;
    bool direct;
};

struct uring {
    struct scan *scan;
    struct uring_way way;
    struct io_uring ring;
    bool has_ring;
    int event_fd;
    uv_poll_t completions;
    bool polls;
    size_t chunk_bytes;
    unsigned char *buffers; /* of all slots */
    struct reader *readers; /* one for each task */
    size_t begun;           /* the first so many have had a slot */
    struct slot *slots;
    size_t slot_count;
    size_t in_kernel; /* reads that were submitted and have not come back */
};

/* ---- Reading ------------------------------------------------------------------------------- */

/* Puts the slot's read into the submission queue, which has room for every slot. */
static void ask(struct uring *uring, struct slot *slot)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&uring->ring);
    const struct reader *reader = slot->reader;
    assert(sqe != NULL);
    io_uring_prep_read(sqe, slot->direct ? reader->direct_fd : reader->task->file->fd, slot->buffer,
                       (unsigned)slot->length, slot->offset);
    io_uring_sqe_set_data(sqe, slot);
}

/* Whether the slot's chunk is to come from the device. */
static bool is_direct(const struct uring *uring, const struct slot *slot)
{
    const struct scan_task *task = slot->reader->task;
    const uint64_t left = task->file->bytes - slot->offset;
    if (!uring->way.cache_if_there)
        return uring->way.direct;
    const bool cached =
        page_cache_part_resident(task->file->fd, task->map, slot->offset,
                                 left < slot->length ? (size_t)left : slot->length) == 1;
    if (cached)
        uring->scan->inline_chunks++;
    else
        uring->scan->offloaded_chunks++;
    return !cached;
}

/* Asks for the next chunk of the slot's file. Returns whether there is one to ask for. */
static bool ask_for_next(struct uring *uring, struct slot *slot)
{
    struct reader *reader = slot->reader;
    struct scan_task *task = reader->task;
    if (task->error.code == 0 && interrupt_signal() != 0)
        scan_task_fail(task, -ECANCELED, "io_uring read");
    if (task->error.code != 0 || reader->next >= task->file->bytes)
        return false;
    slot->offset = reader->next;
    slot->length = uring->chunk_bytes;
    slot->direct = is_direct(uring, slot);
    reader->next += slot->length;
    reader->in_flight++;
    ask(uring, slot);
    return true;
}

/* A file is done when nothing of it is in flight and nothing more was asked for. */
static void end_if_done(struct uring *uring, struct reader *reader)
{
    if (reader->in_flight > 0)
        return;
    scan_task_done(reader->task);
    if (uring->scan->unfinished == 0)
        uv_poll_stop(&uring->completions);
}

/* The same, and when its file has no more, of one that has not begun. */
static void read_next(struct uring *uring, struct slot *slot)
{
    bool asked = ask_for_next(uring, slot);
    while (!asked && uring->begun < uring->scan->count) {
        slot->reader = &uring->readers[uring->begun++];
        asked = ask_for_next(uring, slot);
        if (!asked)
            end_if_done(uring, slot->reader);
    }
}

/* How much of what was read counts: O_DIRECT can go on only at a block. */
static size_t usable(const struct slot *slot, size_t got)
{
    const bool is_end = slot->offset + got >= slot->reader->task->file->bytes;
    return slot->direct && !is_end ? got / BLOCK_BYTES * BLOCK_BYTES : got;
}

/* Takes what one read has brought. Returns whether the rest of it was asked for. */
static bool take(struct uring *uring, struct slot *slot, int result)
{
    struct scan_task *task = slot->reader->task;
    const uint64_t left = task->file->bytes - slot->offset;
    const size_t got = result > 0 ? usable(slot, (size_t)result) : 0;
    if (interrupt_signal() != 0)
        scan_task_fail(task, -ECANCELED, "io_uring read");
    else if (got == 0 && result != -EINTR)
        scan_task_fail(task, result < 0 ? result : -ENODATA, "io_uring read");
    if (task->error.code != 0)
        return false;
    task->sum += touch(slot->buffer, slot->offset, got < left ? got : (size_t)left,
                       task->scan->stride_bytes);
    slot->offset += got;
    slot->length -= got;
    if (slot->length == 0 || slot->offset >= task->file->bytes)
        return false;
    ask(uring, slot);
    return true;
}

/* Hands over all that was asked for in this turn. When the ring does not take it the scan is over:
 * what is in its queue will never be read. */
static void submit(struct uring *uring)
{
    if (io_uring_sq_ready(&uring->ring) == 0)
        return;
    const int submitted = io_uring_submit(&uring->ring);
    if (submitted > 0) {
        uring->in_kernel += (size_t)submitted;
        return;
    }
    uv_poll_stop(&uring->completions);
    for (size_t i = 0; i < uring->scan->count; i++) {
        struct reader *reader = &uring->readers[i];
        if (reader->in_flight == 0 && i < uring->begun)
            continue; /* it is done */
        scan_task_fail(reader->task, submitted < 0 ? submitted : -EIO, "io_uring_submit for");
        scan_task_done(reader->task);
    }
}

static void on_completions(uv_poll_t *poll, int status, int events)
{
    struct uring *uring = poll->data;
    struct io_uring_cqe *cqe;
    uint64_t count;
    (void)status;
    (void)events;
    if (read(uring->event_fd, &count, sizeof count) < 0)
        return; /* nothing came, after all */
    while (io_uring_peek_cqe(&uring->ring, &cqe) == 0) {
        struct slot *slot = io_uring_cqe_get_data(cqe);
        struct reader *reader = slot->reader;
        const int result = cqe->res;
        io_uring_cqe_seen(&uring->ring, cqe);
        uring->in_kernel--;
        if (take(uring, slot, result))
            continue;
        reader->in_flight--;
        read_next(uring, slot);
        end_if_done(uring, reader);
    }
    submit(uring);
}

int uring_start(struct scan *scan)
{
    struct uring *uring = scan->state;
    const size_t first = uring->slot_count < scan->count ? uring->slot_count : scan->count;
    uv_poll_start(&uring->completions, UV_READABLE, on_completions);
    uring->begun = first;
    for (size_t i = 0; i < uring->slot_count; i++)
        ask_for_next(uring, &uring->slots[i]);
    for (size_t i = 0; i < first; i++)
        end_if_done(uring, &uring->readers[i]); /* an empty file */
    for (size_t i = 0; uring->begun < scan->count && i < uring->slot_count; i++) {
        if (uring->slots[i].reader->in_flight == 0)
            read_next(uring, &uring->slots[i]); /* in the place of an empty one */
    }
    submit(uring);
    return 0;
}

/* ---- Before and after ---------------------------------------------------------------------- */

static struct uring *make(struct scan *scan, const struct uring_way *way)
{
    struct uring *uring = calloc(1, sizeof *uring);
    if (uring == NULL)
        abort();
    *uring = (struct uring){.scan = scan, .way = *way, .event_fd = -1};
    uring->chunk_bytes = scan->chunk_bytes;
    if (way->direct)
        uring->chunk_bytes = (scan->chunk_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    const size_t fitting = BUFFERS_BYTES_MOST / uring->chunk_bytes + 1;
    const size_t most = fitting < SLOTS_MOST ? fitting : SLOTS_MOST;
    uring->slot_count = scan->count * way->depth < most ? scan->count * way->depth : most;
    uring->readers = calloc(scan->count + 1, sizeof *uring->readers);
    uring->slots = calloc(uring->slot_count + 1, sizeof *uring->slots);
    if (uring->readers == NULL || uring->slots == NULL)
        abort();
    for (size_t i = 0; i < scan->count; i++)
        uring->readers[i] = (struct reader){.task = &scan->tasks[i], .direct_fd = -1};
    scan->state = uring;
    return uring;
}

static int open_files(struct uring *uring)
{
    for (size_t i = 0; uring->way.direct && i < uring->scan->count; i++) {
        struct reader *reader = &uring->readers[i];
        reader->direct_fd = storage_open_direct(reader->task->file->path);
        if (reader->direct_fd < 0)
            return scan_task_fail(reader->task, reader->direct_fd, "open (O_DIRECT)");
    }
    if (!uring->way.cache_if_there)
        return 0;
    uring->scan->inline_chunks = 0;
    uring->scan->offloaded_chunks = 0;
    const bool needs_map =
        uring->scan->count > 0 && page_cache_needs_map(uring->scan->tasks[0].file->fd);
    return needs_map ? scan_map_files(uring->scan) : 0; /* nothing is touched there */
}

static int make_buffers(struct uring *uring)
{
    uring->buffers = memory_allocate(uring->slot_count * uring->chunk_bytes);
    if (uring->buffers == NULL)
        return scan_task_fail(&uring->scan->tasks[0], -ENOMEM, "allocate the buffers for");
    for (size_t i = 0; i < uring->slot_count; i++) {
        uring->slots[i].reader = &uring->readers[i % uring->scan->count];
        uring->slots[i].buffer = uring->buffers + i * uring->chunk_bytes;
    }
    return 0;
}

static int make_ring(struct uring *uring)
{
    struct scan *scan = uring->scan;
    int code = io_uring_queue_init((unsigned)uring->slot_count, &uring->ring, 0);
    uring->has_ring = code == 0;
    if (code != 0)
        return scan_task_fail(&scan->tasks[0], code, "io_uring_queue_init for");
    uring->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (uring->event_fd < 0)
        return scan_task_fail(&scan->tasks[0], -errno, "eventfd for");
    code = io_uring_register_eventfd(&uring->ring, uring->event_fd);
    if (code != 0)
        return scan_task_fail(&scan->tasks[0], code, "io_uring_register_eventfd for");
    code = uv_poll_init(scan->loop, &uring->completions, uring->event_fd);
    uring->polls = code == 0;
    uring->completions.data = uring;
    return code == 0 ? 0 : scan_task_fail(&scan->tasks[0], code, "uv_poll_init for");
}

int uring_prepare(struct scan *scan, const struct uring_way *way)
{
    struct uring *uring = make(scan, way);
    int code = open_files(uring);
    if (code == 0)
        code = make_buffers(uring);
    return code == 0 ? make_ring(uring) : code;
}

/* The kernel may write to the buffers until the last read has come back. */
static void drain(struct uring *uring)
{
    struct io_uring_cqe *cqe;
    while (uring->in_kernel > 0) {
        const int code = io_uring_wait_cqe(&uring->ring, &cqe);
        if (code == -EINTR)
            continue;
        if (code != 0)
            abort(); /* the buffers could be neither freed nor kept */
        io_uring_cqe_seen(&uring->ring, cqe);
        uring->in_kernel--;
    }
}

void uring_finish(struct scan *scan)
{
    struct uring *uring = scan->state;
    if (uring->polls)
        uv_close((uv_handle_t *)&uring->completions, NULL);
    uv_run(scan->loop, UV_RUN_NOWAIT); /* lets the handle close before its memory goes */
    drain(uring);
    if (uring->has_ring)
        io_uring_queue_exit(&uring->ring);
    if (uring->event_fd >= 0)
        close(uring->event_fd);
    for (size_t i = 0; i < scan->count; i++) {
        if (uring->readers[i].direct_fd >= 0)
            close(uring->readers[i].direct_fd);
    }
    scan_unmap_files(scan);
    free(uring->buffers);
    free(uring->slots);
    free(uring->readers);
    free(uring);
}

/* A ring can be set up where nothing may be submitted, or where its completions cannot wake a loop:
 * each is a system call of its own. */
static int try_ring(struct io_uring *ring)
{
    const int event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    int code = event_fd < 0 ? -errno : io_uring_register_eventfd(ring, event_fd);
    if (code == 0) {
        io_uring_prep_nop(io_uring_get_sqe(ring));
        code = io_uring_submit(ring);
    }
    if (event_fd >= 0)
        close(event_fd);
    return code < 0 ? code : 0;
}

/* IORING_OP_READ came with Linux 5.6, as did the question for it. */
static bool can_read(struct io_uring *ring)
{
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    const bool can = probe != NULL && io_uring_opcode_supported(probe, IORING_OP_READ);
    io_uring_free_probe(probe);
    return can;
}

const char *uring_unsupported(void)
{
    struct io_uring ring;
    bool reads = true;
    int code = io_uring_queue_init(1, &ring, 0);
    if (code == 0) {
        code = try_ring(&ring);
        reads = can_read(&ring);
        io_uring_queue_exit(&ring);
    }
    switch (code) {
    case 0:
        return reads ? NULL : "io_uring reads only into registered buffers here: Linux 5.6 needed";
    case -ENOSYS:
        return "io_uring needs Linux 5.6, or this system hides it";
    case -EPERM:
    case -EACCES:
        return "io_uring is forbidden here (kernel.io_uring_disabled, or a container)";
    case -ENOMEM:
        return "io_uring may lock too little memory here: raise the limit with 'ulimit -l'";
    default:
        return "io_uring cannot be set up here";
    }
}

#else

#include <errno.h>

int uring_prepare(struct scan *scan, const struct uring_way *way)
{
    (void)scan;
    (void)way;
    return -ENOSYS;
}

int uring_start(struct scan *scan)
{
    (void)scan;
    return -ENOSYS;
}

void uring_finish(struct scan *scan)
{
    (void)scan;
}

const char *uring_unsupported(void)
{
    return "built without liburing: run ./setup.sh, make clean, and build again";
}

#endif

const char *uring_direct_unsupported(const char *data)
{
    const char *reason = uring_unsupported();
    return reason != NULL ? reason : file_set_unsupported(data, storage_direct_unsupported);
}
