// SPDX-License-Identifier: MIT
#include "ring.h"

#ifdef HAVE_LIBURING

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

int ring_open(struct ring *ring, struct work *work, unsigned entries,
              void (*on_turn)(struct ring *ring))
{
    struct task *first = &work->tasks[0];
    ring->on_turn = on_turn;
    ring->event_fd = -1;
    int code = io_uring_queue_init(entries, &ring->uring, 0);
    ring->is_set_up = code == 0;
    if (code != 0)
        return task_fail(first, code, "io_uring_queue_init for");
    ring->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (ring->event_fd < 0)
        return task_fail(first, -errno, "eventfd for");
    code = io_uring_register_eventfd(&ring->uring, ring->event_fd);
    if (code != 0)
        return task_fail(first, code, "io_uring_register_eventfd for");
    code = uv_poll_init(work->loop, &ring->completions, ring->event_fd);
    ring->polls = code == 0;
    ring->completions.data = ring;
    return code == 0 ? 0 : task_fail(first, code, "uv_poll_init for");
}

static void drain(struct ring *ring)
{
    struct io_uring_cqe *cqe;
    while (ring->in_kernel > 0) {
        const int code = io_uring_wait_cqe(&ring->uring, &cqe);
        if (code == -EINTR)
            continue;
        if (code != 0)
            abort(); /* the buffers could be neither freed nor kept */
        io_uring_cqe_seen(&ring->uring, cqe);
        ring->in_kernel--;
    }
}

void ring_close(struct ring *ring, uv_loop_t *loop)
{
    if (ring->polls)
        uv_close((uv_handle_t *)&ring->completions, NULL);
    uv_run(loop, UV_RUN_NOWAIT); /* lets the handle close before its memory goes */
    if (!ring->is_set_up)
        return;
    drain(ring);
    io_uring_queue_exit(&ring->uring);
    if (ring->event_fd >= 0)
        close(ring->event_fd);
}

static void on_completions(uv_poll_t *poll, int status, int events)
{
    struct ring *ring = poll->data;
    eventfd_t count;
    (void)status;
    (void)events;
    if (eventfd_read(ring->event_fd, &count) == 0) /* else nothing came, after all */
        ring->on_turn(ring);
}

int ring_start(struct ring *ring)
{
    ring_turn_again(ring);
    return uv_poll_start(&ring->completions, UV_READABLE, on_completions);
}

void ring_stop(struct ring *ring)
{
    uv_poll_stop(&ring->completions);
}

bool ring_take(struct ring *ring, void **data, int *result)
{
    struct io_uring_cqe *cqe;
    if (io_uring_peek_cqe(&ring->uring, &cqe) != 0)
        return false;
    *data = io_uring_cqe_get_data(cqe);
    *result = cqe->res;
    io_uring_cqe_seen(&ring->uring, cqe);
    ring->in_kernel--;
    return true;
}

bool ring_has_more(struct ring *ring)
{
    return io_uring_cq_ready(&ring->uring) > 0;
}

void ring_turn_again(struct ring *ring)
{
    eventfd_write(ring->event_fd, 1);
}

struct io_uring_sqe *ring_ask(struct ring *ring)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->uring);
    assert(sqe != NULL);
    return sqe;
}

int ring_submit(struct ring *ring)
{
    if (io_uring_sq_ready(&ring->uring) == 0)
        return 0;
    const int submitted = io_uring_submit(&ring->uring);
    if (submitted <= 0)
        return submitted < 0 ? submitted : -EIO;
    ring->in_kernel += (size_t)submitted;
    return 0;
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

/* The question came with Linux 5.6. */
static bool knows(struct io_uring *ring, int operation)
{
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    const bool does = probe != NULL && io_uring_opcode_supported(probe, operation);
    io_uring_free_probe(probe);
    return does;
}

/* The reason, or NULL; `missing` when the ring does not know the operation. */
static const char *unsupported(int operation, const char *missing)
{
    struct io_uring ring;
    bool does = true;
    int code = io_uring_queue_init(1, &ring, 0);
    if (code == 0) {
        code = try_ring(&ring);
        does = knows(&ring, operation);
        io_uring_queue_exit(&ring);
    }
    switch (code) {
    case 0:
        return does ? NULL : missing;
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

const char *ring_unsupported(void)
{
    return unsupported(IORING_OP_READ,
                       "io_uring reads only into registered buffers here: Linux 5.6 needed");
}

const char *ring_splice_unsupported(void)
{
    return unsupported(IORING_OP_SPLICE, "io_uring does not splice here: Linux 5.7 needed");
}

#else

static const char *const without_liburing =
    "built without liburing: run ./setup.sh, make clean, and build again";

const char *ring_unsupported(void)
{
    return without_liburing;
}

const char *ring_splice_unsupported(void)
{
    return without_liburing;
}

#endif
