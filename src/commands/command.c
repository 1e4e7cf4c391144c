// SPDX-License-Identifier: MIT
#include "command.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/nearest.h"
#include "core/process.h"
#include "core/progress.h"
#include "data-gen/kept_readahead.h"
#include "list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

/* The one list of the commands, in the order of --help. */
static const struct command *const commands[] = {
    &bench_cold,       &bench_warm,      &bench_both,        &bench_remedies, &copy_command,
    &send_command,     &storage_command, &questions_command, &plot_command,   &compare_command,
    &generate_command, &prepare_command, &trial_command,     &idle_command,
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static char *line;

const char *command_line(void)
{
    return line;
}

static char *join_words(int argc, char *const *argv)
{
    size_t size = 1;
    for (int i = 0; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *joined = calloc(1, size);
    if (joined == NULL)
        abort();
    for (int i = 0; i < argc; i++) {
        strcat(joined, i > 0 ? " " : "");
        strcat(joined, argv[i]);
    }
    return joined;
}

char *command_home(const char *name)
{
    char path[4096];
    size_t size = sizeof path;
    /* <home>/build/scan_bench; without /proc the first word, which run_bench.sh gives whole */
    if (uv_exepath(path, &size) != 0)
        snprintf(path, sizeof path, "%s", process_self());
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(path, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    char here[4096];
    const bool is_here = getcwd(here, sizeof here) != NULL && strcmp(here, path) == 0;
    return is_here ? strdup(name) : files_join(path, name);
}

static void print_help(void)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        char call[128];
        if (commands[i]->usage == NULL)
            continue;
        snprintf(call, sizeof call, "./run_bench.sh %s%s%s", commands[i]->name,
                 commands[i]->usage[0] != '\0' ? " " : "", commands[i]->usage);
        printf("%s %s\n           %s\n", i == 0 ? "usage:" : "      ", call, commands[i]->about);
    }
    printf(
        "\n"
        "Scans a set of files by read and through mmap, on an event loop, on threads and on one\n"
        "thread; prints the times, says what they show and draws them.\n"
        "\n"
        "cold: nothing of the files is in the page cache; warm: all of it is; both: one and the "
        "other.\n"
        "\n%s\n"
        "exit status: 0 all well; 1 some trial failed, the others are on disk, or the output could "
        "not\nbe written; 2 wrong usage; 3 something the run needs is missing; 130 and 143 ended "
        "by "
        "Ctrl-C\nand SIGTERM.\n",
        options_help);
}

/* Says what is wrong, and all commands that a person may give. */
static int name_commands(const char *wrong, const char *after, struct error *error)
{
    char names[256] = "";
    for (size_t i = 0; i < COMMANDS; i++) {
        const size_t length = strlen(names);
        if (commands[i]->usage != NULL)
            snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? ", " : "",
                     commands[i]->name);
    }
    return error_set(error, -EINVAL, "%s: give one of %s%s", wrong, names, after);
}

static void unknown_command(const char *text, struct error *error)
{
    char wrong[256];
    struct nearest nearest = {.name = NULL};
    snprintf(wrong, sizeof wrong, "unknown command '%s'", text);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (commands[i]->usage != NULL)
            nearest_consider(&nearest, text, commands[i]->name);
    }
    if (nearest.name != NULL)
        error_set(error, -EINVAL, "unknown command '%s': did you mean '%s'?", text, nearest.name);
    else
        name_commands(wrong, "", error);
}

/* The command that the first word names, or NULL with `error` filled. */
static const struct command *find(const struct options *options, struct error *error)
{
    if (options->word_count == 0) {
        name_commands("no command given", "; see --help", error);
        return NULL;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(options->words[0], commands[i]->name) == 0)
            return commands[i];
    }
    unknown_command(options->words[0], error);
    return NULL;
}

/* Whether the words and options are those of the command. */
static int check(const struct command *command, const struct options *options, struct error *error)
{
    const unsigned strange = options->given & ~command->options;
    const size_t words = options->word_count - 1;
    if (words > command->most_words)
        return error_set(error, -EINVAL, "'%s' is one word too many after '%s'",
                         options->words[command->most_words + 1],
                         options->words[command->most_words]);
    if (words < command->fewest_words)
        return error_set(error, -EINVAL, "%s", command->few_text);
    if (strange != 0)
        return error_set(error, -EINVAL, "%s takes no --%s: leave it out", command->name,
                         options_name((enum option_bit)(strange & -strange)));
    return 0;
}

static int complain(const struct error *error)
{
    progress_message("%s", error->text);
    return EXIT_WRONG_USAGE;
}

/* A run that was killed may have left it as its experiment wanted it. */
static void put_back_readahead(const char *data)
{
    struct error error;
    uint64_t bytes;
    const int code = kept_readahead_recover(data, &bytes, &error);
    if (code > 0)
        progress_message(
            "a run that was killed had set the readahead of the device: it is put back "
            "to %" PRIu64 " KiB",
            bytes / 1024);
    else if (code < 0)
        progress_message("%s", error.text);
}

static int run(int argc, char **argv)
{
    struct options options;
    struct error error;
    if (options_parse(&options, argc, argv, &error) != 0)
        return complain(&error);
    if ((options.given & OPTION_HELP) != 0) {
        print_help();
        return EXIT_OK;
    }
    if ((options.given & OPTION_LIST) != 0) {
        list_methods(options.data);
        return EXIT_OK;
    }
    const struct command *command = find(&options, &error);
    if (command == NULL || check(command, &options, &error) != 0)
        return complain(&error);
    options.words++;
    options.word_count--;
    if (command->usage != NULL && (command->options & OPTION_DATA) != 0)
        put_back_readahead(options.data);
    return command->run(command, &options);
}

int command_run(int argc, char **argv)
{
    line = join_words(argc, argv); /* now: reading the options puts the words into another order */
    int status = run(argc, argv);
    free(line);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        progress_message("standard output cannot be written: %s", strerror(errno));
        status = status == EXIT_OK ? EXIT_TRIAL_FAILED : status;
    }
    return status;
}
