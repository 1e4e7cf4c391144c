// SPDX-License-Identifier: MIT
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "core/options.h"
#include "record/plan.h"
#include "report/question.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* An experiment is a few runs and what is said of them: a row of a table. */

enum { EXPERIMENT_PARTS = 6 };

/* One run of it. What a person gives on the command line counts before what stands here. */
struct experiment_part {
    const char *name; /* of its results folder; NULL behind the last part */
    unsigned storage_ms;
    enum mode mode;
    size_t runs;
    size_t files;        /* 0: as many as by default */
    uint64_t file_bytes; /* 0: as many as by default */
    const char *methods; /* NULL for the six */
    bool prime_pages;
    bool metrics;        /* other metrics of the loop are compared: that is the answer */
    const char *data;    /* a folder of its own in the data folder, or NULL */
    bool sets_readahead; /* of the device, for the time of the part */
    uint64_t readahead_bytes;
};

struct experiment {
    const char *name;
    const char *title;
    const char
        *range; /* of latencies: the folder that the parts lie in, "." for no own; else NULL */
    bool has_reference; /* the article's own points are its first result */
    bool has_levels;    /* of readahead: its parts set it, where that may be done */
    struct question question;
    struct experiment_part parts[EXPERIMENT_PARTS];
    /* Run by itself when the first part leaves the question open; without a name never. */
    struct experiment_part emulated;
};

/* The open questions, ended by a row without a name; and the range of latencies. */
extern const struct experiment experiment_questions[];
extern const struct experiment experiment_storage;

/* Runs the parts in the folder `out`, and the emulated one when it is called for. Returns the exit
 * status: anything but EXIT_OK and EXIT_TRIAL_FAILED ends all. */
int experiment_run(const struct experiment *experiment, const struct options *options,
                   const char *out);

/* Prints the answer and its pictures' names; when `page` is not NULL the same goes there as
 * Markdown. Only reads the parts in `dir`; what is made goes to `out`. Returns the exit status. */
int experiment_show(const struct experiment *experiment, const char *dir, const char *out,
                    FILE *page);

/* What a command of experiments does around them: checks what they need, makes the folder of
 * `name`, lets `work` run and show them there, and says where that is. Returns the exit status. */
int experiment_command(const char *name, const struct options *options,
                       int (*work)(const struct options *options, const char *out));

/* Shows all the questions, whose parts are in `dir`, and writes their page into `out`. */
int experiment_show_questions(const char *dir, const char *out);

#endif
