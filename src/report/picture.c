// SPDX-License-Identifier: MIT
#include "picture.h"

#include "pictures.h"

#include <errno.h>
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

/* Those of the six have no variant: async-mmap, but async-mmap-random. */
static bool is_beyond_the_six(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        const char *io = strchr(summary->rows[i].method, '-');
        if (io != NULL && strchr(io + 1, '-') != NULL)
            return true;
    }
    return false;
}

/* Without beats there is nothing to be known of the loop. */
static int add_all(struct pictures *pictures, struct picture_source *source, bool has_beats,
                   const char *out, struct error *error)
{
    static const struct picture_kind *const kinds[] = {&picture_times, &picture_delay,
                                                       &picture_loop, &picture_timeline};
    const size_t count = has_beats ? sizeof kinds / sizeof kinds[0] : 1;
    int code = 0;
    for (size_t i = 0; i < CACHE_STATES; i++) {
        source->cache = cache_state_name((enum cache_state)i);
        for (size_t k = 0; k < count && code == 0 && has_ok_trial(source); k++)
            code = add(pictures, kinds[k], source, out, error);
    }
    source->cache = NULL;
    if (code == 0 && has_beats && is_beyond_the_six(&source->results->summary))
        code = add(pictures, &picture_remedies, source, out, error);
    return code;
}

int pictures_of_result(struct pictures *pictures, const struct comparison_result *result,
                       const char *out, struct error *error)
{
    struct beats beats;
    struct picture_source source = {.results = result, .count = 1, .beats = &beats};
    struct error no_beats;
    const int read = beats_read(&beats, result->dir, &no_beats);
    *pictures = (struct pictures){.count = 0};
    if (read != 0 && read != -ENOENT) {
        *error = no_beats;
        return read;
    }
    const int code = add_all(pictures, &source, read == 0, out, error);
    beats_free(&beats);
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
