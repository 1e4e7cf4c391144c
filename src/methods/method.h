// SPDX-License-Identifier: MIT
#ifndef METHOD_H
#define METHOD_H

#include "core/error.h"
#include "work/work.h"

#include <stdbool.h>
#include <stddef.h>

enum concurrency { ASYNC, THREADS, SINGLE };
enum io { READ, MMAP, SENDFILE, RANGE, SPLICE };

/* The bytes of a chunk where neither the run nor the method says otherwise: those of the article.
 */
#define METHOD_CHUNK_BYTES ((size_t)64 * 1024)

/* The chunk of methods that know no chunks: whatever the run says, a file is one piece. */
#define METHOD_WHOLE_FILE SIZE_MAX

/* One way to scan a file set. The functions return 0 or a negative errno; the task that failed has
 * the reason. A scan whose start succeeded calls task_done once for each task, on the loop. */
struct method {
    const char *name;             /* "<concurrency>-<io>[-<variant>]" */
    const char *about;            /* one line for --list */
    const struct work_kind *kind; /* what it does with the bytes; NULL: a scan */
    enum concurrency concurrency;
    enum io io;
    size_t chunk_bytes; /* the best for it, where 64 KiB are not; 0: they are */
    bool past_cache;    /* reads from storage what the page cache holds, too */
    bool by_ring;       /* reads through io_uring */
    /* Why it cannot run here, on files in the folder `data`, or NULL; the hook may be NULL. */
    const char *(*unsupported)(const char *data);
    /* Why it cannot do what these settings ask for, or NULL; asked when the files and what their
     * bytes go to are there. The hook may be NULL. */
    const char *(*refused)(const char *data, const struct work_settings *settings);
    int (*prepare)(struct work *scan); /* untimed */
    int (*start)(struct work *scan);   /* timed; may block or return at once */
    void (*finish)(struct work *scan); /* untimed, undoes prepare, also one that failed half-way */
};

/* What a method does with the bytes. */
const struct work_kind *method_kind(const struct method *method);

/* "async", "threads" or "single"; "read", "mmap", "sendfile", "range" or "splice". */
const char *concurrency_name(enum concurrency concurrency);
const char *io_name(enum io io);

/* All methods in the order of tables and pictures, ended by NULL; those of a kind are together, and
 * its first METHOD_SIX are run by default: of scans the article's six configurations. */
extern const struct method *const methods[];
#define METHOD_SIX 6

/* The method of that name, or NULL. */
const struct method *method_find(const char *name);

/* The place of a method in the list, for sorting; unknown names come last. */
size_t method_rank(const char *name);

/* Picks the methods of a comma-separated list of names, in that order; all of that kind for
 * METHOD_ALL; or the first METHOD_SIX of that kind when `names` is NULL. Sets `*selected` (the
 * caller frees it) and returns their number, or -EINVAL with `error` filled: an unknown name, one
 * of another kind, or one named twice. */
int method_select(const struct method ***selected, const struct work_kind *kind, const char *names,
                  struct error *error);

/* Why a method cannot run here, on files in the folder `data` (as far as they are there), or NULL.
 */
const char *method_unsupported(const struct method *method, const char *data);

/* Leaves out the names of methods that cannot run here, on files in the folder `data`, and says so
 * on stderr, also when none remains. With `settings` they are asked of these, too. Returns how many
 * do. */
size_t method_keep_supported(const char **names, size_t count, const char *data,
                             const struct work_settings *settings);

/* The bytes of a chunk for a method: `asked` unless that is 0, else the method's own;
 * METHOD_WHOLE_FILE where there are no chunks. */
size_t method_chunk_bytes(const struct method *method, size_t asked);

#endif
