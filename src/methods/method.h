// SPDX-License-Identifier: MIT
#ifndef METHOD_H
#define METHOD_H

#include "core/error.h"
#include "work/scan.h"

#include <stddef.h>

enum concurrency { ASYNC, THREADS, SINGLE };
enum io { READ, MMAP };

/* The bytes of a chunk where neither the run nor the method says otherwise: those of the article.
 */
#define METHOD_CHUNK_BYTES ((size_t)64 * 1024)

/* One way to scan a file set. The functions return 0 or a negative errno; the task that failed has
 * the reason. A scan whose start succeeded calls scan_task_done once for each task, on the loop. */
struct method {
    const char *name;  /* "<concurrency>-<io>[-<variant>]" */
    const char *about; /* one line for --list */
    enum concurrency concurrency;
    enum io io;
    size_t chunk_bytes; /* the best for it, where 64 KiB are not; 0: they are */
    /* Why it cannot run here, on files in the folder `data`, or NULL; the hook may be NULL. */
    const char *(*unsupported)(const char *data);
    int (*prepare)(struct scan *scan); /* untimed */
    int (*start)(struct scan *scan);   /* timed; may block or return at once */
    void (*finish)(struct scan *scan); /* untimed, undoes prepare, also one that failed half-way */
};

/* "async", "threads" or "single"; "read" or "mmap". */
const char *concurrency_name(enum concurrency concurrency);
const char *io_name(enum io io);

/* All methods in the order of tables and pictures, ended by NULL. The first METHOD_SIX are the
 * article's six configurations. */
extern const struct method *const methods[];
#define METHOD_SIX 6

/* The method of that name, or NULL. */
const struct method *method_find(const char *name);

/* The place of a method in the list, for sorting; unknown names come last. */
size_t method_rank(const char *name);

/* Picks the methods of a comma-separated list of names, in that order, all of them for METHOD_ALL,
 * or the six when `names` is NULL. Sets `*selected` (the caller frees it) and returns their number,
 * or -EINVAL with `error` filled: an unknown name, or one named twice. */
int method_select(const struct method ***selected, const char *names, struct error *error);

/* Why a method cannot run here, on files in the folder `data` (as far as they are there), or NULL.
 */
const char *method_unsupported(const struct method *method, const char *data);

/* Leaves out the names of methods that cannot run here, on files in the folder `data`, and says so
 * on stderr, also when none remains. Returns how many do. */
size_t method_keep_supported(const char **names, size_t count, const char *data);

/* The bytes of a chunk for a method: `asked` unless that is 0, else the method's own. */
size_t method_chunk_bytes(const struct method *method, size_t asked);

#endif
