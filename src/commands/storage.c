// SPDX-License-Identifier: MIT
/* storage: the six over a range of storage latencies. */
#include "command.h"

#include "bench.h"
#include "core/error.h"
#include "core/exit_status.h"
#include "core/progress.h"
#include "experiment.h"
#include "measure/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int run(const struct command *command, const struct options *options)
{
    struct error error;
    char *out;
    int status = bench_check(options);
    if (status == EXIT_OK)
        status = bench_check_storage();
    if (status != EXIT_OK)
        return status;
    if (results_create(&out, options->results, command->name, &error) != 0) {
        progress_message("%s", error.text);
        return EXIT_MISSING;
    }
    status = experiment_run(&experiment_storage, options, out);
    if (status <= EXIT_TRIAL_FAILED) {
        const int shown = experiment_show(&experiment_storage, out, out, NULL);
        status = status == EXIT_OK ? shown : status;
        results_link_latest(out);
        printf("\npicture and data: %s\n", out);
    } else if (rmdir(out) != 0 && status >= EXIT_SIGNALLED) {
        progress_message("./run_bench.sh plot %s shows what is finished", out);
    }
    free(out);
    return status;
}

const struct command storage_command = {
    .name = "storage",
    .usage = "[OPTIONS]",
    .about = "the six over a range of storage latencies",
    .options = OPTIONS_OF_TRIALS,
    .run = run,
};
