// SPDX-License-Identifier: MIT
#include "list.h"

#include "methods/method.h"

#include <stdio.h>

void list_methods(const char *data)
{
    for (size_t i = 0; methods[i] != NULL; i++) {
        const struct method *method = methods[i];
        const char *reason = method_unsupported(method, data);
        printf("%-24s %s\n", method->name, method->about);
        if (method->chunk_bytes != 0)
            printf("%-24s in chunks of %zu KiB, unless --chunk says otherwise\n", "",
                   method->chunk_bytes / 1024);
        if (reason != NULL)
            printf("%-24s cannot run here: %s\n", "", reason);
    }
}
