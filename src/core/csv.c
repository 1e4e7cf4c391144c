// SPDX-License-Identifier: MIT
#include "csv.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 512, MOST_FIELDS = 16 };

/* Where the columns are in a file. */
struct layout {
    size_t at[MOST_FIELDS];
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

/* Returns the first column that the line does not have, or NULL. */
static const char *parse_header(struct layout *layout, const char *const *columns, size_t count,
                                char *line)
{
    char *fields[MOST_FIELDS];
    layout->fields = split(line, fields);
    for (size_t k = 0; k < count; k++) {
        size_t at = 0;
        while (at < layout->fields && strcmp(fields[at], columns[k]) != 0)
            at++;
        if (at == layout->fields)
            return columns[k];
        layout->at[k] = at;
    }
    return NULL;
}

static bool parse_row(const struct layout *layout, size_t count, char *line,
                      bool (*take)(void *context, char *const *fields), void *context)
{
    char *fields[MOST_FIELDS];
    char *wanted[MOST_FIELDS];
    if (split(line, fields) != layout->fields)
        return false;
    for (size_t k = 0; k < count; k++)
        wanted[k] = fields[layout->at[k]];
    return take(context, wanted);
}

int csv_read(const char *path, const char *const *columns, size_t count,
             bool (*take)(void *context, char *const *fields), void *context, struct error *error)
{
    char line[LINE_BYTES];
    struct layout layout = {.fields = 0};
    const char *missing = NULL;
    int code = 0;
    assert(count <= MOST_FIELDS);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return error_set_call(error, -errno, "open", path);
    for (size_t number = 1; code == 0 && fgets(line, sizeof line, file) != NULL; number++) {
        if (strchr(line, '\n') == NULL && feof(file))
            break; /* cut off */
        if (number == 1 && (missing = parse_header(&layout, columns, count, line)) != NULL)
            code = error_set(error, -EINVAL, "%s: line 1 is not the header: it has no column %s",
                             path, missing);
        else if (number > 1 && !parse_row(&layout, count, line, take, context))
            code =
                error_set(error, -EINVAL, "%s: line %zu is not a whole row of the header's columns",
                          path, number);
    }
    if (code == 0 && ferror(file))
        code = error_set_call(error, -EIO, "read", path);
    fclose(file);
    return code;
}

bool csv_number(double *value, const char *text)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0';
}
