// SPDX-License-Identifier: MIT
/* generate: makes the data of a run, and no more. */
#include "command.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "data-gen/data_folder.h"
#include "data-gen/generator.h"

static int run(const struct command *command, const struct options *options)
{
    struct data_folder folder;
    struct error error;
    (void)command;
    int code = data_folder_take(&folder, options->data, &error);
    if (code == 0) {
        code = generator_run(options->data, options->files, options->file_bytes, &error);
        data_folder_release(&folder);
    }
    progress_clear();
    if (interrupt_signal() != 0) {
        progress_message("interrupted while making the data; the files finished so far are kept");
        return interrupt_status();
    }
    if (code != 0)
        progress_message("%s", error.text);
    return code != 0 ? EXIT_MISSING : EXIT_OK;
}

const struct command generate_command = {
    .name = "generate",
    .usage = "[--files N] [--size SIZE] [--data DIR]",
    .about = "makes the data, or finds that it is there and right, and measures nothing",
    .options = OPTION_FILES | OPTION_SIZE | OPTION_DATA,
    .run = run,
};
