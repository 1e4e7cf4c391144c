// SPDX-License-Identifier: MIT
#include "list.h"

#include "methods/method.h"
#include "report/wording.h"

#include <stdio.h>

static void print_method(const struct method *method, const char *data)
{
    const char *reason = method_unsupported(method, data);
    printf("%-24s %s\n", method->name, method->about);
    if (method->chunk_bytes != 0 && method->chunk_bytes != METHOD_WHOLE_FILE)
        printf("%-24s in chunks of %zu KiB, unless --chunk says otherwise\n", "",
               method->chunk_bytes / 1024);
    if (reason != NULL)
        printf("%-24s cannot run here: %s\n", "", reason);
}

void list_methods(const char *data)
{
    const struct work_kind *kind = NULL;
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (method_kind(methods[i]) != kind) { /* those of a kind are together */
            printf("%sMethods of %s; the first %d are those that run by default:\n",
                   kind != NULL ? "\n" : "", wording_works(method_kind(methods[i])->name).text,
                   METHOD_SIX);
            kind = method_kind(methods[i]);
        }
        print_method(methods[i], data);
    }
}
