// SPDX-License-Identifier: MIT
#include "picture.h"

#include "pictures.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct summary_row *picture_rows(const struct picture_source *source, size_t *count)
{
    const struct summary *summary = &source->results->summary;
    size_t first = 0; /* those of a cache state are together */
    while (first < summary->count && strcmp(summary->rows[first].cache, source->cache) != 0)
        first++;
    *count = 0;
    while (first + *count < summary->count &&
           strcmp(summary->rows[first + *count].cache, source->cache) == 0)
        ++*count;
    return &summary->rows[first];
}

static int add(struct pictures *pictures, const struct picture_kind *kind,
               const struct picture_source *source, const char *out, struct error *error)
{
    struct picture picture = {.script = kind->name};
    struct sheet sheet;
    snprintf(picture.name, sizeof picture.name, "%s%s%s", kind->name,
             source->cache != NULL ? "-" : "", source->cache != NULL ? source->cache : "");
    snprintf(picture.csv, sizeof picture.csv, "%s", kind->csv != NULL ? kind->csv : picture.name);
    int code = sheet_open(&sheet, out, picture.csv, kind->columns, error);
    if (code != 0)
        return code;
    const char *missing = kind->write(&sheet, source);
    code = sheet_close(&sheet, missing != NULL, error);
    if (missing != NULL)
        snprintf(pictures->missing[pictures->missing_count++], sizeof pictures->missing[0],
                 "no picture %s: %s", picture.name, missing);
    else if (code == 0)
        pictures->list[pictures->count++] = picture;
    return code;
}

static bool has_ok_trial(const struct picture_source *source)
{
    size_t count;
    const struct summary_row *rows = picture_rows(source, &count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].count > 0)
            return true;
    }
    return false;
}

/* Of scans where some are not of the six, whose methods have no variant: async-mmap, but
 * async-mmap-random. */
static bool has_remedies(const struct summary *summary)
{
    if (strcmp(summary_work(summary), "scan") != 0)
        return true;
    for (size_t i = 0; i < summary->count; i++) {
        const char *io = strchr(summary->rows[i].method, '-');
        if (io != NULL && strchr(io + 1, '-') != NULL)
            return true;
    }
    return false;
}

/* Without beats there is nothing to be known of the loop, but for what clients saw. */
static int add_all(struct pictures *pictures, struct picture_source *source, const char *out,
                   struct error *error)
{
    static const struct picture_kind *const kinds[] = {&picture_times, &picture_delay,
                                                       &picture_loop, &picture_timeline};
    const bool has_beats = source->beats != NULL;
    const size_t count = has_beats ? sizeof kinds / sizeof kinds[0] : 1;
    int code = 0;
    for (size_t i = 0; i < CACHE_STATES; i++) {
        source->cache = cache_state_name((enum cache_state)i);
        for (size_t k = 0; k < count && code == 0 && has_ok_trial(source); k++)
            code = add(pictures, kinds[k], source, out, error);
        if (code == 0 && source->clients != NULL && has_ok_trial(source))
            code = add(pictures, &picture_clients, source, out, error);
    }
    source->cache = NULL;
    if (code == 0 && has_beats && has_remedies(&source->results->summary))
        code = add(pictures, &picture_remedies, source, out, error);
    return code;
}

/* Reads a file of delays. Sets `*found` to NULL when there is no such file, which is no error. */
static int read_beats(const struct beats **found, struct beats *beats, const char *dir,
                      const char *name, struct error *error)
{
    struct error why;
    const int code = beats_read(beats, dir, name, &why);
    *found = code == 0 ? beats : NULL;
    if (code == 0 || code == -ENOENT)
        return 0;
    *error = why;
    return code;
}

static bool is_partial(const struct trials *trials, int64_t order)
{
    for (size_t i = 0; i < trials->count && order != BEAT_IDLE; i++) {
        if (trials->rows[i].order == order)
            return isnan(trials->rows[i].loop_delay_max_s);
    }
    return false;
}

/* Of a trial with more beats than could be kept, results of before hold the first part. */
static void drop_partial(struct beats *beats, const struct trials *trials)
{
    size_t kept = 0;
    bool drops = false;
    for (size_t i = 0; i < beats->count; i++) {
        if (i == 0 || beats->rows[i].trial != beats->rows[i - 1].trial)
            drops = is_partial(trials, beats->rows[i].trial);
        if (!drops)
            beats->rows[kept++] = beats->rows[i];
    }
    beats->count = kept;
}

int pictures_of_result(struct pictures *pictures, const struct comparison_result *result,
                       const char *out, struct error *error)
{
    struct beats beats = {.count = 0};
    struct beats clients = {.count = 0};
    struct picture_source source = {.results = result, .count = 1};
    *pictures = (struct pictures){.count = 0};
    int code = read_beats(&source.beats, &beats, result->dir, BEATS_OF_THE_LOOP, error);
    drop_partial(&beats, &result->trials);
    if (code == 0)
        code = read_beats(&source.clients, &clients, result->dir, BEATS_OF_CLIENTS, error);
    if (code == 0)
        code = add_all(pictures, &source, out, error);
    beats_free(&beats);
    beats_free(&clients);
    return code;
}

int pictures_of_range(struct pictures *pictures, const struct comparison_result *results,
                      size_t count, const char *out, struct error *error)
{
    const struct picture_source source = {.results = results, .count = count};
    *pictures = (struct pictures){.count = 0};
    return add(pictures, &picture_storage, &source, out, error);
}

int pictures_of_comparison(struct pictures *pictures, const struct comparison_result *results,
                           size_t count, const char *out, struct error *error)
{
    const struct picture_source source = {.results = results, .count = count};
    *pictures = (struct pictures){.count = 0};
    return add(pictures, &picture_compare, &source, out, error);
}

int pictures_of_metrics(struct pictures *pictures, const struct comparison_result *result,
                        const struct metric_summary *summary, const char *out, struct error *error)
{
    const struct picture_source source = {.results = result, .count = 1, .metrics = summary};
    *pictures = (struct pictures){.count = 0};
    return add(pictures, &picture_metrics, &source, out, error);
}
