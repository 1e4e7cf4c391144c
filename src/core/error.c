// SPDX-License-Identifier: MIT
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    error->code = code;
    return code;
}

int error_set_call(struct error *error, int code, const char *call, const char *path)
{
    return error_set(error, code, "%s %s: %s", call, path, error_reason(code));
}

const char *error_reason(int code)
{
    return code == -ENODATA ? "it ends before the size it had: something made it shorter meanwhile"
                            : strerror(-code);
}
