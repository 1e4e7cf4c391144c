// SPDX-License-Identifier: MIT
/* copy: file to file. */
#include "command.h"

#include "bench.h"
#include "core/exit_status.h"
#include "work/copy.h"

/* The file that is copied by default is that of the article. */
#define FILE_BYTES (UINT64_C(1) << 30)

static int run(const struct command *command, const struct options *options)
{
    struct options settings = *options;
    struct bench bench = {
        .name = command->name, .kind = &copy_kind, .data = "copy", .copies = "copies"};
    const int status = bench_mode(command, options, &bench.mode);
    if (status != EXIT_OK)
        return status;
    if ((options->given & OPTION_FILES) == 0)
        settings.files = 1;
    if ((options->given & OPTION_SIZE) == 0)
        settings.file_bytes = FILE_BYTES;
    if ((options->given & OPTION_POOL) == 0)
        settings.pool_threads = settings.files;
    return bench_run_and_show(&settings, &bench);
}

const struct command copy_command = {
    .name = "copy",
    .usage = "[cold | warm | both] [OPTIONS]",
    .about = "copies a file in six ways, or in all, and shows what that does to a loop",
    .options = (OPTIONS_OF_A_RUN & ~OPTION_STRIDE) | OPTION_TO | OPTION_FSYNC | OPTION_REFLINK,
    .most_words = 1,
    .run = run,
};
