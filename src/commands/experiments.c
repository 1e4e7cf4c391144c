// SPDX-License-Identifier: MIT
/* The tables of experiments. */
#include "experiment.h"

/* ---- The tables -------------------------------------------------------------------------------
 */

#define THE_SIX "async-read,async-mmap,threads-read,threads-mmap,single-read,single-mmap"
#define KIB     (UINT64_C(1) << 10)
#define MIB     (UINT64_C(1) << 20)

/* Of each method in each part, enough for intervals; the sizes below keep `storage` and the
 * questions under ten minutes each with it. */
#define RUNS 10

/* On the native storage and on an emulated one, cold. */
#define RANGE_PART(text, latency_ms, size, list)                                                   \
    {                                                                                              \
        .name = (text), .storage_ms = (latency_ms), .mode = MODE_COLD, .runs = RUNS,               \
        .file_bytes = (size), .methods = (list), .data = (latency_ms) == 0 ? "emulated" : NULL     \
    }

/* A question of the native storage once more, where the storage is slow and steady. */
#define EMULATED_PART(text, size, list)                                                            \
    {                                                                                              \
        .name = text "-5ms", .storage_ms = 5, .mode = MODE_COLD, .runs = RUNS,                     \
        .file_bytes = (size), .methods = (list)                                                    \
    }

/* A page at a time, async-mmap-random takes most of the time: these files are small for it. */
#define STORAGE_METHODS                THE_SIX ",async-mmap-random"
#define STORAGE_PART(text, latency_ms) RANGE_PART(text, latency_ms, 384 * KIB, STORAGE_METHODS)
#define DISK_METHODS                   "async-read,async-mmap,threads-mmap,single-mmap"
#define DISK_PART(text, latency_ms)    RANGE_PART(text, latency_ms, MIB, DISK_METHODS)

#define PREFETCH_METHODS "async-mmap,async-mmap-prefetch"
#define MADVISE_METHODS                                                                            \
    "async-mmap,async-mmap-sequential,async-mmap-random,async-mmap-willneed,async-mmap-populate"
#define READAHEAD_METHODS "async-mmap,async-mmap-willneed,async-mmap-readahead"

const struct experiment experiment_storage = {
    .name = "storage",
    .range = ".",
    .parts = {STORAGE_PART("native", 0), STORAGE_PART("1ms", 1), STORAGE_PART("2ms", 2),
              STORAGE_PART("5ms", 5), STORAGE_PART("10ms", 10), STORAGE_PART("20ms", 20)},
};

/* With the device's readahead set so, on files that take about half a second to read then. */
#define LEVEL_PART(text, readahead, size)                                                          \
    {                                                                                              \
        .name = (text), .sets_readahead = true, .readahead_bytes = (readahead), .mode = MODE_COLD, \
        .runs = 10, .file_bytes = (size), .data = (text),                                          \
        .methods = "async-read,async-mmap,threads-mmap,single-mmap"                                \
    }

const struct experiment experiment_questions[] = {
    {
        .name = "platforms",
        .title = "Other platforms: how does this machine differ from the article's?",
        .has_reference = true,
        .question = {QUESTION_WITHIN,
                     {{"async-mmap", "single-mmap"},
                      {"async-mmap", "threads-mmap"},
                      {"async-mmap", "async-read"}}},
        .parts = {{.name = "platforms", .mode = MODE_BOTH, .runs = RUNS}},
    },
    {
        .name = "disk",
        .title = "Type of disk: what does the latency of the storage do?",
        .range = "disk",
        .parts = {DISK_PART("native", 0), DISK_PART("1ms", 1), DISK_PART("5ms", 5),
                  DISK_PART("20ms", 20)},
    },
    {
        .name = "prefetch",
        .title = "CPU prefetch: do prefetch instructions ahead of the touch help?",
        .question = {QUESTION_METHODS, {{"async-mmap-prefetch", "async-mmap"}}},
        .parts = {{.name = "prefetch",
                   .mode = MODE_BOTH,
                   .runs = RUNS,
                   .file_bytes = 64 * MIB,
                   .data = "small",
                   .methods = PREFETCH_METHODS}},
        .emulated = EMULATED_PART("prefetch", MIB, PREFETCH_METHODS),
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
                   .runs = RUNS,
                   .files = 2,
                   .file_bytes = 32 * MIB,
                   .data = "two",
                   .methods = MADVISE_METHODS}},
        .emulated = EMULATED_PART("madvise", 256 * KIB, MADVISE_METHODS),
    },
    {
        .name = "readahead",
        .title = "Readahead: does the system call free the loop?",
        .question = {QUESTION_METHODS,
                     {{"async-mmap-readahead", "async-mmap"},
                      {"async-mmap-readahead", "async-mmap-willneed"}}},
        .parts =
            {{.name = "readahead", .mode = MODE_COLD, .runs = RUNS, .methods = READAHEAD_METHODS}},
        .emulated = EMULATED_PART("readahead", MIB, READAHEAD_METHODS),
    },
    {
        .name = "hidden",
        .title = "How much of the effect does readahead hide?",
        .has_levels = true,
        .question = {QUESTION_METHODS,
                     {{"async-mmap", "single-mmap"}, {"async-mmap", "threads-mmap"}}},
        .parts = {LEVEL_PART("readahead-0", 0, MIB),
                  LEVEL_PART("readahead-16KiB", MIB / 64, 4 * MIB),
                  LEVEL_PART("readahead-128KiB", MIB / 8, 16 * MIB),
                  LEVEL_PART("readahead-1MiB", MIB, 32 * MIB),
                  LEVEL_PART("readahead-8MiB", 8 * MIB, 64 * MIB)},
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
                   .runs = RUNS,
                   .file_bytes = 4 * MIB,
                   .methods = "async-read,async-mmap,single-mmap,async-mmap-yield"}},
    },
    {
        .name = "fill",
        .title = "Warm is not one state: does it matter how the cache was filled?",
        .question = {QUESTION_BETWEEN,
                     {{"single-mmap", NULL}, {"async-mmap", NULL}, {"single-read", NULL}}},
        .parts = {{.name = "fill-read",
                   .mode = MODE_WARM,
                   .runs = RUNS,
                   .files = 2,
                   .file_bytes = 32 * MIB,
                   .data = "two",
                   .methods = "async-mmap,single-read,single-mmap"},
                  {.name = "fill-pages",
                   .mode = MODE_WARM,
                   .runs = RUNS,
                   .files = 2,
                   .file_bytes = 32 * MIB,
                   .data = "two",
                   .prime_pages = true,
                   .methods = "async-mmap,single-read,single-mmap"}},
    },
    {
        .name = "metrics",
        .title = "Metrics: what would others have told you?",
        .parts = {{.name = "metrics",
                   .storage_ms = 5,
                   .mode = MODE_COLD,
                   .runs = 10,
                   .file_bytes = 4 * MIB,
                   .metrics = true,
                   .methods = "async-mmap,async-read"}},
    },
    {.name = NULL},
};
