// SPDX-License-Identifier: MIT
#ifndef ERROR_H
#define ERROR_H

/* What went wrong, in one line that says what, where, and what to do. Functions that can fail take
 * a pointer to one and return its code, so that a caller writes `return error_set(...)`. */
struct error {
    int code; /* a negative errno, or 0 for no error */
    char text[512];
};

/* Fills `error` and returns `code`, which must be negative. */
int error_set(struct error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the negative errno `code` means; -ENODATA is that of a file that ended too early. */
const char *error_reason(int code);

/* The same for a failed call: "call file: reason". `code` is a negative errno. */
int error_set_call(struct error *error, int code, const char *call, const char *path);

#endif
