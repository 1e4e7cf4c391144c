// SPDX-License-Identifier: MIT
/* async-read: one task per file on the loop, each a chain of uv_fs_read: libuv reads a chunk on its
 * pool (or through io_uring), the callback on the loop adds it up and asks for the next.
 *
 * async-read-large: the same with chunks of 1 MiB instead of the article's 64 KiB, a few files at a
 * time. A sixteenth of the trips to the pool and back, and nothing else to change: the cheapest of
 * all remedies. The copy is made on the pool, the loop only adds up. Needs nothing. */
#include "methods.h"

#include "walk.h"

static void on_read(uv_fs_t *request)
{
    struct walk *walk = request->data;
    walk_take_read(walk);
    if (walk_is_through(walk))
        walk_resume(walk);
    else
        walk_read(walk, on_read);
}

static void on_turn(struct walk *walk)
{
    walk_read(walk, on_read);
}

static int prepare(struct work *scan)
{
    return walks_prepare_reading(scan, on_turn, WALK_EVERY_FILE);
}

static int prepare_large(struct work *scan)
{
    return walks_prepare_reading(scan, on_turn, WALK_FEW);
}

const struct method async_read = {
    .name = "async-read",
    .about = "one loop, a task per file chains uv_fs_read, chunk by chunk",
    .concurrency = ASYNC,
    .io = READ,
    .prepare = prepare,
    .start = walks_start,
    .finish = walks_finish,
};

const struct method async_read_large = {
    .name = "async-read-large",
    .about = "async-read with large chunks, a few files at a time",
    .concurrency = ASYNC,
    .io = READ,
    .chunk_bytes = (size_t)1024 * 1024,
    .prepare = prepare_large,
    .start = walks_start,
    .finish = walks_finish,
};
