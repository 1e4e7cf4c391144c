// SPDX-License-Identifier: MIT
#include "beats.h"

#include "core/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 512, MOST_FIELDS = 16 };

enum { TRIAL, TIME, DELAY, COLUMNS };
static const char *const columns[COLUMNS] = {"trial", "time_s", "delay_s"};

/* Where the columns are in a file. */
struct layout {
    size_t at[COLUMNS];
    size_t fields; /* how many each line has */
};

/* Cuts the line at its commas, in place. Returns the number of fields, at most MOST_FIELDS. */
static size_t split(char *line, char **fields)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *rest = line; rest != NULL && count < MOST_FIELDS;)
        fields[count++] = strsep(&rest, ",");
    return count;
}

static bool parse_header(struct layout *layout, char *line)
{
    char *fields[MOST_FIELDS];
    layout->fields = split(line, fields);
    for (size_t k = 0; k < COLUMNS; k++) {
        size_t at = 0;
        while (at < layout->fields && strcmp(fields[at], columns[k]) != 0)
            at++;
        if (at == layout->fields)
            return false;
        layout->at[k] = at;
    }
    return true;
}

static bool parse_number(double *value, const char *text)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0';
}

static bool parse_row(struct beat *beat, const struct layout *layout, char *line)
{
    char *fields[MOST_FIELDS];
    if (split(line, fields) != layout->fields)
        return false;
    const char *trial = fields[layout->at[TRIAL]];
    char *end = NULL;
    errno = 0;
    beat->trial = strcmp(trial, "idle") == 0 ? BEAT_IDLE : strtoll(trial, &end, 10);
    return (end == NULL || (errno == 0 && end != trial && *end == '\0' && beat->trial >= 0)) &&
           parse_number(&beat->time_s, fields[layout->at[TIME]]) &&
           parse_number(&beat->delay_s, fields[layout->at[DELAY]]);
}

static void grow(struct beats *beats, size_t *room)
{
    if (beats->count < *room)
        return;
    *room = *room > 0 ? 2 * *room : 1024;
    struct beat *grown = realloc(beats->rows, *room * sizeof *beats->rows);
    if (grown == NULL)
        abort();
    beats->rows = grown;
}

static int read_rows(struct beats *beats, FILE *file, const char *path, struct error *error)
{
    char line[LINE_BYTES];
    struct layout layout;
    size_t room = 0;
    for (size_t number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        if (strchr(line, '\n') == NULL && feof(file))
            break; /* cut off */
        if (number == 1 && !parse_header(&layout, line))
            return error_set(error, -EINVAL, "%s: line 1 is not the header of a loop_delay.csv",
                             path);
        if (number == 1)
            continue;
        grow(beats, &room);
        if (!parse_row(&beats->rows[beats->count], &layout, line))
            return error_set(error, -EINVAL,
                             "%s: line %zu is not a whole row of the header's columns", path,
                             number);
        beats->count++;
    }
    return ferror(file) ? error_set_call(error, -EIO, "read", path) : 0;
}

int beats_read(struct beats *beats, const char *dir, struct error *error)
{
    char *path = files_join(dir, "loop_delay.csv");
    FILE *file = fopen(path, "r");
    *beats = (struct beats){.count = 0};
    const int code = file == NULL ? error_set_call(error, -errno, "open", path)
                                  : read_rows(beats, file, path, error);
    if (file != NULL)
        fclose(file);
    free(path);
    if (code != 0)
        beats_free(beats);
    return code;
}

void beats_free(struct beats *beats)
{
    free(beats->rows);
    *beats = (struct beats){.count = 0};
}
