// SPDX-License-Identifier: MIT
/* loop: what the loop's thread did while the file set was worked on, as shares of the elapsed time,
 * one bar for each method and one for the idle control. A loop that can serve others is polling. */
#include "pictures.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define ROW_HEIGHT 30.0
#define HALF_BAR   0.34 /* in rows */
#define IDLE_GAP   0.4  /* above the idle control, in rows */

enum { POLLING, ON_CPU, QUEUED, STALLED, UNTOLD, STATES };

static const struct {
    const char *what;
    const char *about;
} states[STATES] = {
    {"polling", "polling"},
    {"cpu", "on a CPU"},
    {"queued", "queued"},
    {"stalled", "stalled"},
    {"untold", "cannot be told apart"},
};

struct bar {
    const char *name;
    double percent[STATES];
};

struct plot {
    struct bar *bars;
    size_t count;
    bool has_idle; /* the last one */
    struct sheet_axes axes;
};

/* NAN without figures of the loop. */
static double sum(const struct bar *bar)
{
    double percent = 0;
    for (size_t i = 0; i < STATES; i++)
        percent += bar->percent[i];
    return percent;
}

static double or_else(double value, double other)
{
    return isnan(value) ? other : value;
}

/* A bar of shares or, where only a range is known, of its low end; what the high ends leave room
 * for cannot be told apart. Queueing that is unknown is no part of its own. */
static struct bar make_bar(const char *name, const double shares[UNTOLD],
                           const struct summary_range *poll, const struct summary_range *stalled)
{
    struct bar bar = {name,
                      {100 * or_else(shares[POLLING], poll->low), 100 * shares[ON_CPU],
                       100 * or_else(shares[QUEUED], 0),
                       100 * or_else(shares[STALLED], stalled->low), 0}};
    if (isnan(shares[POLLING]) || isnan(shares[STALLED]))
        bar.percent[UNTOLD] = fmax(0, 100 - sum(&bar));
    return bar;
}

static struct bar idle_bar(const struct machine *machine)
{
    const double elapsed_s = machine_number(machine, "idle_elapsed_s");
    const double shares[] = {machine_number(machine, "idle_loop_poll_s") / elapsed_s,
                             machine_number(machine, "idle_loop_cpu_s") / elapsed_s,
                             machine_number(machine, "idle_loop_queued_s") / elapsed_s,
                             machine_number(machine, "idle_loop_stalled_s") / elapsed_s};
    const struct summary_range poll = {machine_number(machine, "idle_loop_poll_low_s") / elapsed_s,
                                       machine_number(machine, "idle_loop_poll_high_s") /
                                           elapsed_s};
    const struct summary_range stalled = {
        machine_number(machine, "idle_loop_stalled_low_s") / elapsed_s,
        machine_number(machine, "idle_loop_stalled_high_s") / elapsed_s};
    return make_bar("idle control", shares, &poll, &stalled);
}

