// SPDX-License-Identifier: MIT
/* timeline: how late each beat on the loop was served during one scan, one panel for each async-*
 * method, of its trial with the median time. A loop that blocks shows as a ramp: what fell due
 * first has waited longest. */
#include "pictures.h"
#include "steps.h"
#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_DELAY_MS 0.01 /* a shorter one is drawn as this */
#define DECADE_HEIGHT  19.0
#define NAME_HEIGHT    30.0
#define END_WIDTH      70.0 /* at least, for the time at the end of the longest scan */
#define MOST_STEPS     600  /* about as many as the picture has pixels */

struct panel {
    const struct trial *trial;
    struct step_point *points;
    size_t count;
};

struct plot {
    struct panel *panels;
    size_t count;
    double longest_s;
    double most_ms;
};

/* Takes the beats of one trial together, thinned; they are neighbours in the file. */
static void add_panel(struct plot *plot, const struct trial *trial, const struct beats *beats,
                      double step_s)
{
    struct step_point *points = calloc(beats->count + 1, sizeof *points);
    size_t count = 0;
    if (points == NULL)
        abort();
    for (size_t i = 0; i < beats->count; i++) {
        if (beats->rows[i].trial == trial->order)
            points[count++] =
                (struct step_point){beats->rows[i].time_s, beats->rows[i].delay_s * 1e3};
    }
    if (count == 0 || trial->order < 0) {
        free(points);
        return;
    }
    struct panel *panel = &plot->panels[plot->count++];
    *panel = (struct panel){.trial = trial};
    panel->count = steps_make(&panel->points, points, count, step_s);
    free(points);
    plot->longest_s = fmax(plot->longest_s, trial->elapsed_s);
    for (size_t i = 0; i < panel->count; i++)
        plot->most_ms = fmax(plot->most_ms, panel->points[i].value);
}

static int is_on_the_loop(const struct summary_row *row)
{
    return strncmp(row->method, "async-", strlen("async-")) == 0 && row->count > 0;
}

static void add_panels(struct plot *plot, const struct picture_source *source)
{
    size_t count;
    const struct summary_row *rows = picture_rows(source, &count);
    double longest_s = 0;
    plot->panels = calloc(count + 1, sizeof *plot->panels);
    plot->most_ms = 1;
    if (plot->panels == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (is_on_the_loop(&rows[i]))
            longest_s = fmax(longest_s, rows[i].median_s.value);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_on_the_loop(&rows[i]))
            add_panel(plot, steps_median_trial(rows[i].trials, rows[i].count), source->beats,
                      longest_s > 0 ? longest_s / MOST_STEPS : 1);
    }
}

static void write_panel(struct sheet *sheet, const struct plot *plot, size_t i,
                        const struct sheet_axes *axes)
{
    const int number = (int)i + 1;
    const struct panel *panel = &plot->panels[i];
    const double end_px = layout_px(&axes->x, panel->trial->elapsed_s);
    double ticks[LAYOUT_MOST_TICKS];
    sheet_axes(sheet, number, axes);
    size_t count = layout_ticks(ticks, &axes->x, false);
    for (size_t k = 0; k < count; k++)
        sheet_x_tick(sheet, number, axes, ticks[k],
                     i + 1 == plot->count ? wording_format("%g", ticks[k]).text : "");
    count = layout_ticks(ticks, &axes->y, true);
    for (size_t k = 0; k < count; k++) { /* every other one has a text */
        const double y_px = layout_px(&axes->y, ticks[k]);
        sheet_line(sheet, "grid", number, NULL,
                   (const double[]){axes->x.from_px, y_px, axes->x.to_px, y_px});
        if (k % 2 == 0)
            sheet_y_tick(sheet, number, axes, ticks[k], wording_delay(ticks[k]).text);
    }
    sheet_text(sheet, "heading", number, panel->trial->method, axes->x.from_px, axes->y.to_px - 12);
    sheet_line(sheet, "end", number, NULL,
               (const double[]){end_px, axes->y.from_px, end_px, axes->y.to_px});
    sheet_text(sheet, "name", number, wording_seconds(panel->trial->elapsed_s).text, end_px + 6,
               axes->y.to_px + DECADE_HEIGHT / 2);
}

static void write_beats(struct sheet *sheet, const struct plot *plot, size_t i)
{
    const struct panel *panel = &plot->panels[i];
    for (size_t k = 0; k < panel->count; k++)
        sheet_add(sheet, &(struct sheet_row){
                             .what = "curve",
                             .panel = (int)i + 1,
                             .method = panel->trial->method,
                             .own = (const double[]){panel->points[k].time_s,
                                                     fmax(panel->points[k].value, LEAST_DELAY_MS)},
                         });
}

static void write_all(struct sheet *sheet, const struct plot *plot,
                      const struct picture_source *source)
{
    const struct comparison_result *result = source->results;
    const struct words machine = wording_machine(&result->machine);
    const struct words subtitle = wording_format(
        "%s%sBeats in the trial with the median time of its method; a line marks the end of the "
        "scan",
        machine.text, machine.text[0] != '\0' ? "\n" : "");
    const double decades = ceil(log10(plot->most_ms)) - log10(LEAST_DELAY_MS);
    const double height = NAME_HEIGHT + decades * DECADE_HEIGHT;
    const double top = sheet_heading_height(subtitle.text) + 6;
    struct sheet_axes axes = {
        .x = {.from = 0, .from_px = LAYOUT_LEFT + 62, .to_px = LAYOUT_RIGHT},
        .y = {.from = LEAST_DELAY_MS, .to = LEAST_DELAY_MS * pow(10, decades), .is_log = true},
    };
    const double width = axes.x.to_px - axes.x.from_px;
    const double end_width =
        fmax(END_WIDTH, layout_text_width(wording_seconds(plot->longest_s).text));
    axes.x.to = (plot->longest_s > 0 ? plot->longest_s : 1) * width / (width - end_width);
    sheet_heading(sheet,
                  wording_format("Loop delay during one scan of %s, %s cache",
                                 wording_scan(result).text, source->cache)
                      .text,
                  subtitle.text, top + (double)plot->count * height + LAYOUT_BELOW);
    for (size_t i = 0; i < plot->count; i++) {
        axes.y.to_px = top + (double)i * height + NAME_HEIGHT;
        axes.y.from_px = top + (double)(i + 1) * height;
        write_panel(sheet, plot, i, &axes);
    }
    sheet_x_title(sheet, (int)plot->count, &axes, "seconds since the start of the scan");
    for (size_t i = 0; i < plot->count; i++)
        write_beats(sheet, plot, i);
}

static const char *write_timeline(struct sheet *sheet, const struct picture_source *source)
{
    struct plot plot = {.count = 0};
    add_panels(&plot, source);
    const char *missing = plot.count > 0 ? NULL : "no scan of an async-* method had a beat";
    if (missing == NULL)
        write_all(sheet, &plot, source);
    for (size_t i = 0; i < plot.count; i++)
        free(plot.panels[i].points);
    free(plot.panels);
    return missing;
}

const struct picture_kind picture_timeline = {
    .name = "timeline",
    .columns = "time_s,delay_ms",
    .write = write_timeline,
};
