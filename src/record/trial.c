// SPDX-License-Identifier: MIT
#include "trial.h"

#include "core/files.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum column_type { TEXT, COUNT, REAL };

struct column {
    const char *name;
    size_t offset;
    enum column_type type;
};

#define COLUMN(type, name)                                                                         \
    {                                                                                              \
#name, offsetof(struct trial, name), type                                                  \
    }

/* The one list of the columns: the header, the rows and reading them back all follow it. */
static const struct column columns[] = {
    COLUMN(TEXT, method),
    COLUMN(TEXT, concurrency),
    COLUMN(TEXT, io),
    COLUMN(TEXT, work),
    COLUMN(TEXT, cache),
    COLUMN(COUNT, repeat),
    COLUMN(COUNT, order),
    COLUMN(TEXT, status),
    COLUMN(REAL, elapsed_s),
    COLUMN(COUNT, bytes),
    COLUMN(COUNT, sum),
    COLUMN(REAL, resident_before),
    COLUMN(REAL, resident_after),
    COLUMN(REAL, destination_resident_after),
    COLUMN(COUNT, cloned),
    COLUMN(REAL, fsync_s),
    COLUMN(COUNT, device_read_bytes),
    COLUMN(COUNT, major_faults),
    COLUMN(COUNT, minor_faults),
    COLUMN(COUNT, voluntary_switches),
    COLUMN(COUNT, involuntary_switches),
    COLUMN(REAL, user_s),
    COLUMN(REAL, system_s),
    COLUMN(REAL, loop_delay_p50_s),
    COLUMN(REAL, loop_delay_p99_s),
    COLUMN(REAL, loop_delay_max_s),
    COLUMN(COUNT, beats),
    COLUMN(REAL, client_p50_s),
    COLUMN(REAL, client_p99_s),
    COLUMN(REAL, client_max_s),
    COLUMN(REAL, loop_poll_s),
    COLUMN(REAL, loop_poll_low_s),
    COLUMN(REAL, loop_poll_high_s),
    COLUMN(REAL, loop_cpu_s),
    COLUMN(REAL, loop_queued_s),
    COLUMN(REAL, loop_stalled_s),
    COLUMN(REAL, loop_stalled_low_s),
    COLUMN(REAL, loop_stalled_high_s),
    COLUMN(COUNT, files),
    COLUMN(COUNT, file_bytes),
    COLUMN(COUNT, stride_bytes),
    COLUMN(COUNT, chunk_bytes),
    COLUMN(COUNT, depth),
    COLUMN(COUNT, pool_threads),
    COLUMN(REAL, heartbeat_s),
    COLUMN(COUNT, clients),
    COLUMN(COUNT, inline_chunks),
    COLUMN(COUNT, offloaded_chunks),
    COLUMN(TEXT, prime),
    COLUMN(REAL, open_s),
    COLUMN(REAL, cache_s),
    COLUMN(REAL, verify_s),
    COLUMN(REAL, prepare_s),
    COLUMN(REAL, finish_s),
};

enum { COLUMNS = sizeof columns / sizeof columns[0], LINE_BYTES = 4096 };

const char *cache_state_name(enum cache_state cache)
{
    return cache == CACHE_COLD ? "cold" : "warm";
}

static void *field_of(struct trial *trial, const struct column *column)
{
    return (char *)trial + column->offset;
}

struct trial trial_unknown(void)
{
    struct trial trial;
    memset(&trial, 0, sizeof trial);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (columns[i].type == COUNT)
            *(int64_t *)field_of(&trial, &columns[i]) = -1;
        else if (columns[i].type == REAL)
            *(double *)field_of(&trial, &columns[i]) = NAN;
    }
    return trial;
}

const char *trial_work(const struct trial *trial)
{
    return trial->work[0] != '\0' ? trial->work : "scan";
}

int trial_is_ok(const struct trial *trial)
{
    return strcmp(trial->status, STATUS_OK) == 0;
}

int trial_write_header(int fd)
{
    char line[LINE_BYTES];
    size_t length = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%s", i == 0 ? "" : ",",
                                   columns[i].name);
    line[length++] = '\n';
    return files_append(fd, line, length);
}

static size_t print_field(char *text, size_t size, const struct trial *trial,
                          const struct column *column)
{
    const void *field = (const char *)trial + column->offset;
    int length = 0;
    if (column->type == TEXT)
        length = snprintf(text, size, "%s", (const char *)field);
    else if (column->type == COUNT && *(const int64_t *)field >= 0)
        length = snprintf(text, size, "%" PRId64, *(const int64_t *)field);
    else if (column->type == REAL && !isnan(*(const double *)field))
        length = snprintf(text, size, "%.9g", *(const double *)field);
    return (size_t)length;
}

