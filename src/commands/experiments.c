// SPDX-License-Identifier: MIT
/* The tables of experiments. */
#include "experiment.h"

/* ---- The tables -------------------------------------------------------------------------------
 */

#define THE_SIX "async-read,async-mmap,threads-read,threads-mmap,single-read,single-mmap"
#define MIB     (UINT64_C(1) << 20)

/* On the native storage and on an emulated one, cold. */
#define RANGE_PART(text, latency_ms, list)                                                         \
    {                                                                                              \
        .name = (text), .storage_ms = (latency_ms), .mode = MODE_COLD, .runs = 3,                  \
        .file_bytes = MIB, .methods = (list), .data = (latency_ms) == 0 ? "emulated" : NULL        \
    }

#define STORAGE_METHODS THE_SIX ",async-mmap-random"
#define DISK_METHODS    "async-read,async-mmap,threads-mmap,single-mmap"

const struct experiment experiment_storage = {
    .name = "storage",
    .range = ".",
    .parts = {RANGE_PART("native", 0, STORAGE_METHODS), RANGE_PART("1ms", 1, STORAGE_METHODS),
              RANGE_PART("2ms", 2, STORAGE_METHODS), RANGE_PART("5ms", 5, STORAGE_METHODS),
              RANGE_PART("10ms", 10, STORAGE_METHODS), RANGE_PART("20ms", 20, STORAGE_METHODS)},
};

const struct experiment experiment_questions[] = {
    {
        .name = "platforms",
        .title = "Other platforms: how does this machine differ from the article's?",
        .has_reference = true,
        .question = {QUESTION_WITHIN,
                     {{"async-mmap", "single-mmap"},
                      {"async-mmap", "threads-mmap"},
                      {"async-mmap", "async-read"}}},
        .parts = {{.name = "platforms", .mode = MODE_BOTH, .runs = 5}},
    },
    {
        .name = "disk",
        .title = "Type of disk: what does the latency of the storage do?",
        .range = "disk",
        .parts = {RANGE_PART("native", 0, DISK_METHODS), RANGE_PART("1ms", 1, DISK_METHODS),
                  RANGE_PART("5ms", 5, DISK_METHODS), RANGE_PART("20ms", 20, DISK_METHODS)},
    },
    {
        .name = "prefetch",
        .title = "CPU prefetch: do prefetch instructions ahead of the touch help?",
        .question = {QUESTION_METHODS, {{"async-mmap-prefetch", "async-mmap"}}},
        .parts = {{.name = "prefetch",
                   .mode = MODE_BOTH,
                   .runs = 10,
                   .methods = "async-mmap,async-mmap-prefetch"}},
    },
    {
        .name = "madvise",
        .title = "Madvise: what do its options do?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap-sequential", "async-mmap"},
                      {"async-mmap-random", "async-mmap"},
                      {"async-mmap-willneed", "async-mmap"},
                      {"async-mmap-populate", "async-mmap"}}},
        .parts = {{.name = "madvise",
                   .mode = MODE_COLD,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .methods = "async-mmap,async-mmap-sequential,async-mmap-random,"
                              "async-mmap-willneed,async-mmap-populate"}},
    },
    {
        .name = "readahead",
        .title = "Readahead: does the system call free the loop?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap-readahead", "async-mmap"},
                      {"async-mmap-readahead", "async-mmap-willneed"}}},
        .parts = {{.name = "readahead",
                   .mode = MODE_COLD,
                   .runs = 10,
                   .methods = "async-mmap,async-mmap-willneed,async-mmap-readahead"}},
    },
    {
        .name = "yield",
        .title = "Yielding: does the kernel overlap the reads of tasks that take turns?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap", "single-mmap"},
                      {"async-mmap-yield", "single-mmap"},
                      {"async-mmap-yield", "async-mmap"},
                      {"async-mmap-yield", "async-read"}}},
        .parts = {{.name = "yield",
                   .storage_ms = 5,
                   .mode = MODE_COLD,
                   .runs = 3,
                   .file_bytes = 8 * MIB,
                   .methods = "async-read,async-mmap,single-mmap,async-mmap-yield"}},
    },
    {
        .name = "fill",
        .title = "Warm is not one state: does it matter how the cache was filled?",
        .question = {QUESTION_BETWEEN,
                     {{"single-mmap", NULL}, {"async-mmap", NULL}, {"single-read", NULL}}},
        .parts = {{.name = "fill-read",
                   .mode = MODE_WARM,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .methods = "async-mmap,single-read,single-mmap"},
                  {.name = "fill-pages",
                   .mode = MODE_WARM,
                   .runs = 5,
                   .files = 2,
                   .data = "two",
                   .prime_pages = true,
                   .methods = "async-mmap,single-read,single-mmap"}},
    },
    {.name = NULL},
};
