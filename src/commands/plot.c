// SPDX-License-Identifier: MIT
/* plot: tables, statements and pictures of finished results again. */
#include "command.h"

#include "bench.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "experiment.h"
#include "show.h"
#include "work/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool holds(const char *dir, const char *name)
{
    char *path = files_join(dir, name);
    const bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static int show(const char *dir, const char *out)
{
    int status;
    if (holds(dir, "platforms/trials.csv")) {
        status = experiment_show_questions(dir, out);
        printf("\npictures and data: %s\n", out);
    } else if (holds(dir, "native/trials.csv")) {
        status = experiment_show(&experiment_storage, dir, out, NULL);
        printf("\npicture and data: %s\n", out);
    } else {
        status = show_results(dir, out);
    }
    return status;
}

static int run(const struct command *command, const struct options *options)
{
    (void)command;
    int status = bench_check(options, &scan_kind);
    for (size_t i = 0; i < options->word_count && status == EXIT_OK; i++) {
        char *out = show_folder(options->words[i], options->results,
                                (options->given & OPTION_RESULTS) != 0);
        status = out != NULL ? show(options->words[i], out) : EXIT_MISSING;
        free(out);
    }
    return status;
}

const struct command plot_command = {
    .name = "plot",
    .usage = "DIR...",
    .about = "tables, sentences and pictures of finished results again",
    .options = OPTION_RESULTS,
    .fewest_words = 1,
    .most_words = SIZE_MAX - 1,
    .few_text = "plot needs the results folders to draw, such as results/latest",
    .run = run,
};
