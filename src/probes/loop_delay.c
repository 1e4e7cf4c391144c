// SPDX-License-Identifier: MIT
#include "loop_delay.h"

#include "delays.h"
#include "platform/polling.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct loop_delay {
    uint64_t interval_ns;
    uint64_t start_ns;
    uint64_t next_due_ns;
    size_t beats;
    size_t most_beats;
    struct polling_beat *beat; /* what wakes the loop, between start and stop */
    float delays_s[];          /* of 24 bits: exact to 60 ns in a second */
};

struct loop_delay *loop_delay_new(uint64_t interval_ns, size_t most_beats)
{
    struct loop_delay *probe = malloc(sizeof *probe + most_beats * sizeof probe->delays_s[0]);
    if (probe == NULL)
        abort();
    *probe = (struct loop_delay){.interval_ns = interval_ns, .most_beats = most_beats};
    memset(probe->delays_s, 0xff, most_beats * sizeof probe->delays_s[0]);
    return probe;
}

void loop_delay_free(struct loop_delay *probe)
{
    free(probe);
}

void loop_delay_begin(struct loop_delay *probe, uint64_t start_ns)
{
    probe->start_ns = start_ns;
    probe->next_due_ns = start_ns + probe->interval_ns;
    probe->beats = 0;
}

void loop_delay_serve(struct loop_delay *probe, uint64_t now_ns)
{
    for (; probe->next_due_ns <= now_ns; probe->next_due_ns += probe->interval_ns) {
        if (probe->beats < probe->most_beats)
            probe->delays_s[probe->beats] = (float)((double)(now_ns - probe->next_due_ns) / 1e9);
        probe->beats++;
    }
}

static void on_beat(void *probe)
{
    loop_delay_serve(probe, uv_hrtime());
}

int loop_delay_start(struct loop_delay *probe, struct uv_loop_s *loop, uint64_t start_ns)
{
    loop_delay_begin(probe, start_ns);
    return polling_beat_start(&probe->beat, loop, start_ns, probe->interval_ns, on_beat, probe);
}

/* The loop may have turned once more after the end of the scan: no beat counts beyond that. */
static void cut_off(struct loop_delay *probe, uint64_t end_ns)
{
    const uint64_t scan_ns = end_ns > probe->start_ns ? end_ns - probe->start_ns : 0;
    const size_t due = (size_t)(scan_ns / probe->interval_ns);
    probe->beats = probe->beats < due ? probe->beats : due;
    for (size_t i = 0; i < probe->beats && i < probe->most_beats; i++) {
        const float left_s = (float)((double)(scan_ns - (i + 1) * probe->interval_ns) / 1e9);
        if (probe->delays_s[i] > left_s)
            probe->delays_s[i] = left_s;
    }
}

void loop_delay_stop(struct loop_delay *probe, uint64_t end_ns)
{
    loop_delay_serve(probe, end_ns);
    cut_off(probe, end_ns);
    polling_beat_stop(probe->beat);
    probe->beat = NULL;
}

size_t loop_delay_beats(const struct loop_delay *probe)
{
    return probe->beats;
}

double loop_delay_of(const struct loop_delay *probe, size_t number)
{
    return (double)probe->delays_s[number];
}

bool loop_delay_overflowed(const struct loop_delay *probe)
{
    return probe->beats > probe->most_beats;
}

void loop_delay_record(const struct loop_delay *probe, struct trial *trial)
{
    trial->beats = (int64_t)probe->beats;
    if (loop_delay_overflowed(probe))
        return;
    const struct delays delays = delays_of(probe->delays_s, probe->beats);
    trial->loop_delay_p50_s = delays.p50_s;
    trial->loop_delay_p99_s = delays.p99_s;
    trial->loop_delay_max_s = delays.max_s;
}

void loop_delay_print(const struct loop_delay *probe, const char *trial, FILE *out)
{
    for (size_t i = 0; i < probe->beats && !loop_delay_overflowed(probe); i++) {
        const double due_s = (double)(i + 1) * (double)probe->interval_ns / 1e9;
        fprintf(out, "%s,%.6f,%.9f\n", trial, due_s, loop_delay_of(probe, i));
    }
}
