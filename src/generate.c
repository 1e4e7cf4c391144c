// SPDX-License-Identifier: MIT
/* generate: makes the file set in the data folder, or finds that it is there and right.
 * Takes the command line of run_bench.sh, needs --files, --size and --data of it, and checks all
 * of it, so that a wrong word is told before gigabytes are written. */
#include "core/error.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/options.h"
#include "core/progress.h"
#include "data-gen/generator.h"
#include "methods/method.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    struct options options;
    struct error error;
    interrupt_catch();
    int code = options_parse(&options, argc, argv, &error);
    if (code != 0) {
        progress_message("%s", error.text);
        return EXIT_WRONG_USAGE;
    }
    if (options.help || options.list)
        return EXIT_OK;
    const struct method **selected;
    if (method_select(&selected, options.methods, &error) < 0) {
        progress_message("%s", error.text);
        return EXIT_WRONG_USAGE;
    }
    free(selected);
    code = generator_run(options.data, options.files, options.file_bytes, &error);
    progress_clear();
    if (interrupt_signal() != 0) {
        progress_message("interrupted while making the data; the files finished so far are kept");
        return interrupt_status();
    }
    if (code != 0)
        progress_message("%s", error.text);
    return code != 0 ? EXIT_MISSING : EXIT_OK;
}
