// SPDX-License-Identifier: MIT
/* storage: the six over a range of storage latencies. */
#include "command.h"

#include "core/exit_status.h"
#include "experiment.h"

static int measure_and_show(const struct options *options, const char *out)
{
    const int status = experiment_run(&experiment_storage, options, out);
    if (status > EXIT_TRIAL_FAILED)
        return status;
    const int shown = experiment_show(&experiment_storage, out, out, NULL);
    return status == EXIT_OK ? shown : status;
}

static int run(const struct command *command, const struct options *options)
{
    return experiment_command(command->name, options, measure_and_show);
}

const struct command storage_command = {
    .name = "storage",
    .usage = "[OPTIONS]",
    .about = "the six over a range of storage latencies",
    .options = OPTIONS_OF_TRIALS,
    .run = run,
};
