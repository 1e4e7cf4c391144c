// SPDX-License-Identifier: MIT
#ifndef GIVEN_H
#define GIVEN_H

/* Results whose figures are given outright, not summed up from trials, and all that a picture
 * writes of them. In the expected texts ' stands for ", and no line has the commas at its end. */

#include "report/pictures.h"

#include "tests/captured.h"

#include <math.h>

enum { MOST_GIVEN = 24, MOST_FACTS = 16 };

struct given {
    struct comparison_result result;
    struct summary_row rows[MOST_GIVEN];
    struct trial trials[MOST_GIVEN];
    const struct trial *pointers[MOST_GIVEN];
    struct machine_fact facts[MOST_FACTS];
};

static inline void given_begin(struct given *given)
{
    memset(given, 0, sizeof *given);
    given->result.dir = "dir";
    given->result.summary.rows = given->rows;
    given->result.trials.rows = given->trials;
    given->result.machine.facts = given->facts;
}

static inline void give_fact(struct given *given, const char *key, const char *value)
{
    assert_true(given->result.machine.count < MOST_FACTS);
    given->facts[given->result.machine.count++] = (struct machine_fact){(char *)key, (char *)value};
}

/* One more trial of the method that was given last. */
static inline struct trial *give_trial(struct given *given, double elapsed_s)
{
    const size_t i = given->result.trials.count++;
    struct summary_row *row = &given->rows[given->result.summary.count - 1];
    assert_true(i < MOST_GIVEN);
    struct trial *trial = &given->trials[i];
    *trial = trial_unknown();
    snprintf(trial->method, sizeof trial->method, "%s", row->method);
    snprintf(trial->cache, sizeof trial->cache, "%s", row->cache);
    snprintf(trial->status, sizeof trial->status, STATUS_OK);
    trial->order = (int64_t)i;
    trial->elapsed_s = elapsed_s;
    trial->files = 8;
    trial->file_bytes = 1 << 20;
    given->pointers[i] = trial;
    row->count++;
    return trial;
}

/* A method with one trial of 8 files of 1 MiB, of which only the time is known. */
static inline struct summary_row *give(struct given *given, const char *method, const char *cache,
                                       double median_s)
{
    const size_t i = given->result.summary.count++;
    assert_true(i < MOST_GIVEN);
    given->rows[i] = (struct summary_row){
        .method = method,
        .work = "scan",
        .cache = cache,
        .trials = &given->pointers[given->result.trials.count],
        .level = STATS_LEVEL,
        .median_s = {median_s, NAN, NAN},
        .fastest_ratio = {.estimate = {NAN, NAN, NAN}},
        .loop_delay_p50_s = NAN,
        .loop_delay_p99_s = NAN,
        .loop_delay_max_s = NAN,
        .client_p50_s = NAN,
        .client_p99_s = NAN,
        .client_max_s = NAN,
        .loop_poll_share = NAN,
        .loop_cpu_share = NAN,
        .loop_stalled_share = NAN,
        .loop_queued_share = NAN,
        .loop_poll_range = {NAN, NAN},
        .loop_stalled_range = {NAN, NAN},
    };
    give_trial(given, median_s);
    return &given->rows[i];
}

/* The trial that was given last. */
static inline struct trial *last_trial(struct given *given)
{
    return &given->trials[given->result.trials.count - 1];
}

/* Without the commas at the ends of lines, and with ' for ". */
static inline void make_readable(char *text)
{
    char *to = text;
    for (const char *next = text; *next != '\0'; next++) {
        while (*next == '\n' && to > text && to[-1] == ',')
            to--;
        *to++ = *next == '"' ? '\'' : *next;
    }
    *to = '\0';
}

/* What a picture writes, in memory that the caller frees, or NULL and why it writes nothing. */
static inline char *drawn(const char *dir, const struct picture_kind *kind,
                          const struct picture_source *source, const char **missing)
{
    struct sheet sheet;
    struct error error;
    size_t length;
    assert_int_equal(sheet_open(&sheet, dir, "drawn", kind->columns, &error), 0);
    *missing = kind->write(&sheet, source);
    assert_int_equal(sheet_close(&sheet, 0, &error), 0);
    char *text = file_read(dir, "drawn.csv", &length);
    if (*missing != NULL) { /* then nothing was written but the names of the columns */
        assert_ptr_equal(strchr(text, '\n') + 1, text + length);
        free(text);
        return NULL;
    }
    make_readable(text);
    return text;
}

static inline void assert_drawn(const char *dir, const struct picture_kind *kind,
                                const struct picture_source *source, const char *expected)
{
    const char *missing;
    char *text = drawn(dir, kind, source, &missing);
    if (missing != NULL)
        fail_msg("nothing is drawn: %s", missing);
    assert_text(text, expected);
    free(text);
}

static inline void assert_missing(const char *dir, const struct picture_kind *kind,
                                  const struct picture_source *source, const char *why)
{
    const char *missing;
    free(drawn(dir, kind, source, &missing));
    assert_non_null(missing);
    assert_string_equal(missing, why);
}

/* Only the rows that begin, after their text, with one of `begin`: what a case is about. */
static inline void assert_rows(const char *dir, const struct picture_kind *kind,
                               const struct picture_source *source, const char *const *begin,
                               const char *expected)
{
    const char *missing;
    char *text = drawn(dir, kind, source, &missing);
    if (missing != NULL)
        fail_msg("nothing is drawn: %s", missing);
    char *kept = calloc(1, strlen(text) + 1);
    assert_non_null(kept);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        bool is_kept = false;
        const char *text_end = line[0] == '\'' ? strstr(line, "',") : NULL;
        const char *what = text_end != NULL ? text_end + 2 : line[0] == ',' ? line + 1 : "";
        for (size_t i = 0; begin[i] != NULL; i++)
            is_kept = is_kept || strncmp(what, begin[i], strlen(begin[i])) == 0;
        if (is_kept)
            sprintf(kept + strlen(kept), "%s\n", line);
    }
    assert_text(kept, expected);
    free(kept);
    free(text);
}
#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
