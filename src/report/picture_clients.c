// SPDX-License-Identifier: MIT
/* clients: the delay of the loop during one scan, copy or send as its beats and as its clients saw
 * it, one panel for the method that blocks, the one that does not, and one that is off the loop. */
#include "timeline.h"

#include <stddef.h>
#include <string.h>

static bool is_shown(const char *method)
{
    static const char *const shown[] = {
        "async-read",      "async-mmap",          "async-mmap-hybrid",
        "async-copy-read", "async-copy-mmap",     "async-copy-offload",
        "async-send-read", "async-send-sendfile", "async-send-offload"};
    size_t i = 0;
    while (i < sizeof shown / sizeof shown[0] && strcmp(method, shown[i]) != 0)
        i++;
    return i < sizeof shown / sizeof shown[0];
}

static const char *write_clients(struct sheet *sheet, const struct picture_source *source)
{
    const struct timeline timeline = {
        .title = "Delay of beats and of clients",
        .subtitle = "Each by the time it fell due, in the trial with the median time of its method",
        .shows = is_shown,
        .series = {{"beats", "beats on the loop", source->beats},
                   {"clients", "requests of clients", source->clients}},
    };
    return timeline_write(&timeline, sheet, source)
               ? NULL
               : "no method that it shows had a request of a client";
}

const struct picture_kind picture_clients = {
    .name = "clients",
    .columns = "time_s,delay_ms",
    .write = write_clients,
};
