// SPDX-License-Identifier: MIT
#ifndef COMMAND_H
#define COMMAND_H

#include "core/options.h"

#include <stddef.h>

/* What a person, or this program itself, can ask for. */
struct command {
    const char *name;
    const char *usage;   /* what follows the name; NULL for one that is not a person's */
    const char *about;   /* one line for --help */
    unsigned options;    /* the option bits that it takes */
    size_t fewest_words; /* after the name */
    size_t most_words;
    const char *few_text; /* what is said when there are too few */
    /* Does it and returns the exit status; `words` are those after the name. */
    int (*run)(const struct command *command, const struct options *options);
};

/* The commands, one file each. */
extern const struct command bench_cold;
extern const struct command bench_warm;
extern const struct command bench_both;
extern const struct command bench_remedies;
extern const struct command copy_command;
extern const struct command send_command;
extern const struct command storage_command;
extern const struct command questions_command;
extern const struct command plot_command;
extern const struct command compare_command;
extern const struct command generate_command;
extern const struct command prepare_command;
extern const struct command trial_command;
extern const struct command idle_command;

/* Finds out what the command line asks for, does it, and returns the exit status. */
int command_run(int argc, char **argv);

/* The words of the command line with blanks between them, as they were given. */
const char *command_line(void);

/* The folder of this program's own files, such as plots; with `name` joined to it, in memory that
 * the caller frees. */
char *command_home(const char *name);

/* The options that say how trials are made. */
#define OPTIONS_OF_TRIALS                                                                          \
    (OPTION_RUNS | OPTION_FILES | OPTION_SIZE | OPTION_STRIDE | OPTION_CHUNK | OPTION_METHODS |    \
     OPTION_POOL | OPTION_HEARTBEAT | OPTION_CLIENTS | OPTION_PRIME | OPTION_SEED | OPTION_DATA |  \
     OPTION_RESULTS)

#define OPTIONS_OF_A_RUN (OPTIONS_OF_TRIALS | OPTION_STORAGE | OPTION_PRECISION | OPTION_AT_MOST)

/* Those that say where copies and sends go, and how. */
#define OPTIONS_OF_TRANSFERS (OPTION_TO | OPTION_FSYNC | OPTION_REFLINK | OPTION_READER_RATE)

#endif
