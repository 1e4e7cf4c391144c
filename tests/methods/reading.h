// SPDX-License-Identifier: MIT
#ifndef READING_H
#define READING_H

/* A reader of sends that is a thread of the test, in place of the process that work/reader.h
 * starts, for tests that need thousands of readers. A test that includes this is linked with
 * reader_connection and reader_hear wrapped. */

#include "work/reader.h"

#include "tests/support.h"

#include <sys/socket.h>
#include <uv.h>

struct reader {
    size_t count;
    uint64_t stride;
    int *ours;
    int *theirs;
    struct reader_saw *saw;
    uv_thread_t thread;
    bool runs;
};

static _Thread_local bool is_reading; /* this thread is that of a reader */

static void reading_run(void *context)
{
    struct reader *reader = context;
    is_reading = true;
    reader_drain(reader->theirs, reader->count, reader->stride, 0, reader->saw);
}

static struct reader *reading_start(size_t count, uint64_t stride)
{
    struct reader *reader = calloc(1, sizeof *reader);
    *reader = (struct reader){
        .count = count,
        .stride = stride,
        .ours = calloc(count, sizeof *reader->ours),
        .theirs = calloc(count, sizeof *reader->theirs),
        .saw = calloc(count, sizeof *reader->saw),
        .runs = true,
    };
    for (size_t i = 0; i < count; i++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        reader->ours[i] = pair[0];
        reader->theirs[i] = pair[1];
    }
    assert_int_equal(uv_thread_create(&reader->thread, reading_run, reader), 0);
    return reader;
}

static void reading_stop(struct reader *reader)
{
    if (!reader->runs)
        return;
    for (size_t i = 0; i < reader->count; i++)
        close(reader->ours[i]);
    uv_thread_join(&reader->thread);
    reader->runs = false;
}

static void reading_free(struct reader *reader)
{
    reading_stop(reader);
    for (size_t i = 0; i < reader->count; i++)
        close(reader->theirs[i]);
    free(reader->ours);
    free(reader->theirs);
    free(reader->saw);
    free(reader);
}

int __wrap_reader_connection(const struct reader *reader, size_t number)
{
    return reader->ours[number];
}

int __wrap_reader_hear(struct reader *reader, struct reader_saw *saw, struct error *error)
{
    (void)error;
    reading_stop(reader);
    memcpy(saw, reader->saw, reader->count * sizeof *saw);
    return 0;
}

#endif
