// SPDX-License-Identifier: MIT
/* summarize: trials.csv -> table, words, summary.csv. Takes the results folder. */
#include "error.h"
#include "exit_status.h"
#include "files.h"
#include "summary.h"
#include "trial.h"
#include "verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const struct error *error)
{
    fprintf(stderr, "scan_bench: %s\n", error->text);
    return EXIT_MISSING;
}

/* "8 files of 256 MiB, every 512th byte", as far as the rows say. */
static void print_work(const struct trial *trial)
{
    if (trial->files <= 0 || trial->file_bytes < 0 || trial->stride_bytes < 0)
        return;
    printf(", %" PRId64 " files of %.4g MiB, every %" PRId64 "th byte", trial->files,
           (double)trial->file_bytes / (1 << 20), trial->stride_bytes);
}

static void print_state(const struct summary *summary, const struct trials *trials,
                        const char *cache)
{
    for (size_t i = 0; i < trials->count; i++) {
        if (strcmp(trials->rows[i].cache, cache) != 0)
            continue;
        printf("\n%s page cache", cache);
        print_work(&trials->rows[i]);
        printf("\n\n");
        summary_print(summary, cache, stdout);
        printf("\n");
        verdict_print(summary, cache, stdout);
        return;
    }
}

int main(int argc, char **argv)
{
    struct trials trials;
    struct summary summary;
    struct error error;
    if (argc != 2) {
        fprintf(stderr, "scan_bench: summarize takes one results folder\n");
        return EXIT_WRONG_USAGE;
    }
    char *path = files_join(argv[1], "trials.csv");
    const int code = trials_read(&trials, path, &error);
    free(path);
    if (code != 0)
        return complain(&error);
    summary_make(&summary, &trials);
    print_state(&summary, &trials, "cold");
    print_state(&summary, &trials, "warm");
    const int written = summary_write(&summary, argv[1], &error);
    summary_free(&summary);
    trials_free(&trials);
    return written != 0 ? complain(&error) : EXIT_OK;
}
