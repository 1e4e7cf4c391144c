// SPDX-License-Identifier: MIT
/* threads-send-sendfile: one thread per file, each handing it over as single-send-sendfile does. */
#include "methods.h"

#include "blocking_send.h"
#include "threads.h"
#include "work/send.h"

static int prepare_sendfile(struct work *work)
{
    return threads_prepare(work, blocking_send_sendfile);
}

const struct method threads_send_sendfile = {
    .name = "threads-send-sendfile",
    .about = "a thread per file hands it over by sendfile, the loop is free",
    .kind = &send_kind,
    .concurrency = THREADS,
    .io = SENDFILE,
    .chunk_bytes = METHOD_WHOLE_FILE,
    .prepare = prepare_sendfile,
    .start = threads_start,
    .finish = threads_finish,
};
