// SPDX-License-Identifier: MIT
/* compare: one table and picture over several finished results. */
#include "command.h"

#include "bench.h"
#include "core/error.h"
#include "core/exit_status.h"
#include "core/progress.h"
#include "measure/results.h"
#include "show.h"
#include "work/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int run(const struct command *command, const struct options *options)
{
    const char *const *dirs = (const char *const *)options->words;
    const size_t count = options->word_count;
    struct error error;
    char *out;
    int status = bench_check(options, &scan_kind);
    if (status != EXIT_OK)
        return status;
    /* Read before anything is made: what cannot be compared leaves nothing behind. */
    struct comparison_result *results = show_load(dirs, count);
    if (results == NULL)
        return EXIT_MISSING;
    const bool anyway = (options->given & OPTION_ANYWAY) != 0;
    const int differs = anyway ? 0 : comparison_check(results, count, &error);
    show_unload(results, count);
    if (differs != 0) {
        progress_message("%s", error.text);
        return EXIT_WRONG_USAGE;
    }
    if (results_create(&out, options->results, command->name, &error) != 0) {
        progress_message("%s", error.text);
        return EXIT_MISSING;
    }
    status = show_comparison(dirs, count, anyway, out, stdout);
    printf("\npicture and data: %s\n", out);
    free(out);
    return status;
}

const struct command compare_command = {
    .name = "compare",
    .usage = "[--anyway] DIR DIR...",
    .about = "one table and picture over several finished results",
    .options = OPTION_ANYWAY | OPTION_RESULTS,
    .fewest_words = 2,
    .most_words = SIZE_MAX - 1,
    .few_text = "compare needs at least two results folders",
    .run = run,
};
