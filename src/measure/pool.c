// SPDX-License-Identifier: MIT
#include "pool.h"

#include "platform/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static void nothing(uv_work_t *work)
{
    (void)work;
}

static void nothing_read(uv_fs_t *request)
{
    (void)request;
}

static int read_once(uv_loop_t *loop, const char *path)
{
    uv_fs_t request;
    char byte;
    const uv_buf_t buffer = uv_buf_init(&byte, 1);
    const int fd = uv_fs_open(loop, &request, path, UV_FS_O_RDONLY, 0, NULL);
    uv_fs_req_cleanup(&request);
    if (fd < 0)
        return fd;
    int code = uv_fs_read(loop, &request, fd, &buffer, 1, 0, nothing_read);
    uv_run(loop, UV_RUN_DEFAULT);
    if (code == 0 && request.result < 0)
        code = (int)request.result;
    uv_fs_req_cleanup(&request);
    uv_fs_close(loop, &request, fd, NULL);
    uv_fs_req_cleanup(&request);
    return code;
}

int pool_warm_up(size_t threads, const char *path, const char **reads)
{
    char text[24];
    uv_loop_t loop;
    uv_work_t work;
    snprintf(text, sizeof text, "%zu", threads);
    if (setenv("UV_THREADPOOL_SIZE", text, 1) != 0)
        return UV_ENOMEM;
    int code = uv_loop_init(&loop);
    if (code != 0)
        return code;
    code = uv_queue_work(&loop, &work, nothing, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    if (code == 0)
        code = read_once(&loop, path);
    if (reads != NULL)
        *reads = host_libuv_reads(); /* a ring goes with its loop */
    uv_loop_close(&loop);
    return code;
}
