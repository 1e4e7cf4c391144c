// SPDX-License-Identifier: MIT
#include "beats.h"

#include "core/csv.h"
#include "core/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL, TIME, DELAY, COLUMNS };
static const char *const columns[COLUMNS] = {"trial", "time_s", "delay_s"};

struct reader {
    struct beats *beats;
    size_t room;
};

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

static bool take_row(void *context, char *const *fields)
{
    struct reader *reader = context;
    grow(reader->beats, &reader->room);
    struct beat *beat = &reader->beats->rows[reader->beats->count++];
    const char *trial = fields[TRIAL];
    char *end = NULL;
    errno = 0;
    beat->trial = strcmp(trial, "idle") == 0 ? BEAT_IDLE : strtoll(trial, &end, 10);
    return (end == NULL || (errno == 0 && end != trial && *end == '\0' && beat->trial >= 0)) &&
           csv_number(&beat->time_s, fields[TIME]) && csv_number(&beat->delay_s, fields[DELAY]);
}

int beats_read(struct beats *beats, const char *dir, const char *name, struct error *error)
{
    char *path = files_join(dir, name);
    struct reader reader = {.beats = beats};
    *beats = (struct beats){.count = 0};
    const int code = csv_read(path, columns, COLUMNS, take_row, &reader, error);
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
