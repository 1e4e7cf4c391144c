// SPDX-License-Identifier: MIT
#include "commands/serve.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/options.h"
#include "core/process.h"
#include "core/progress.h"
#include "data-gen/emulated_storage.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: scan_bench serve --data DIR --mount DIR --latency TIME [OPTIONS] [-- COMMAND...]\n"
    "\n"
    "Serves the file set in the data folder, for reading only, in the mount folder, which can be\n"
    "given with --data. Every request takes the latency; the page cache is the system's own. "
    "Serves\n"
    "while the command runs, and ends with its exit status; without a command until Ctrl-C. The\n"
    "command has no terminal. In the end key,value lines tell the settings and the requests.\n"
    "\n"
    "  --data DIR      the folder with manifest.csv and the files\n"
    "  --mount DIR     made when it is missing, and then removed in the end; else it has to be "
    "empty\n"
    "  --latency TIME  of every request, in whole milliseconds, such as 5ms\n"
    "  --in-flight N   requests of one file that are served at a time, at most (16)\n"
    "  --rate SIZE     bytes per second of all files together, such as 100MiB (no limit); what "
    "two\n"
    "                  seconds allow is served at once after a rest\n"
    "  --error RATE    how many of the requests fail, such as 1% (none)\n"
    "\n"
    "exit status: that of the command; 1 the storage failed; 2 wrong usage; 3 something is "
    "missing;\n"
    "129, 130 and 143 ended by SIGHUP, Ctrl-C and SIGTERM.\n";

struct serve {
    const char *data;
    const char *mount;
    struct emulated_storage_options options;
    char **command; /* its first word is NULL when there is none */
    bool help;
};

static int complain(const struct error *error, int status)
{
    progress_message("%s", error->text);
    return status;
}

/* ---- The command line --------------------------------------------------------------------------
 */

static int read_in_flight(const char *text, unsigned *in_flight, struct error *error)
{
    const size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 2 || text[0] == '0' || text[digits] != '\0')
        return error_set(error, -EINVAL, "--in-flight %s: give a whole number from 1 to 99", text);
    *in_flight = (unsigned)strtoul(text, NULL, 10);
    return 0;
}

static int read_option(struct serve *serve, int option, const char *value, struct error *error)
{
    struct emulated_storage_options *options = &serve->options;
    switch (option) {
    case 'd':
        serve->data = value;
        return 0;
    case 'm':
        serve->mount = value;
        return 0;
    case 'l':
        return emulated_storage_latency("latency", value, &options->latency_ms, error);
    case 'i':
        return read_in_flight(value, &options->in_flight, error);
    case 'r':
        return options_size("rate", value, &options->rate_bytes_per_s, error);
    default:
        return emulated_storage_error_rate("error", value, &options->error_rate, error);
    }
}

static int check_words(const struct serve *serve, char *const *argv, struct error *error)
{
    const char *missing = serve->data == NULL              ? "data"
                          : serve->mount == NULL           ? "mount"
                          : serve->options.latency_ms == 0 ? "latency"
                                                           : NULL;
    if (serve->help)
        return 0;
    if (missing != NULL)
        return error_set(error, -EINVAL, "--%s is missing; see serve --help", missing);
    if (strcmp(argv[optind - 1], "--") != 0 && argv[optind] != NULL)
        return error_set(error, -EINVAL, "unknown word '%s': a command comes after --",
                         argv[optind]);
    if (strcmp(argv[optind - 1], "--") == 0 && argv[optind] == NULL)
        return error_set(error, -EINVAL, "there is no command after --");
    return 0;
}

