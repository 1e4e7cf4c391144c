// SPDX-License-Identifier: MIT
/* send: file to socket. */
#include "command.h"

#include "bench.h"
#include "core/exit_status.h"
#include "core/progress.h"
#include "work/connections.h"
#include "work/send.h"

static int run(const struct command *command, const struct options *options)
{
    struct options settings = *options;
    struct bench bench = {.name = command->name, .kind = &send_kind};
    const int status = bench_mode(command, options, &bench.mode);
    if (status != EXIT_OK)
        return status;
    if (options->to == NULL)
        settings.to = CONNECTIONS_TCP;
    if (!connections_are_known(settings.to)) {
        progress_message("--to %s: a send goes to %s or %s", settings.to, CONNECTIONS_TCP,
                         CONNECTIONS_UNIX);
        return EXIT_WRONG_USAGE;
    }
    return bench_run_and_show(&settings, &bench);
}

const struct command send_command = {
    .name = "send",
    .usage = "[cold | warm | both] [OPTIONS]",
    .about =
        "hands files over to sockets in six ways, or in all, and shows what that does to a loop",
    .options = OPTIONS_OF_A_RUN | OPTION_TO | OPTION_READER_RATE,
    .most_words = 1,
    .run = run,
};
