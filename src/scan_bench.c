// SPDX-License-Identifier: MIT
/* scan_bench: the first word picks a command. */
#include "commands/command.h"
#include "commands/serve.h"
#include "core/interrupt.h"
#include "core/process.h"
#include "data-gen/keeper.h"
#include "platform/tie.h"
#include "probes/client.h"
#include "work/reader_process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

/* A stream that was closed would become the first file that is opened. Reading ends at once then,
 * and writing fails and is told as an error. */
static void fill_closed_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY);
    }
}

/* What was inherited and would end the program in the middle: a write into a pipe that nobody
 * reads, or beyond the largest file that is allowed, is an error of that write. */
static void ignore_signals_of_writes(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    process_set_self(argv[0]);
    fill_closed_streams();
    ignore_signals_of_writes();
    if (argc > 2 && strcmp(argv[1], KEEPER_WORD) == 0)
        return keeper_main(argc - 2, &argv[2]);
    if (argc > 2 && strcmp(argv[1], CLIENT_WORD) == 0)
        return client_main(argc - 2, &argv[2]);
    if (argc > 2 && strcmp(argv[1], READER_WORD) == 0)
        return reader_main(argc - 2, &argv[2]);
    interrupt_catch();
    if (argc > 1 && strcmp(argv[1], "serve") == 0)
        return command_serve(argc - 1, &argv[1]);
    return command_run(argc, argv);
}
