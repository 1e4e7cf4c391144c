// SPDX-License-Identifier: MIT
#include "one_call_text.h"

#include "wording.h"

#include <math.h>
#include <stddef.h>

/* The first row of the method, in whatever cache state, with a trial that tells its files. */
static const struct summary_row *find_row(const struct summary *summary, const char *method)
{
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        const struct summary_row *row = summary_find(summary, method, cache_state_name(cache));
        if (row != NULL && row->trials[0]->file_bytes > 0)
            return row;
    }
    return NULL;
}

void one_call_say(struct statements *said, const struct summary *summary,
                  const struct machine *machine)
{
    static const struct {
        const char *method;
        const char *call;
        const char *fact;
        const char *many; /* the method with as many calls as it takes */
    } rows[] = {
        {"async-mmap-readahead", "readahead", "readahead_call_bytes", "async-mmap-ahead"},
        {"async-mmap-willneed", "MADV_WILLNEED", "willneed_call_bytes", "async-mmap-ahead-hint"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct summary_row *row = find_row(summary, rows[i].method);
        const double bytes = machine_number(machine, rows[i].fact);
        if (row == NULL || isnan(bytes) || bytes >= (double)row->trials[0]->file_bytes)
            continue;
        struct statement *statement = statements_add(said, rows[i].fact);
        statement_say(statement,
                      "One call of %s brought in %s of a file of %s, the kernel's cap: what %s "
                      "shows is that of one call per file; %s asks on.",
                      rows[i].call, wording_bytes(bytes).text,
                      wording_bytes((double)row->trials[0]->file_bytes).text, rows[i].method,
                      rows[i].many);
        statement_figure(statement, "call_bytes", bytes);
    }
}