static int read_command_line(struct serve *serve, int argc, char **argv, struct error *error)
{
    static const struct option known[] = {
        {"data", required_argument, NULL, 'd'},    {"mount", required_argument, NULL, 'm'},
        {"latency", required_argument, NULL, 'l'}, {"in-flight", required_argument, NULL, 'i'},
        {"rate", required_argument, NULL, 'r'},    {"error", required_argument, NULL, 'e'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    *serve = (struct serve){.options.in_flight = 16, .command = &argv[argc]};
    opterr = 0;
#ifdef __GLIBC__
    optind = 0; /* begins anew */
#else
    optind = 1;
#endif
    for (int option; (option = getopt_long(argc, argv, "+:", known, NULL)) != -1;) {
        if (option == '?')
            return error_set(error, -EINVAL, "unknown option '%s': see serve --help",
                             argv[optind - 1]);
        if (option == 'h') {
            serve->help = true;
            continue;
        }
        if (option == ':' || optarg == NULL || optarg[0] == '\0')
            return error_set(error, -EINVAL, "%s needs a value",
                             argv[optind - 1][0] != '\0' ? argv[optind - 1] : argv[optind - 2]);
        const int code = read_option(serve, option, optarg, error);
        if (code != 0)
            return code;
    }
    serve->command = &argv[optind];
    return check_words(serve, argv, error);
}

/* ---- Serving -----------------------------------------------------------------------------------
 */

/* Returns the exit status of the command; `error` is filled when it could not be run. */
static int run_command(char *const *command, struct error *error)
{
    const struct process_request request = {.arguments = (const char *const *)command,
                                            .output_fd = STDOUT_FILENO};
    struct process_end end = {.status = 0};
    if (process_run(&request, &end, error) != 0)
        return complain(error, EXIT_MISSING);
    if (interrupt_signal() != 0)
        return interrupt_status();
    return end.signal != 0 ? 128 + end.signal : end.status;
}

static int run_or_wait(struct emulated_storage *storage, const struct serve *serve,
                       struct error *error)
{
    if (interrupt_signal() != 0)
        return interrupt_status();
    if (serve->command[0] != NULL)
        return run_command(serve->command, error);
    progress_message("the files of %s are served in %s until Ctrl-C", serve->data, serve->mount);
    emulated_storage_wait(storage);
    return interrupt_signal() != 0 ? interrupt_status() : EXIT_TRIAL_FAILED;
}

static int print_counts(const char *settings, const struct emulated_storage_counts *counts)
{
    printf("%sstorage_requests,%" PRIu64 "\nstorage_failed_requests,%" PRIu64
           "\nstorage_read_bytes,%" PRIu64 "\n",
           settings, counts->requests, counts->failed_requests, counts->read_bytes);
    if (fflush(stdout) == 0)
        return EXIT_OK;
    progress_message("write the counts: %s", strerror(errno));
    return EXIT_TRIAL_FAILED;
}

/* From the storage's begin to its end. */
static int serve_files(const struct serve *serve, struct error *error)
{
    struct emulated_storage *storage;
    struct emulated_storage_counts counts;
    int code = emulated_storage_start(&storage, serve->data, serve->mount, &serve->options, error);
    if (code != 0)
        return complain(error, emulated_storage_exit_status(code));
    char *settings = strdup(emulated_storage_settings(storage));
    if (settings == NULL)
        abort();
    int status = run_or_wait(storage, serve, error);
    code = emulated_storage_stop(storage, &counts, error);
    if (code != 0)
        complain(error, code);
    const int printed = code == 0 ? print_counts(settings, &counts) : EXIT_TRIAL_FAILED;
    free(settings);
    return status != EXIT_OK ? status : printed;
}

int command_serve(int argc, char **argv)
{
    struct serve serve;
    struct error error;
    if (read_command_line(&serve, argc, argv, &error) != 0)
        return complain(&error, EXIT_WRONG_USAGE);
    if (serve.help) {
        fputs(help, stdout);
        return EXIT_OK;
    }
    if (serve.command[0] != NULL && !process_is_found(serve.command[0])) {
        progress_message("%s is not found", serve.command[0]);
        return EXIT_MISSING;
    }
    const int code = emulated_storage_check(&error);
    if (code != 0)
        return complain(&error, emulated_storage_exit_status(code));
    return serve_files(&serve, &error);
}
