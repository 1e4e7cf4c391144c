// SPDX-License-Identifier: MIT
/* async-send-sendfile: one task per file on the loop, each of which calls sendfile on its
 * nonblocking connection, 2 MiB at a turn at most (what nginx calls sendfile_max_chunk), and waits
 * by uv_poll for room. That the connection is nonblocking says nothing of the file: what is not in
 * the page cache is read inside the call, one request after the other, while the loop waits. Of
 * data that are cached it is the cheapest way, since nothing is copied here. Needs nothing. */
#include "methods.h"

#include "outlet.h"
#include "work/send.h"

static int prepare(struct work *work)
{
    walks_prepare(work, outlet_sendfile, WALK_EVERY_FILE_IN_TURN);
    return outlets_open_polls(work);
}

const struct method async_send_sendfile = {
    .name = "async-send-sendfile",
    .about = "sendfile on the loop, in pieces, as web servers do",
    .kind = &send_kind,
    .concurrency = ASYNC,
    .io = SENDFILE,
    .chunk_bytes = (size_t)2 * 1024 * 1024,
    .prepare = prepare,
    .start = walks_start,
    .finish = outlets_finish,
};
