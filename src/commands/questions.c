// SPDX-License-Identifier: MIT
/* questions: the article's open questions, a small experiment each, and a page of answers. */
#include "command.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/files.h"
#include "core/progress.h"
#include "experiment.h"
#include "record/machine_facts.h"

#include <stdio.h>
#include <stdlib.h>

static void begin_page(FILE *page)
{
    fprintf(page, "# The open questions, answered on one machine\n");
}

/* Which machine the answers are from, as the first part tells. */
static void name_machine(FILE *page, const char *dir)
{
    struct machine machine;
    struct error error;
    char *path = files_join(dir, experiment_questions[0].parts[0].name);
    if (machine_read(&machine, path, &error) == 0)
        fprintf(page, "\nBy ./run_bench.sh questions, %s: %s, %s CPUs, %s %s, %s, %s.\n",
                machine_text(&machine, "time_utc"), machine_text(&machine, "cpu_model"),
                machine_text(&machine, "cpu_count"), machine_text(&machine, "os"),
                machine_text(&machine, "kernel"), machine_text(&machine, "file_system"),
                machine_text(&machine, "virtualization"));
    machine_free(&machine);
    free(path);
}

/* Goes through the questions: runs their parts, when there are options to do that, and shows what
 * they say. Returns the exit status. */
static int answer_all(const struct options *options, const char *dir, const char *out, FILE *page)
{
    int status = EXIT_OK;
    begin_page(page);
    for (const struct experiment *asked = experiment_questions; asked->name != NULL; asked++) {
        printf("\n==== %s\n", asked->title);
        fflush(stdout);
        const int run = options != NULL ? experiment_run(asked, options, out) : EXIT_OK;
        status = run > status ? run : status;
        if (status > EXIT_TRIAL_FAILED)
            return status;
        if (asked == experiment_questions)
            name_machine(page, dir);
        fprintf(page, "\n## %s\n\n", asked->title);
        const int shown = experiment_show(asked, dir, out, page);
        status = shown > status ? shown : status;
    }
    return status;
}

/* Answers, on a page that appears when it is whole. */
static int answer(const struct options *options, const char *dir, const char *out)
{
    struct error error;
    FILE *page;
    char *path = files_join(out, "questions.md");
    int status = EXIT_TRIAL_FAILED;
    if (files_replace_begin(&page, path, &error) != 0) {
        progress_message("%s", error.text);
    } else {
        status = answer_all(options, dir, out, page);
        const bool failed = status > EXIT_TRIAL_FAILED;
        if (files_replace_end(page, path, failed, &error) != 0) {
            progress_message("%s", error.text);
            status = status == EXIT_OK ? EXIT_TRIAL_FAILED : status;
        }
    }
    free(path);
    return status;
}

int experiment_show_questions(const char *dir, const char *out)
{
    return answer(NULL, dir, out);
}

static int measure_and_show(const struct options *options, const char *out)
{
    return answer(options, out, out);
}

static int run(const struct command *command, const struct options *options)
{
    return experiment_command(command->name, options, measure_and_show);
}

const struct command questions_command = {
    .name = "questions",
    .usage = "[--data DIR] [--results DIR]",
    .about = "the article's open questions, an experiment each",
    .options =
        OPTION_RUNS | OPTION_FILES | OPTION_SIZE | OPTION_SEED | OPTION_DATA | OPTION_RESULTS,
    .run = run,
};
