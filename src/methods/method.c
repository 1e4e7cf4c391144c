// SPDX-License-Identifier: MIT
#include "method.h"

#include "core/nearest.h"
#include "core/options.h"
#include "core/progress.h"
#include "methods.h"
#include "platform/storage.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct method *const methods[] = {
    &async_read,          &async_mmap,           &threads_read,        &threads_mmap,
    &single_read,         &single_mmap,          &async_mmap_yield,    &async_mmap_offload,
    &async_mmap_populate, &async_mmap_resident,  &async_mmap_willneed, &async_mmap_sequential,
    &async_mmap_random,   &async_mmap_readahead, &async_mmap_prefetch, &async_read_nowait,
    &async_read_uring,    &async_read_direct,    &async_read_hybrid,   NULL,
};

enum { METHOD_COUNT = sizeof methods / sizeof *methods - 1 };

const char *concurrency_name(enum concurrency concurrency)
{
    static const char *const names[] = {"async", "threads", "single"};
    return names[concurrency];
}

const char *io_name(enum io io)
{
    return io == READ ? "read" : "mmap";
}

const struct method *method_find(const char *name)
{
    return methods[method_rank(name)];
}

size_t method_rank(const char *name)
{
    size_t rank = 0;
    while (methods[rank] != NULL && strcmp(methods[rank]->name, name) != 0)
        rank++;
    return rank;
}

static int unknown_method(const char *name, struct error *error)
{
    struct nearest nearest = {.name = NULL};
    for (size_t i = 0; methods[i] != NULL; i++)
        nearest_consider(&nearest, name, methods[i]->name);
    if (nearest.name != NULL)
        return error_set(error, -EINVAL, "unknown method '%s': did you mean '%s'?", name,
                         nearest.name);
    return error_set(error, -EINVAL, "unknown method '%s': --list shows them all", name);
}

static int add_named(const struct method **selected, char *names, struct error *error)
{
    bool seen[METHOD_COUNT] = {false};
    size_t count = 0;
    for (char *rest = names, *name; (name = strsep(&rest, ",")) != NULL;) {
        const size_t rank = method_rank(name);
        if (methods[rank] == NULL)
            return unknown_method(name, error);
        if (seen[rank])
            return error_set(error, -EINVAL, "--methods names '%s' twice", name);
        seen[rank] = true;
        selected[count++] = methods[rank];
    }
    return (int)count;
}

int method_select(const struct method ***selected, const char *names, struct error *error)
{
    *selected = calloc(METHOD_COUNT, sizeof *methods);
    char *copy = strdup(names != NULL ? names : "");
    if (*selected == NULL || copy == NULL)
        abort();
    int count;
    if (names != NULL && strcmp(names, METHOD_ALL) != 0) {
        count = add_named(*selected, copy, error);
    } else {
        count = names != NULL ? METHOD_COUNT : METHOD_SIX;
        memcpy(*selected, methods, (size_t)count * sizeof *methods);
    }
    free(copy);
    if (count < 0)
        free(*selected);
    return count;
}

const char *method_unsupported(const struct method *method, const char *data)
{
    const char *reason = method->unsupported != NULL ? method->unsupported(data) : NULL;
    if (reason == NULL && method->io == MMAP)
        reason = file_set_unsupported(data, storage_map_unsupported);
    return reason;
}

size_t method_keep_supported(const char **names, size_t count, const char *data)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const char *reason = method_unsupported(method_find(names[i]), data);
        if (reason == NULL)
            names[kept++] = names[i];
        else
            progress_message("%s is left out: %s", names[i], reason);
    }
    if (kept == 0)
        progress_message("none of the methods asked for can run here: --list shows the others");
    return kept;
}

size_t method_chunk_bytes(const struct method *method, size_t asked)
{
    if (asked != 0)
        return asked;
    return method->chunk_bytes != 0 ? method->chunk_bytes : METHOD_CHUNK_BYTES;
}
