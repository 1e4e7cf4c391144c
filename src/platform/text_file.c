// SPDX-License-Identifier: MIT
#include "text_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int text_file_line(const char *path, char *line, size_t size)
{
    line[0] = '\0';
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    const char *got = fgets(line, (int)size, file);
    fclose(file);
    if (got == NULL)
        return -1;
    size_t length = strcspn(line, "\n");
    while (length > 0 && line[length - 1] == ' ')
        length--;
    line[length] = '\0';
    return (int)length;
}

int text_file_value(const char *path, const char *key, char *value, size_t size)
{
    value[0] = '\0';
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    char *line = NULL;
    size_t line_size = 0;
    int length = -1;
    while (length < 0 && getline(&line, &line_size, file) >= 0) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) != 0 || colon == NULL)
            continue;
        const char *text = colon + 1 + strspn(colon + 1, " \t");
        length = snprintf(value, size, "%.*s", (int)strcspn(text, "\n"), text);
    }
    free(line);
    fclose(file);
    return length;
}