/* A row for each method, also without figures; then the idle control, if it was measured. */
static void add_bars(struct plot *plot, const struct picture_source *source)
{
    const struct machine *machine = &source->results->machine;
    size_t count;
    const struct summary_row *rows = picture_rows(source, &count);
    plot->bars = calloc(count + 1, sizeof *plot->bars);
    if (plot->bars == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        plot->bars[plot->count++] =
            make_bar(rows[i].method,
                     (const double[]){rows[i].loop_poll_share, rows[i].loop_cpu_share,
                                      rows[i].loop_queued_share, rows[i].loop_stalled_share},
                     &rows[i].loop_poll_range, &rows[i].loop_stalled_range);
    const struct bar idle = idle_bar(machine);
    plot->has_idle = !isnan(sum(&idle));
    if (plot->has_idle)
        plot->bars[plot->count++] = idle;
}

/* Nothing makes the parts add up: the bar may be a little too long, and is too short by what the
 * host took. */
static void lay_out(struct plot *plot, double top)
{
    double names_width = 0;
    double widest = 100;
    for (size_t i = 0; i < plot->count; i++) {
        names_width = fmax(names_width, layout_text_width(plot->bars[i].name));
        widest = fmax(widest, sum(&plot->bars[i]));
    }
    const double rows = (double)plot->count + (plot->has_idle ? IDLE_GAP : 0);
    plot->axes = (struct sheet_axes){
        .x = {.from = 0,
              .to = widest,
              .from_px = LAYOUT_LEFT + names_width + 12,
              .to_px = LAYOUT_RIGHT},
        .y = {.from = rows + 0.5, .to = 0.5, .from_px = top + rows * ROW_HEIGHT, .to_px = top},
    };
}

static void write_legend(struct sheet *sheet, const struct plot *plot, double y)
{
    double x = LAYOUT_LEFT + 8;
    double untold = 0;
    for (size_t i = 0; i < plot->count; i++)
        untold = fmax(untold, plot->bars[i].percent[UNTOLD]);
    for (size_t i = 0; i < (untold > 0 ? STATES : UNTOLD); i++) {
        sheet_line(sheet, states[i].what, 1, NULL, (const double[]){x, y + 6, x + 18, y - 6});
        sheet_text(sheet, "name", 1, states[i].about, x + 26, y);
        x += 48 + layout_text_width(states[i].about) * 7 / 8;
    }
}

static void write_bar(struct sheet *sheet, const struct plot *plot, const struct bar *bar,
                      double row)
{
    const struct sheet_axes *axes = &plot->axes;
    double from = 0;
    sheet_text(sheet, "row-name", 1, bar->name, axes->x.from_px - 8, layout_px(&axes->y, row));
    if (isnan(sum(bar))) {
        sheet_text(sheet, "note", 1, "no measurement", axes->x.from_px + 8,
                   layout_px(&axes->y, row));
        return;
    }
    for (size_t i = 0; i < (bar->percent[UNTOLD] > 0 ? STATES : UNTOLD); i++) {
        const double to = from + bar->percent[i];
        const double from_px = layout_px(&axes->x, from);
        const double to_px = layout_px(&axes->x, to);
        const struct words value = wording_format("%.0f %%", bar->percent[i]);
        const bool fits = to_px - from_px > layout_text_width(value.text) + 6;
        sheet_add(sheet, &(struct sheet_row){
                             .what = states[i].what,
                             .panel = 1,
                             .method = bar->name,
                             .text = fits ? value.text : NULL,
                             .own = (const double[]){from, row, to},
                             .px = (const double[]){from_px, layout_px(&axes->y, row + HALF_BAR),
                                                    to_px, layout_px(&axes->y, row - HALF_BAR)},
                         });
        from = to;
    }
}

static void write_all(struct sheet *sheet, struct plot *plot, const struct picture_source *source)
{
    const struct comparison_result *result = source->results;
    const struct words subtitle = wording_machine(&result->machine);
    const double legend_top = sheet_heading_height(subtitle.text) + 17;
    lay_out(plot, legend_top + 17);
    const struct sheet_axes *axes = &plot->axes;
    sheet_heading(sheet,
                  wording_format("The loop thread's time, %s of %s, %s", wording_work(result),
                                 wording_file_set(result).text,
                                 wording_trials(result, source->cache).text)
                      .text,
                  subtitle.text, axes->y.from_px + LAYOUT_BELOW);
    sheet_axes(sheet, 1, axes);
    for (int percent = 0; percent <= (int)axes->x.to; percent += 20)
        sheet_x_tick(sheet, 1, axes, percent, wording_format("%d %%", percent).text);
    sheet_x_title(sheet, 1, axes, "share of the elapsed time");
    write_legend(sheet, plot, legend_top);
    for (size_t i = 0; i < plot->count; i++) {
        const bool is_idle = plot->has_idle && i + 1 == plot->count;
        write_bar(sheet, plot, &plot->bars[i], (double)(i + 1) + (is_idle ? IDLE_GAP : 0));
    }
    if (plot->has_idle) {
        const double y_px = layout_px(&axes->y, (double)plot->count - 0.3);
        sheet_line(sheet, "rule", 1, NULL,
                   (const double[]){axes->x.from_px, y_px, axes->x.to_px, y_px});
    }
}

static const char *write_loop(struct sheet *sheet, const struct picture_source *source)
{
    struct plot plot = {.count = 0};
    bool any = false;
    add_bars(&plot, source);
    for (size_t i = 0; i + plot.has_idle < plot.count; i++)
        any = any || !isnan(sum(&plot.bars[i]));
    if (any)
        write_all(sheet, &plot, source);
    free(plot.bars);
    return any ? NULL : "no method has figures of the loop";
}

const struct picture_kind picture_loop = {
    .name = "loop",
    .columns = "from_percent,row,to_percent",
    .write = write_loop,
};
