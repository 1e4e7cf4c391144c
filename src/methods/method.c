// SPDX-License-Identifier: MIT
#include "method.h"

#include "core/nearest.h"
#include "core/options.h"
#include "core/progress.h"
#include "methods.h"
#include "platform/storage.h"
#include "work/scan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct method *const methods[] = {
    &async_read,
    &async_mmap,
    &threads_read,
    &threads_mmap,
    &single_read,
    &single_mmap,
    &async_mmap_yield,
    &async_mmap_offload,
    &async_mmap_populate,
    &async_mmap_resident,
    &async_mmap_willneed,
    &async_mmap_sequential,
    &async_mmap_random,
    &async_mmap_readahead,
    &async_mmap_ahead,
    &async_mmap_ahead_hint,
    &async_mmap_prefetch,
    &async_mmap_hybrid,
    &async_read_large,
    &async_read_nowait,
    &async_read_uring,
    &async_read_direct,
    /* copy */
    &single_copy_whole,
    &single_copy_mmap,
    &single_copy_sendfile,
    &single_copy_read,
    &async_copy_read,
    &async_copy_mmap,
    &single_copy_mmap_write,
    &single_copy_range,
    &threads_copy_read,
    &threads_copy_mmap,
    &async_copy_sendfile,
    &async_copy_offload,
    &async_copy_uring,
    &async_copy_splice,
    /* send */
    &single_send_read,
    &single_send_sendfile,
    &async_send_read,
    &async_send_mmap,
    &async_send_sendfile,
    &async_send_offload,
    &single_send_mmap,
    &single_send_splice,
    &threads_send_sendfile,
    &async_send_resident,
    &async_send_uring,
    NULL,
};

enum { METHOD_COUNT = sizeof methods / sizeof *methods - 1 };

const char *concurrency_name(enum concurrency concurrency)
{
    static const char *const names[] = {"async", "threads", "single"};
    return names[concurrency];
}

const char *io_name(enum io io)
{
    static const char *const names[] = {"read", "mmap", "sendfile", "range", "splice"};
    return names[io];
}

const struct work_kind *method_kind(const struct method *method)
{
    return method->kind != NULL ? method->kind : &scan_kind;
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

static int unknown_method(const char *name, const struct work_kind *kind, struct error *error)
{
    struct nearest nearest = {.name = NULL};
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (method_kind(methods[i]) == kind)
            nearest_consider(&nearest, name, methods[i]->name);
    }
    if (nearest.name != NULL)
        return error_set(error, -EINVAL, "unknown method '%s': did you mean '%s'?", name,
                         nearest.name);
    return error_set(error, -EINVAL, "unknown method '%s': --list shows them all", name);
}

static int add_named(const struct method **selected, const struct work_kind *kind, char *names,
                     struct error *error)
{
    bool seen[METHOD_COUNT] = {false};
    size_t count = 0;
    for (char *rest = names, *name; (name = strsep(&rest, ",")) != NULL;) {
        const size_t rank = method_rank(name);
        if (methods[rank] == NULL)
            return unknown_method(name, kind, error);
        const char *own = method_kind(methods[rank])->name;
        if (strcmp(own, kind->name) != 0)
            return error_set(error, -EINVAL,
                             "the work of '%s' is a %s, and that of this command "
                             "a %s: --list shows the methods of each",
                             name, own, kind->name);
        if (seen[rank])
            return error_set(error, -EINVAL, "--methods names '%s' twice", name);
        seen[rank] = true;
        selected[count++] = methods[rank];
    }
    return (int)count;
}

static int add_first(const struct method **selected, const struct work_kind *kind, int most)
{
    int count = 0;
    for (size_t i = 0; methods[i] != NULL && count < most; i++) {
        if (method_kind(methods[i]) == kind)
            selected[count++] = methods[i];
    }
    return count;
}

int method_select(const struct method ***selected, const struct work_kind *kind, const char *names,
                  struct error *error)
{
    *selected = calloc(METHOD_COUNT, sizeof *methods);
    if (*selected == NULL)
        abort();
    if (names == NULL)
        return add_first(*selected, kind, METHOD_SIX);
    if (strcmp(names, METHOD_ALL) == 0)
        return add_first(*selected, kind, METHOD_COUNT);
    char *copy = strdup(names);
    if (copy == NULL)
        abort();
    const int count = add_named(*selected, kind, copy, error);
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

size_t method_keep_supported(const char **names, size_t count, const char *data,
                             const struct work_settings *settings)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct method *method = method_find(names[i]);
        const char *reason = method_unsupported(method, data);
        if (reason == NULL && settings != NULL && method->refused != NULL)
            reason = method->refused(data, settings);
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
    if (asked != 0 && method->chunk_bytes != METHOD_WHOLE_FILE)
        return asked;
    return method->chunk_bytes != 0 ? method->chunk_bytes : METHOD_CHUNK_BYTES;
}