char *trial_row(const struct trial *trial)
{
    char *line = calloc(1, LINE_BYTES);
    size_t length = 0;
    if (line == NULL)
        abort();
    for (size_t i = 0; i < COLUMNS; i++) {
        length += print_field(line + length, LINE_BYTES - length, trial, &columns[i]);
        line[length++] = i + 1 < COLUMNS ? ',' : '\n';
    }
    return line;
}

int trial_write_row(int fd, const struct trial *trial)
{
    char *line = trial_row(trial);
    const int code = files_append(fd, line, strlen(line));
    free(line);
    return code;
}

/* Reads one field; an empty one stays unknown. */
static bool parse_field(struct trial *trial, const struct column *column, const char *text)
{
    char *end;
    void *field = field_of(trial, column);
    if (column->type == TEXT)
        return snprintf(field, TRIAL_TEXT, "%s", text) < TRIAL_TEXT;
    if (text[0] == '\0')
        return true;
    errno = 0;
    if (column->type == COUNT)
        *(int64_t *)field = strtoll(text, &end, 10);
    else
        *(double *)field = strtod(text, &end);
    return errno == 0 && *end == '\0';
}

/* Cuts the line at its commas, in place. Returns the number of fields, at most `most`. */
static size_t split(char *line, char **fields, size_t most)
{
    line[strcspn(line, "\r\n")] = '\0';
    size_t count = 0;
    for (char *next = line; next != NULL && count < most; count++) {
        fields[count] = next;
        next = strchr(next, ',');
        if (next != NULL)
            *next++ = '\0';
    }
    return count;
}

enum { MOST_FIELDS = 128 };

/* The columns of a file in its own order; NULL for those unknown here. */
struct layout {
    size_t count;
    const struct column *columns[MOST_FIELDS];
    bool has_status;
};

static bool parse_header(struct layout *layout, char *line)
{
    char *names[MOST_FIELDS];
    bool has_method = false;
    bool has_elapsed = false;
    *layout = (struct layout){.count = split(line, names, MOST_FIELDS)};
    for (size_t i = 0; i < layout->count; i++) {
        for (size_t k = 0; k < COLUMNS; k++) {
            if (strcmp(names[i], columns[k].name) == 0)
                layout->columns[i] = &columns[k];
        }
        has_method = has_method || strcmp(names[i], "method") == 0;
        has_elapsed = has_elapsed || strcmp(names[i], "elapsed_s") == 0;
        layout->has_status = layout->has_status || strcmp(names[i], "status") == 0;
    }
    return has_method && has_elapsed;
}

static bool parse_row(struct trial *trial, const struct layout *layout, char *line)
{
    char *fields[MOST_FIELDS];
    *trial = trial_unknown();
    if (!layout->has_status)
        snprintf(trial->status, sizeof trial->status, STATUS_OK);
    if (split(line, fields, MOST_FIELDS) != layout->count)
        return false;
    for (size_t i = 0; i < layout->count; i++) {
        if (layout->columns[i] != NULL && !parse_field(trial, layout->columns[i], fields[i]))
            return false;
    }
    return true;
}

bool trial_parse(struct trial *trial, char *line)
{
    struct layout layout = {.count = COLUMNS, .has_status = true};
    for (size_t i = 0; i < COLUMNS; i++)
        layout.columns[i] = &columns[i];
    return parse_row(trial, &layout, line);
}

void trials_add(struct trials *trials, const struct trial *trial)
{
    struct trial *grown = realloc(trials->rows, (trials->count + 1) * sizeof *trials->rows);
    if (grown == NULL)
        abort();
    trials->rows = grown;
    trials->rows[trials->count++] = *trial;
}

static int read_rows(struct trials *trials, FILE *file, const char *path, struct error *error)
{
    char line[LINE_BYTES];
    struct layout layout;
    if (fgets(line, sizeof line, file) == NULL || !parse_header(&layout, line))
        return error_set(error, -EINVAL, "%s: line 1 is not the header of a trials.csv", path);
    for (size_t number = 2; fgets(line, sizeof line, file) != NULL; number++) {
        struct trial trial;
        if (strchr(line, '\n') == NULL || !parse_row(&trial, &layout, line))
            return error_set(error, -EINVAL,
                             "%s: line %zu is not a whole row of the header's columns", path,
                             number);
        trials_add(trials, &trial);
    }
    return ferror(file) ? error_set_call(error, -EIO, "read", path) : 0;
}

int trials_read(struct trials *trials, const char *path, struct error *error)
{
    *trials = (struct trials){.count = 0};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set_call(error, -errno, "open", path);
    const int code = read_rows(trials, file, path, error);
    fclose(file);
    if (code != 0)
        trials_free(trials);
    return code;
}

void trials_free(struct trials *trials)
{
    free(trials->rows);
    *trials = (struct trials){.count = 0};
}
