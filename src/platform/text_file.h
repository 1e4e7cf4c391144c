// SPDX-License-Identifier: MIT
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include <stddef.h>

/* Reads the first line of a small file such as those of /sys, without its end of line. Returns the
 * length, or -1 with `line` empty when there is no such file. */
int text_file_line(const char *path, char *line, size_t size);

/* Finds the first line "key: value" of a file such as /proc/cpuinfo and copies the value. Returns
 * the value's length, or -1 with `value` empty. */
int text_file_value(const char *path, const char *key, char *value, size_t size);

#endif
