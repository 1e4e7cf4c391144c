// SPDX-License-Identifier: MIT
/* timeline: how late each beat on the loop was served during one scan, copy or send, one panel for
 * each async-* method. */
#include "timeline.h"

#include <string.h>

static bool is_on_the_loop(const char *method)
{
    return strncmp(method, "async-", strlen("async-")) == 0;
}

static const char *write_timeline(struct sheet *sheet, const struct picture_source *source)
{
    const struct timeline timeline = {
        .title = "Loop delay",
        .subtitle = "Beats in the trial with the median time of its method",
        .shows = is_on_the_loop,
        .series = {{.beats = source->beats}},
    };
    return timeline_write(&timeline, sheet, source) ? NULL
                                                    : "no trial of an async-* method had a beat";
}

const struct picture_kind picture_timeline = {
    .name = "timeline",
    .columns = "time_s,delay_ms",
    .write = write_timeline,
};
