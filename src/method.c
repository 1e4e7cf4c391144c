// SPDX-License-Identifier: MIT
#include "method.h"

#include "methods/methods.h"
#include "nearest.h"
#include "progress.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct method *const methods[] = {
    &async_read, &async_mmap, &threads_read, &threads_mmap, &single_read, &single_mmap, NULL,
};

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

/* Adds a method unless it cannot run here. */
static size_t add(const struct method **selected, size_t count, const struct method *method)
{
    const char *reason = method->unsupported != NULL ? method->unsupported() : NULL;
    if (reason == NULL)
        selected[count++] = method;
    else
        progress_message("%s is left out: %s", method->name, reason);
    return count;
}

static int add_named(const struct method **selected, char *names, struct error *error)
{
    bool seen[sizeof methods / sizeof methods[0]] = {false};
    size_t count = 0;
    for (char *rest = names, *name; (name = strsep(&rest, ",")) != NULL;) {
        const size_t rank = method_rank(name);
        if (methods[rank] == NULL)
            return unknown_method(name, error);
        if (seen[rank])
            return error_set(error, -EINVAL, "--methods names '%s' twice", name);
        seen[rank] = true;
        count = add(selected, count, methods[rank]);
    }
    return (int)count;
}

int method_select(const struct method ***selected, const char *names, struct error *error)
{
    *selected = calloc(sizeof methods / sizeof methods[0], sizeof **selected);
    char *copy = strdup(names != NULL ? names : "");
    if (*selected == NULL || copy == NULL)
        abort();
    int count = 0;
    if (names != NULL)
        count = add_named(*selected, copy, error);
    else
        for (size_t i = 0; i < METHOD_SIX; i++)
            count = (int)add(*selected, (size_t)count, methods[i]);
    if (count == 0)
        count = error_set(error, -ENOTSUP, "none of the methods asked for can run here");
    free(copy);
    if (count < 0)
        free(*selected);
    return count;
}
